"""The pipeline of ``config.yml`` on a public intent/slot data set: ``make bench-nlu data=… format=…``.

Nothing is downloaded: the data set lies at a path that the user gives. The pipeline is trained
on its training part and scored on its test part, as published and with the accents taken away.
docs/nlu-benchmark.md says what is measured, and what about it can be compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine, percentile
from benchmarks.nlu.formats import READERS, BadData, Corpus, Utterance, spans_of
from benchmarks.nlu.names import TYPE, entities_of, learned_names
from benchmarks.nlu.scores import Span, accuracy, over_words, span_f1, untyped
from benchmarks.nlu.typing_habits import without_accents
from benchmarks.nlu.workbench import (
    Config,
    Example,
    Parsed,
    Understanding,
    pipeline_config,
    quiet,
    say,
    temporary_folder,
    top,
    train,
    with_export,
)

GAZETTEER, CRF = "Gazetteer", "CRFEntityExtractor"
_BATCH = 200


def main(argv: list[str] | None = None) -> int:
    """Read, train, score, print; return the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        corpus = _read(arguments)
    except BadData as problem:
        print(problem, file=sys.stderr)
        return 2
    quiet()
    result = measure(corpus, pipeline_config(), crf=arguments.crf)
    print(report(result))
    if arguments.output:
        arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder or file of the data set")
    parser.add_argument("--format", choices=sorted(READERS), required=True, help="how it is laid out")
    parser.add_argument("--locale", help="which locale of a MASSIVE data set, for example vi-VN")
    parser.add_argument(
        "--crf", action="store_true", help="train Rasa's CRFEntityExtractor beside the pipeline; scored apart"
    )
    parser.add_argument("--output", type=Path, help="write the result to this JSON file as well")
    return parser


def _read(arguments: argparse.Namespace) -> Corpus:
    if not arguments.data.exists():
        raise BadData(f"{arguments.data} does not exist.")
    if arguments.format == "massive":
        corpus = READERS["massive"](arguments.data, arguments.locale)
    elif arguments.locale:
        raise BadData("--locale belongs to the format massive.")
    else:
        corpus = READERS[arguments.format](arguments.data)
    if len({u.intent for u in corpus.train}) < 2:
        raise BadData(f"{arguments.data}: the training part has fewer than two intents.")
    if len(corpus.test) < 2:
        raise BadData(f"{arguments.data}: the test part has fewer than two utterances.")
    return corpus


def measure(corpus: Corpus, config: Config, crf: bool = False) -> dict[str, Any]:
    """Train on one part of a data set and score the other.

    Args:
        corpus: the data set.
        config: the pipeline.
        crf: whether to train Rasa's CRF beside it.
    """
    numbers = {intent: f"intent_{n}" for n, intent in enumerate(sorted({u.intent for u in corpus.train}))}
    names = learned_names(corpus.train)
    say(f"{len(corpus.train)} utterances to learn from, {len(names)} names; training …")
    with temporary_folder() as folder:
        (folder / "export.json").write_text(json.dumps(_export(corpus, names)), encoding="utf-8")
        config = with_export(config, folder / "export.json")
        if crf:
            config["pipeline"].append({"name": CRF})
        examples = [Example(u.text, numbers[u.intent], _annotated(u) if crf else ()) for u in corpus.train]
        model = train(config, examples, folder)
        say(f"trained in {model.seconds:.0f} s; loading …")
        understanding = Understanding(model.path)
        extractors = (GAZETTEER, CRF) if crf else (GAZETTEER,)
        rows = {
            name: _scored(understanding, corpus.test, typed, numbers, extractors)
            for name, typed in (("accented", str), ("stripped", without_accents))
        }
        return {
            "machine": machine(),
            "data": _described(corpus),
            "training_s": round(model.seconds, 1),
            "model_mb": model.megabytes,
            "rows": rows,
        }


def _export(corpus: Corpus, names: list[list[str]]) -> dict[str, Any]:
    """Return what the knowledge base would export. The language identifier is given nothing to tell apart."""
    return {"names": names, "forms": [], "texts": {"vi": [u.text for u in corpus.train], "en": []}}


def _annotated(utterance: Utterance) -> tuple[tuple[int, int, str], ...]:
    return tuple((start, end, TYPE + kind) for start, end, kind in entities_of(utterance))


def _scored(
    understanding: Understanding,
    test: Sequence[Utterance],
    typed: Any,
    numbers: dict[str, str],
    extractors: Sequence[str],
) -> dict[str, Any]:
    """Parse the test part, typed in one way, and score it."""
    parsed: list[Parsed] = []
    times: list[float] = []
    for number, utterance in enumerate(test, 1):
        started = time.perf_counter()
        parsed += understanding.parse([typed(utterance.text)])
        times.append(1000 * (time.perf_counter() - started))
        if number % _BATCH == 0 or number == len(test):
            say(f"{number}/{len(test)} parsed")
    intents = [numbers.get(u.intent, "") for u in test]
    right = [list(spans_of(u.tags)) for u in test]
    return {
        "intent_accuracy": accuracy(intents, [p["intent"]["name"] for p in parsed]),
        "subject_accuracy": accuracy(intents, [top(p, "subjects").removeprefix("intent.") for p in parsed]),
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "entities": {
            name: _entity_scores(right, [_found(p, u, name) for p, u in zip(parsed, test, strict=True)])
            for name in extractors
        },
    }


def _entity_scores(right: list[list[Span]], found: list[list[Span]]) -> dict[str, Any]:
    return {**asdict(span_f1(right, found)), "untyped_f1": span_f1(untyped(right), untyped(found)).f1}


def _found(parsed: Parsed, utterance: Utterance, extractor: str) -> list[Span]:
    """Return the spans that one extractor found; times by our own rules belong to no data set."""
    return [
        (*over_words(utterance.words, e["start"], e["end"]), e["entity"].removeprefix(TYPE))
        for e in parsed["entities"]
        if e["extractor"] == extractor and e["entity"].startswith(TYPE)
    ]


def _described(corpus: Corpus) -> dict[str, Any]:
    seen = {(" ".join(u.words[a:b]).lower(), k) for u in corpus.train for a, b, k in spans_of(u.tags)}
    asked = [(" ".join(u.words[a:b]).lower(), k) for u in corpus.test for a, b, k in spans_of(u.tags)]
    known = {u.intent for u in corpus.train}
    return {
        "train": len(corpus.train),
        "test": len(corpus.test),
        "intents": len(known),
        "slot_types": len({kind for _, kind in seen}),
        "test_spans": len(asked),
        "test_spans_seen_in_training": sum(span in seen for span in asked),
        "test_intents_unseen_in_training": sum(u.intent not in known for u in corpus.test),
    }


def report(result: dict[str, Any]) -> str:
    """Return the result in Markdown."""
    data = result["data"]
    lines = [
        f"{data['train']} training and {data['test']} test utterances, {data['intents']} intents, "
        f"{data['slot_types']} slot types; {data['test_spans_seen_in_training']} of {data['test_spans']} "
        f"test slots have a spelling and type seen in training, {data['test_intents_unseen_in_training']} "
        "test utterances an intent that was not.",
        f"Training {result['training_s']} s, model {result['model_mb']} MB.",
        "",
        "| test text | intent accuracy | by the subject classifier | p50 / p95 ms |",
        "|---|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {row['intent_accuracy']:.2f} | {row['subject_accuracy']:.2f} "
        f"| {row['p50_ms']} / {row['p95_ms']} |"
        for name, row in result["rows"].items()
    ]
    lines += [
        "",
        "| test text | entities by | precision | recall | F1 | F1 without types |",
        "|---|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {extractor} | "
        + " | ".join(f"{score[key]:.2f}" for key in ("precision", "recall", "f1", "untyped_f1"))
        + " |"
        for name, row in result["rows"].items()
        for extractor, score in row["entities"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

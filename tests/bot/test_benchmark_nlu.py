"""The pipeline of config.yml, trained from end to end on the sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.nlu.__main__ import main, measure, report
from benchmarks.nlu.formats import Corpus, read_phoatis
from benchmarks.nlu.names import learned_names
from benchmarks.nlu.workbench import (
    Example,
    Parsed,
    Understanding,
    pipeline_config,
    train,
    with_export,
    with_seed,
)

SAMPLE = Path(__file__).resolve().parents[2] / "benchmarks" / "nlu" / "sample"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_phoatis(SAMPLE / "phoatis")


def test_the_sample_is_learned_and_scored(corpus: Corpus) -> None:
    result = measure(corpus, pipeline_config())
    assert result["data"] == {
        "train": 40,
        "test": 15,
        "intents": 5,
        "slot_types": 4,
        "test_spans": 19,
        "test_spans_seen_in_training": 18,
        "test_intents_unseen_in_training": 0,
    }
    for row in result["rows"].values():
        assert row["intent_accuracy"] > 90
        assert row["subject_accuracy"] > 90
        found = row["entities"]["Gazetteer"]
        assert found["precision"] == 100.0
        assert found["recall"] == pytest.approx(100 * 18 / 19, abs=0.01)  # one park is new in the test
    assert "| stripped | Gazetteer | 100.00 | 94.74 | 97.30 | 97.30 |" in report(result)


def test_the_same_inputs_give_the_same_model_and_the_seed_is_heeded(corpus: Corpus, tmp_path: Path) -> None:
    once, again, other = (
        parsed(corpus, seed, tmp_path / name) for name, seed in (("a", 42), ("b", 42), ("c", 7))
    )
    assert once == again
    assert [p["subjects"] for p in once] != [p["subjects"] for p in other]
    assert [p["intent"]["name"] for p in once] == [p["intent"]["name"] for p in other]


def parsed(corpus: Corpus, seed: int, folder: Path) -> list[Parsed]:
    folder.mkdir()
    export = folder / "export.json"
    texts = {"vi": [u.text for u in corpus.train], "en": []}
    export.write_text(json.dumps({"names": learned_names(corpus.train), "forms": [], "texts": texts}))
    config = with_seed(with_export(pipeline_config(), export), seed)
    model = train(config, [Example(u.text, u.intent) for u in corpus.train], folder)
    return Understanding(model.path).parse([u.text for u in corpus.test])


def test_one_seed_reaches_every_component_that_has_one() -> None:
    seeded = [step for step in pipeline_config()["pipeline"] if "random_state" in step]
    assert {step["random_state"] for step in seeded} == {42}
    assert [step["name"] for step in seeded] == [
        "bot.intent.IntentClassifier",
        "bot.subject.SubjectClassifier",
        "bot.concepts.ConceptClassifier",
    ]
    written = (Path(__file__).resolve().parents[2] / "config.yml").read_text(encoding="utf-8")
    assert written.count("42") == 1
    changed = with_seed(pipeline_config(), 7)
    assert {step["random_state"] for step in changed["pipeline"] if "random_state" in step} == {7}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--data", "nowhere", "--format", "csv"], "nowhere does not exist"),
        (["--data", str(SAMPLE), "--format", "phoatis"], "seq.in: No such file"),
        (["--data", str(SAMPLE / "massive"), "--format", "massive"], "say which locale"),
        (
            ["--data", str(SAMPLE / "sample.csv"), "--format", "csv", "--locale", "vi-VN"],
            "belongs to the format massive",
        ),
    ],
)
def test_bad_input_is_explained(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert complaint in capsys.readouterr().err

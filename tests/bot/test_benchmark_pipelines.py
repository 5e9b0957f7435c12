from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.nlu.outside import OUTSIDE, Machine
from benchmarks.nlu.pipelines import PIPELINES, config_of, split, table
from benchmarks.nlu.workbench import Example, pipeline_config


def names(pipeline: str) -> list[str]:
    return [step["name"].split(".")[-1] for step in config_of(pipeline)["pipeline"]]


def test_each_pipeline_changes_what_it_says() -> None:
    own = ["VietnameseTokenizer", "SpellingCorrector", "Gazetteer", "LanguageIdentifier"]
    counts, rasas = ["CountVectorsFeaturizer"] * 2, "LogisticRegressionClassifier"
    assert config_of("config.yml") == pipeline_config()
    assert names("intent only") == [*own, "IntentClassifier"]
    assert names("Rasa's logistic regression on counted n-grams") == [*own, *counts, rasas]
    assert names("… accents kept") == ["WhitespaceTokenizer", *own[1:], *counts, rasas]
    assert names("… with e5 vectors") == [*own, *counts, "E5Featurizer", rasas]
    assert names("SVM on e5 vectors") == [*own[:2], "E5Featurizer", "SklearnIntentClassifier"]
    assert names("DIET, intent only") == [*own, *counts, "DIETClassifier"]
    assert len({str(config_of(name)) for name in PIPELINES}) == len(PIPELINES)


def test_a_fifth_of_each_intent_is_held_out_the_same_on_every_run() -> None:
    examples = {lang: [Example(f"{lang} {n}", f"intent_{n % 2}") for n in range(20)] for lang in ("vi", "en")}
    learned, held_out = split(examples, seed=1)
    assert split(examples, seed=1) == (learned, held_out)
    assert split(examples, seed=2)[1] != held_out
    assert len(learned) == 32
    for lang, kept in held_out.items():
        assert sorted(e.intent for e in kept) == ["intent_0"] * 2 + ["intent_1"] * 2
        assert not set(kept) & set(learned)
        assert all(e.text.startswith(lang) for e in kept)


def test_the_table_has_a_row_for_each_pipeline() -> None:
    costs = dict.fromkeys(("training_s", "training_cpu_s", "model_mb", "memory_mb", "p50_ms", "p95_ms"), 1.5)
    lines = table({"a": {**costs, "accuracy": {"vi accented": 91.25}}}).splitlines()
    assert lines[0].endswith("| p95 ms | vi accented |")
    assert lines[2] == "| a | 1.5 | 1.5 | 1.5 | 1.5 | 1.5 | 1.5 | 91.2 |"


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_machine_outside_rasa_speaks_as_rasa_does(name: str, tmp_path: Path) -> None:
    texts = {
        "fee": ("lệ phí bao nhiêu", "có mất phí không"),
        "area": ("rộng bao nhiêu", "diện tích mấy héc ta"),
    }
    machine = Machine(name, seed=1)
    model = machine.train([Example(t, i) for i, several in texts.items() for t in several], tmp_path)
    assert machine.parse(["LE PHI", "dien tich"]) == [
        {"intent": {"name": "fee"}},
        {"intent": {"name": "area"}},
    ]
    assert model.path.stat().st_size > 0

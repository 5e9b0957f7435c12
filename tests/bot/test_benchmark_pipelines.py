from __future__ import annotations

import pytest

from benchmarks.nlu.pipelines import PIPELINES, config_of, split, table
from benchmarks.nlu.workbench import pipeline_config


def names(pipeline: str) -> list[str]:
    return [step["name"].split(".")[-1] for step in config_of(pipeline)["pipeline"]]


def test_each_pipeline_changes_what_it_says() -> None:
    counts = ["CountVectorsFeaturizer"] * 2
    known = ["Gazetteer", "LanguageIdentifier", "EntityKindFeaturizer"]
    assert config_of("config.yml") == pipeline_config()
    assert names("intent only") == ["VietnameseTokenizer", *known, *counts, "IntentClassifier"]
    assert names("… without names") == ["VietnameseTokenizer", *counts, "IntentClassifier"]
    assert names("… accents kept") == ["WhitespaceTokenizer", *known, *counts, "IntentClassifier"]
    assert names("… with e5 vectors")[-2:] == ["E5Featurizer", "IntentClassifier"]
    assert names("SVM on e5 vectors") == ["VietnameseTokenizer", "E5Featurizer", "SklearnIntentClassifier"]
    assert names("DIET, intent only") == ["VietnameseTokenizer", *known, *counts, "DIETClassifier"]
    assert len({str(config_of(name)) for name in PIPELINES}) == len(PIPELINES)


def test_a_fifth_of_each_intent_is_held_out_the_same_on_every_run() -> None:
    learned, held_out = split(1)
    assert split(1) == (learned, held_out)
    assert split(2)[1] != held_out
    total = len(learned) + sum(map(len, held_out.values()))
    assert sum(map(len, held_out.values())) / total == pytest.approx(0.2, abs=0.02)
    assert {e.intent for e in held_out["vi"]} == {e.intent for e in learned}


def test_the_table_has_a_row_for_each_pipeline() -> None:
    costs = dict.fromkeys(("training_s", "training_cpu_s", "model_mb", "memory_mb", "p50_ms", "p95_ms"), 1.5)
    lines = table({"a": {**costs, "accuracy": {"vi accented": 91.25}}}).splitlines()
    assert lines[0].endswith("| p95 ms | vi accented |")
    assert lines[2] == "| a | 1.5 | 1.5 | 1.5 | 1.5 | 1.5 | 1.5 | 91.2 |"

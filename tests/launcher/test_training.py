"""Training happens when what the model is made of has changed, and only then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from launcher import training

TRAINING = "rasa train --force --fixed-model-name heza --out "


def trainings(working_copy: Any) -> int:
    return sum(command.startswith(TRAINING) for command in working_copy.commands())


def test_it_loads_exports_and_trains(working_copy: Any) -> None:
    status, output = working_copy.run("train")
    assert status == 0, output
    assert working_copy.commands() == [
        "knowledge load --keep-edits",
        "knowledge export-nlu var/nlu-export.json",
        f"{TRAINING}models",
    ]
    assert "Training the model" in output


def test_rasa_gets_every_variable_that_its_files_name(working_copy: Any) -> None:
    working_copy.run("train", PYTHONPATH="/elsewhere")
    environment = working_copy.calls()[-1]["environment"]
    assert environment["PYTHONPATH"] == "."
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["SQLALCHEMY_SILENCE_UBER_WARNING"] == "1"
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "2"
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert all(environment[name] for name in ("HEZA_SECRET", "HEZA_ACTIONS_URL", "HEZA_TRACKER"))


def test_a_model_that_was_damaged_is_made_anew(working_copy: Any) -> None:
    working_copy.run("train")
    model = working_copy.root / "models" / "heza.tar.gz"
    model.write_bytes(model.read_bytes()[: len(model.read_bytes()) // 2])
    status, output = working_copy.run("train")
    assert (status, trainings(working_copy)) == (0, 2)
    assert "not the file that the training wrote" in output
    working_copy.run("train")
    assert trainings(working_copy) == 2


def test_a_second_time_only_looks_for_changes(working_copy: Any) -> None:
    working_copy.run("train")
    status, output = working_copy.run("train")
    assert (status, trainings(working_copy)) == (0, 1)
    assert "Training" not in output


def test_force_trains_all_the_same(working_copy: Any) -> None:
    working_copy.run("train")
    working_copy.run("train", "--force")
    assert trainings(working_copy) == 2


def test_a_broken_off_training_is_repeated(working_copy: Any) -> None:
    working_copy.run("train")
    (working_copy.root / "domain.yml").write_text("other")
    status, output = working_copy.run("train", PRETEND_FAIL="rasa train")
    assert status == 1
    assert "The training failed with status 3" in output
    assert "this is why" in output
    (working_copy.root / "domain.yml").write_text("domain.yml\n")
    working_copy.run("train")
    assert trainings(working_copy) == 3


def test_what_the_model_has_learned_is_kept_once_it_has(working_copy: Any) -> None:
    learned = working_copy.root / "var" / "nlu-trained.json"
    working_copy.run("train", PRETEND_FAIL="rasa train")
    assert not learned.exists()
    working_copy.run("train")
    assert learned.read_text() == "{}"


def test_knowledge_that_cannot_be_loaded_stops_it(working_copy: Any) -> None:
    status, output = working_copy.run("train", PRETEND_FAIL="knowledge load")
    assert status == 1
    assert "'python -m knowledge load' failed." in output
    assert working_copy.commands() == ["knowledge load --keep-edits"]


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "domain.yml",
        "data/nlu/vi/greet.yml",
        "data/nlu/en/new.yml",
        "bot/tokenizer.py",
        "vietnamese/folding.py",
        "var/nlu-export.json",
        "requirements/bot.txt",
    ],
)
def test_the_fingerprint_covers_every_input(working_copy: Any, name: str) -> None:
    before = training.fingerprint(working_copy.places)
    path = working_copy.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed")
    assert training.fingerprint(working_copy.places) != before


def test_the_fingerprint_covers_names(working_copy: Any) -> None:
    before = training.fingerprint(working_copy.places)
    path = working_copy.root / "data/nlu/vi/greet.yml"
    path.rename(path.with_name("hello.yml"))
    assert training.fingerprint(working_copy.places) != before


@pytest.mark.parametrize(
    "name", ["bot/__pycache__/tokenizer.pyc", "actions/answer.py", "requirements/app.txt"]
)
def test_the_fingerprint_covers_nothing_else(working_copy: Any, name: str) -> None:
    before = training.fingerprint(working_copy.places)
    path = working_copy.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed")
    assert training.fingerprint(working_copy.places) == before


def test_a_model_without_its_note_is_trained_again(working_copy: Any, eventually: Callable[..., Any]) -> None:
    working_copy.run("train")
    (working_copy.root / "models/heza.inputs").unlink()
    working_copy.run("train")
    assert trainings(working_copy) == 2

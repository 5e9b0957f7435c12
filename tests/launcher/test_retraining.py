"""What was accepted is learned beside the working copy, and comes into it only if nothing got worse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PROPOSAL = "nlu/vi/greet.1.yml"
GREETINGS = Path("data/nlu/vi/greet.yml")


@pytest.fixture
def accepted(working_copy: Any) -> Any:
    path = working_copy.root / "var/review/accepted" / PROPOSAL
    path.parent.mkdir(parents=True)
    path.write_text("a proposal\n")
    return working_copy


def trial(working_copy: Any) -> Path:
    return Path(working_copy.root) / "var/retraining/copy"


def state(working_copy: Any) -> tuple[str, bool, bool]:
    """What the working copy has learned, whether it has a model, whether the proposal was taken."""
    root = Path(working_copy.root)
    return (
        (root / GREETINGS).read_text(),
        (root / "models/heza.tar.gz").exists(),
        (root / "var/review/taken" / PROPOSAL).exists(),
    )


LEARNED = (f"{GREETINGS}\nlearned\n", True, True)
AS_IT_WAS = (f"{GREETINGS}\n", False, False)


def test_what_passes_the_gate_is_kept_with_its_model(accepted: Any) -> None:
    status, output = accepted.run("retrain", "--", "--sample", "40")
    assert status == 0, output
    assert "Kept." in output
    assert state(accepted) == LEARNED
    assert not (accepted.root / "var/review/accepted" / PROPOSAL).exists()
    commands = (trial(accepted) / "calls.jsonl").read_text()
    assert "evaluation.adopting" in commands
    assert '"--gate"' in commands
    assert '"--sample", "40"' in commands


def test_what_is_worse_is_not_kept(accepted: Any) -> None:
    status, output = accepted.run("retrain", PRETEND_FAIL="--gate")
    assert (status, "NOT kept" in output) == (1, True), output
    assert state(accepted) == AS_IT_WAS
    assert (accepted.root / "var/review/accepted" / PROPOSAL).exists()


@pytest.mark.parametrize("step", ["evaluation.adopting", "rasa train", "knowledge load"])
def test_a_step_that_fails_changes_nothing(accepted: Any, step: str) -> None:
    status, output = accepted.run("retrain", PRETEND_FAIL=step)
    assert status == 1, output
    assert state(accepted) == AS_IT_WAS


def test_the_trial_shares_no_setting_with_the_running_assistant(accepted: Any) -> None:
    accepted.run(
        "retrain", DATABASE_URL="postgresql://db.example/heza", REDIS_URL="redis://x", HEZA_NOTICES="n"
    )
    calls = (trial(accepted) / "calls.jsonl").read_text()
    assert "db.example" not in calls
    assert "redis://x" not in calls
    assert "HEZA_NOTICES" not in calls
    assert not (accepted.root / "var/knowledge.sqlite").exists()


def test_with_nothing_accepted_nothing_is_trained(working_copy: Any) -> None:
    status, output = working_copy.run("retrain")
    assert status == 0, output
    assert "rasa train" not in (trial(working_copy) / "calls.jsonl").read_text()

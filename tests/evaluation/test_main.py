from __future__ import annotations

from pathlib import Path

import pytest

from evaluation import __main__ as program
from evaluation import accepted
from evaluation.run import Result
from evaluation.scoring import CORRECT, WRONG
from tests.evaluation.conftest import MakeResult


class Measured:
    """What the next run of the program measures, and where it writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results: list[Result] = []

    async def evaluate(self, _arguments: object) -> list[Result]:
        return self.results

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir())


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_result: MakeResult) -> Measured:
    made = Measured(tmp_path)
    made.results = [make_result(CORRECT, source=f"x-{n}") for n in range(20)]
    file = tmp_path / "accepted.json"
    monkeypatch.setattr(program, "evaluate", made.evaluate)
    monkeypatch.setattr(program, "REPORTS", tmp_path)
    monkeypatch.setattr(accepted.read, "__defaults__", (file,))
    monkeypatch.setattr(accepted.accept, "__defaults__", (file,))
    return made


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], ["evaluation.md"]),
        (["--set", "test"], ["evaluation-test.md"]),
        (["--sample", "5"], []),
        (["--no-dialogues"], []),
        (["--variants", "upper"], []),
    ],
)
def test_the_report_of_a_whole_set_is_kept(
    measured: Measured, arguments: list[str], files: list[str]
) -> None:
    assert program.main(arguments) == 0
    assert measured.files() == files


def test_a_report_is_written_where_the_arguments_say(measured: Measured) -> None:
    assert program.main(["--sample", "5", "--report", str(measured.folder / "here.md")]) == 0
    assert measured.files() == ["here.md"]
    assert "content 1; model 1; 20 questions, 0 dialogues; " in (measured.folder / "here.md").read_text()


def test_the_gate_lets_pass_what_was_accepted(measured: Measured) -> None:
    assert program.main(["--accept"]) == 0
    assert program.main(["--gate", "--sample", "20"]) == 0


def test_the_gate_fails_on_a_worse_result(
    measured: Measured, make_result: MakeResult, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["--accept"]) == 0
    measured.results = [make_result(WRONG if n % 2 else CORRECT, source=f"x-{n}") for n in range(20)]
    assert program.main(["--gate", "--sample", "20"]) == 1
    assert "Worse than accepted: vi as_written: correct 50.0 %, accepted 100.0 %" in capsys.readouterr().err


def test_without_an_accepted_result_there_is_nothing_to_compare_with(
    measured: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["--gate"]) == 2
    assert "--accept" in capsys.readouterr().err


def test_results_of_different_sets_are_not_compared(measured: Measured) -> None:
    assert program.main(["--accept"]) == 0
    assert program.main(["--gate", "--set", "test"]) == 2


@pytest.mark.parametrize("part", [["--sample", "5"], ["--variants", "upper"], ["--no-dialogues"]])
def test_a_part_is_not_accepted(measured: Measured, part: list[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--accept", *part])
    assert measured.files() == []

"""What the portal says while Rasa is away is measured, and held against the main path."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation import fallback
from evaluation.fallback import MainPath, bounds, is_no_worse, main_path, markdown
from evaluation.scoring import ABSTAINED, CORRECT, WRONG
from tests.evaluation.conftest import MakeResult

REPORT = """
| en dialogue | 78 | 91.0 (85.2–96.2) | 5.1 (1.2–9.9) | 3.8 |
| all | 400 | 90.3 (88.4–92.0) | 5.0 (4.1–7.0) | 4.2 |

| answers with at least one citation | 100.0 | 200 |
"""
BEFORE = MainPath(of_turns=5.0, of_answers=10.0)


def test_the_main_path_is_read_from_its_report(tmp_path: Path) -> None:
    (tmp_path / "evaluation-test.md").write_text(REPORT, encoding="utf-8")
    assert main_path("test", tmp_path) == MainPath(of_turns=5.0, of_answers=10.0)
    (tmp_path / "evaluation.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="another form"):
        main_path("dev", tmp_path)


def test_the_reports_that_are_kept_can_be_read() -> None:
    for split in ("dev", "test"):
        assert 0 < main_path(split).of_turns < main_path(split).of_answers < 50


@pytest.mark.parametrize(
    ("wrong", "silent", "passes"),
    [(0, 100, True), (1, 99, False), (1, 89, True), (2, 88, False), (6, 0, False)],
)
def test_it_must_not_be_wrong_more_often_by_turns_or_by_answers(
    make_result: MakeResult, wrong: int, silent: int, passes: bool
) -> None:
    results = [make_result(WRONG)] * wrong
    results += [make_result(ABSTAINED, outcome="service_down")] * silent
    results += [make_result(CORRECT)] * (100 - wrong - silent)
    assert is_no_worse(results, BEFORE) is passes


def test_where_nothing_was_wrong_the_rule_of_three_bounds_it(make_result: MakeResult) -> None:
    variants = [make_result(source=f"x-{n}") for n in range(60)] * 9
    assert bounds(variants) == (0.0, 5.0)
    assert bounds([]) == (0.0, 100.0)
    low, high = bounds([*variants, make_result(WRONG, source="x-0")])
    assert 0 <= low < high < 5


def test_the_report_tells_numbers_and_no_question(make_result: MakeResult) -> None:
    results = [make_result(WRONG), make_result(ABSTAINED, source="x-2", outcome="service_down")]
    text = markdown(results, BEFORE, "test")
    assert "| vi as_written | 2 | 1 | 1 | 50.00 | 100.0 |" in text
    assert "Lệ phí" not in text


def test_a_portal_without_rasa_is_asked_over_http(tmp_path: Path) -> None:
    """A seeded sample of the whole measurement."""
    report = tmp_path / "report.md"
    arguments = ["--sample", "5", "--seed", "3", "--variants", "as_written,no_accents"]
    assert fallback.main([*arguments, "--report", str(report)]) == 0
    assert "| all | " in report.read_text()

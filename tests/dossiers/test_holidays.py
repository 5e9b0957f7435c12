from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossiers.holidays import HolidaysError, calendar_from, load_calendar

ANNOUNCED = "source: 1/TB-BNV, dated: 2026-12-01"


def write(folder: Path, text: str) -> Path:
    path = folder / "days.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_library_lacks_the_exchange_of_new_year_2026() -> None:
    calendar = load_calendar()
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))


def test_an_exchange_into_the_year_before_is_known() -> None:
    calendar = load_calendar()
    assert calendar.is_working(date(2014, 12, 27))
    assert not calendar.is_working(date(2015, 1, 2))


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        (date(2023, 12, 31), True),
        (date(2024, 1, 1), False),
        (date(2026, 11, 23), False),
        (date(2026, 11, 24), True),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
    ],
)
def test_years_and_days_that_are_not_sure_are_provisional(day: date, provisional: bool) -> None:
    assert load_calendar().is_provisional(day) is provisional


def test_a_deployment_adds_days_and_years(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f"- {{year: 2027, {ANNOUNCED}}}\n"
        f"- {{day: 2027-03-01, kind: 'off', {ANNOUNCED}}}\n"
        f"- {{day: 2027-03-06, kind: working, {ANNOUNCED}}}\n",
    )
    calendar = load_calendar(path)
    assert not calendar.is_working(date(2027, 3, 1))
    assert calendar.is_working(date(2027, 3, 6))
    assert not calendar.is_provisional(date(2027, 3, 2))
    assert not calendar.is_working(date(2026, 1, 2)), "what ships stays"


def test_a_deployment_overrules_what_ships(tmp_path: Path) -> None:
    path = write(tmp_path, f"- {{day: 2026-11-24, kind: working, {ANNOUNCED}}}\n")
    calendar = calendar_from({"HEZA_HOLIDAYS": str(path)})
    assert calendar.is_working(date(2026, 11, 24))
    assert not calendar.is_provisional(date(2026, 11, 24))


@pytest.mark.parametrize("env", [{}, {"HEZA_HOLIDAYS": ""}])
def test_without_a_file_the_shipped_calendar_holds(env: dict[str, str]) -> None:
    assert calendar_from(env) == load_calendar()


def test_all_problems_of_a_file_are_reported_with_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f"- {{day: 2027-02-30, kind: 'off', {ANNOUNCED}}}\n"
        f"- {{day: 2027-03-01, kind: perhaps, {ANNOUNCED}}}\n"
        "- {day: 2027-03-02, kind: 'off', dated: 2026-12-01}\n"
        f"- {{day: 2027-03-03, kind: off, {ANNOUNCED}, reason: rain}}\n"
        f"- {{year: 27, {ANNOUNCED}}}\n"
        "- Tết\n"
        f"- {{day: 2027-03-04, kind: 'off', {ANNOUNCED}}}\n"
        f"- {{day: 2027-03-04, kind: working, {ANNOUNCED}}}\n"
        f"- {{day: 1999-03-04, kind: working, {ANNOUNCED}}}\n"
        f"- {{year: 2028, {ANNOUNCED}}}\n"
        f"- {{year: 2028, {ANNOUNCED}}}\n"
        f"- {{day: 2027-03-05 08:00:00, kind: 'off', {ANNOUNCED}}}\n"
        f"- {{day: 20270306, kind: 'off', {ANNOUNCED}}}\n",
    )
    with pytest.raises(HolidaysError) as caught:
        load_calendar(path)
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13]
    said = str(caught.value).splitlines()
    assert said[0].startswith("days.yml:1: day:")
    assert said[1] == "days.yml:2: kind: Input should be 'off' or 'working'"
    assert said[2] == "days.yml:3: source: Field required"
    assert said[3] == "days.yml:4: reason: Extra inputs are not permitted"
    assert said[5] == "days.yml:6: neither a day nor a year"
    assert said[6] == "days.yml:8: 2027-03-04 stands here twice"


@pytest.mark.parametrize(
    ("text", "said"),
    [("day: 2027-03-01", "days.yml:1: "), ("- {day: 2027", "malformed YAML"), ("", "days.yml:1: ")],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(HolidaysError, match=said):
        load_calendar(write(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HolidaysError, match=r"none.yml:1: cannot be read"):
        load_calendar(tmp_path / "none.yml")


def test_the_calendar_has_an_end() -> None:
    with pytest.raises(ValueError, match="no calendar for 1999: it reaches from 2000 to 2099"):
        load_calendar().is_working(date(1999, 12, 31))

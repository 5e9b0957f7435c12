from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.codes import Code, CodeError, Fault, parse_code

TODAY = date(2026, 11, 22)
FULL = "000.19.H24-241105-0012"


@pytest.mark.parametrize(
    "typed",
    [
        FULL,
        "000.19.h24-241105-0012",
        " 000.19.H24 - 241105 - 0012 ",
        "000 19 H24 241105 0012",
        "00019H242411050012",
        "000.19.H24.241105.0012",
        "000-19-h24-241105-0012",
        "000.19.H24–241105–0012",
        "000.19.H24/241105/0012",
        "000.19.H24-2411 05-0012",
        "0 0 0 1 9 H 2 4 2 4 1 1 0 5 0 0 1 2",
        "０００.19.H24-241105-0012",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert str(parse_code(typed, TODAY)) == FULL


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("H24.19-241105-0012", "H24.19-241105-0012"),
        ("h24.19.03 241105 0012", "H24.19.03-241105-0012"),
        ("000.00.19.h24-241105-001234", "000.00.19.H24-241105-001234"),
        ("000000019... ", None),
        ("0000019H242411050012", "000.00.19.H24-241105-0012"),
        ("G22-241105-0012", "G22-241105-0012"),
        ("G222411050012", "G22-241105-0012"),
    ],
)
def test_both_kinds_of_agency_identifiers(typed: str, written: str | None) -> None:
    if written is None:
        with pytest.raises(CodeError):
            parse_code(typed, TODAY)
    else:
        assert str(parse_code(typed, TODAY)) == written


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.EMPTY),
        ("  ", Fault.EMPTY),
        ("000.19.H24-241105-00#2", Fault.CHARACTERS),
        ("hồ sơ của tôi", Fault.CHARACTERS),
        ("000.19.H24-241105-0012; DROP TABLE dossiers", Fault.CHARACTERS),
        ("0" * 500, Fault.CHARACTERS),
        ("241105-0012", Fault.AGENCY),
        ("0.19.H24-241105-0012", Fault.SEPARATORS),
        ("000.19.H2-241105-0012", Fault.LENGTH),
        ("000.19.HH24-241105-0012", Fault.AGENCY),
        ("000.19.H24-241105-001", Fault.LENGTH),
        ("000.19.H24-241105-0012345", Fault.LENGTH),
        ("000.19.H24-241305-0012", Fault.DAY),
        ("000.19.H24-240230-0012", Fault.DAY),
        ("000.19.H24-160105-0012", Fault.DAY),
        ("000.19.H24-261123-0012", Fault.FUTURE),
        ("000.19.H24-2411-05-0012", Fault.SEPARATORS),
    ],
)
def test_what_is_no_code_is_told_why(typed: str, fault: Fault) -> None:
    with pytest.raises(CodeError) as caught:
        parse_code(typed, TODAY)
    assert caught.value.fault is fault


agencies = st.sampled_from(["000.19.H24", "000.00.19.H24", "H24.19", "H24.19.03", "G22", "00.19.H24"])
numbers = st.integers(0, 999_999).map(lambda n: f"{n:04}")
days = st.dates(date(2018, 1, 1), TODAY)


@given(agencies, days, numbers)
def test_what_is_written_is_read_back(agency: str, day: date, number: str) -> None:
    code = Code(agency, day, number)
    assert parse_code(str(code), TODAY) == code


@given(agencies, days, numbers)
def test_without_separators_a_code_has_one_reading(agency: str, day: date, number: str) -> None:
    code = Code(agency, day, number)
    assert parse_code(re.sub(r"\W", "", str(code)).lower(), TODAY) == code


def test_a_masked_code_keeps_two_digits_of_the_number() -> None:
    assert parse_code(FULL, TODAY).masked == "000.19.H24-241105-••12"

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dossiers.events import Event, EventError, parse_event

GOOD = {"code": "000.19.H24-241105-0012", "state": "Đang xử lý", "version": 3}


def parsed(**fields: Any) -> Event:
    return parse_event({**GOOD, **fields})


def reasons(**fields: Any) -> list[str]:
    with pytest.raises(EventError) as caught:
        parsed(**fields)
    return caught.value.reasons


@pytest.mark.parametrize(
    "typed",
    ["2024-12-05", "05/12/2024", "5/12/2024", "5-12-2024", "05/12/2024 16:30", "2024-12-05T16:30:00+07:00"],
)
def test_days_as_excel_and_systems_write_them(typed: str) -> None:
    assert parsed(due_on=typed).due_on == date(2024, 12, 5)


@pytest.mark.parametrize(
    "typed",
    [
        "2024-11-05T08:30:00+07:00",
        "2024-11-05T08:30:00",
        "5/11/2024 8:30",
        "05/11/2024 08:30:00",
        "2024-11-05T01:30:00Z",
    ],
)
def test_a_time_without_a_zone_is_one_of_viet_nam(typed: str) -> None:
    event = parsed(version=None, updated_at=typed)
    assert event.updated_at == datetime(2024, 11, 5, 1, 30, tzinfo=UTC)
    assert event.order == int(event.updated_at.timestamp() * 1000)


def test_the_day_of_receipt_is_in_the_code_unless_the_feed_says_otherwise() -> None:
    assert parsed().received == date(2024, 11, 5)
    assert parsed(received_on="2024-11-06").received == date(2024, 11, 6)


def test_names_and_notes_are_thrown_away() -> None:
    event = parsed(applicant="Người Thử", note="ghi chú nội bộ", email="a@example.com")
    assert "Thử" not in repr(event) + event.model_dump_json()


def test_factors_stand_in_no_representation() -> None:
    assert "7654" not in repr(parsed(phone="0000007654", secret="ABCDEFGH7654"))


def test_empty_fields_count_as_not_given() -> None:
    assert parsed(due_on="", unit="  ", step=None) == parsed()


def test_text_is_brought_on_one_line() -> None:
    assert parsed(supplement="Nộp\n bản  sao\u202e").supplement == "Nộp bản sao"


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({"code": "000.19.H24-241305-0012"}, "code: no dossier code (day)"),
        ({"code": None}, "code: Field required"),
        ({"state": ""}, "state: Field required"),
        ({"version": None}, "version: neither"),
        ({"version": 0}, "version:"),
        ({"version": "abc"}, "version:"),
        ({"due_on": "31/02/2025"}, "due_on:"),
        ({"due_on": "mai"}, "due_on:"),
        ({"due_on": "2024-11-04"}, "due_on: before received_on"),
        ({"received_on": "2999-01-01"}, "received_on: lies in the future"),
        ({"updated_at": "2999-01-01T00:00:00Z"}, "updated_at: lies in the future"),
        ({"step": 5, "steps": 4}, "step: more than steps"),
        ({"phone": "9.12E+08"}, "phone: no phone number"),
        ({"secret": "1234"}, "secret: a receipt's secret"),
        ({"tax_code": "12"}, "tax_code: a tax code"),
        ({"due": "2024-12-05"}, "due: Extra inputs"),
        ({"unit": "x" * 501}, "unit:"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason(fields: dict[str, Any], begins: str) -> None:
    found = reasons(**fields)
    assert len(found) == 1
    assert found[0].startswith(begins)


def test_a_reason_quotes_no_factor() -> None:
    assert "77777" not in str(reasons(phone="77777", secret="77777"))


def test_all_reasons_are_told_at_once() -> None:
    assert len(reasons(code="x", due_on="x", step=0)) == 3


def test_a_snapshot_gives_the_time_of_rows_without_any() -> None:
    as_of = datetime(2026, 11, 1, tzinfo=UTC)
    assert parse_event({**GOOD, "version": None}, as_of).updated_at == as_of
    assert parse_event(GOOD, as_of).order == 3


def test_the_digest_tells_contents_apart_and_not_identities() -> None:
    assert parsed().digest == parsed(version=9, event_id="x", phone="0000").digest
    assert parsed().digest == parsed(code="000.19.H24-241105-0013").digest
    assert parsed().digest != parsed(due_on="2024-12-05").digest


def test_a_clock_a_little_ahead_is_borne() -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    assert parsed(updated_at=soon.isoformat()).updated_at == soon

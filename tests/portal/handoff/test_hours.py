"""Office hours, and deadlines counted in them."""

from __future__ import annotations

from datetime import datetime

import pytest

from dossiers.holidays import load_calendar
from knowledge.dates import HANOI
from portal.handoff.hours import read_hours
from portal.handoff.settings import read_handoff_settings
from portal.settings import SettingsError, read_settings
from tests.portal.handoff.conftest import hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T07:29", False),
        ("2026-11-23T07:30", True),
        ("2026-11-23T11:30", False),
        ("2026-11-23T13:00", True),
        ("2026-11-23T17:00", False),
        ("2026-11-22T09:00", False),  # a Sunday
        ("2026-09-02T09:00", False),  # National Day, a Wednesday
    ],
)
def test_the_desk_is_open_in_its_hours_on_working_days(moment: str, is_open: bool) -> None:
    assert hours().is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("asked", "so_many", "by"),
    [
        ("2026-11-23T08:30", 2, "2026-11-23T10:30"),
        ("2026-11-23T10:30", 2, "2026-11-23T14:00"),  # over the lunch break
        ("2026-12-01T20:00", 8, "2026-12-02T17:00"),  # in the evening: the next day counts whole
        ("2026-12-04T16:00", 16, "2026-12-08T16:00"),  # over a weekend
        ("2026-08-28T16:00", 2, "2026-09-03T08:30"),  # over National Day, as the State moved the days
    ],
)
def test_a_deadline_counts_office_hours_only(asked: str, so_many: int, by: str) -> None:
    assert hours().after(at(asked), so_many) == at(by)


def test_days_of_their_own_hours() -> None:
    read = read_hours("Mon-Thu 08:00-12:00; Fri 08:00-11:00", load_calendar())
    assert read.is_open(at("2026-11-26T11:30"))
    assert not read.is_open(at("2026-11-27T11:30"))


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri",
        "Mon-Fri 8-17",
        "Fri-Mon 08:00-17:00",
        "T2-T6 08:00-17:00",
        "Mon 17:00-08:00",
        "Mon 08:00-12:00,11:00-17:00",
        "Mon 25:00-26:00",
    ],
)
def test_what_are_no_hours_is_refused_with_the_name_of_the_setting(text: str) -> None:
    with pytest.raises(ValueError, match="HEZA_DESK_HOURS"):
        read_handoff_settings({"HEZA_DESK_HOURS": text})


def test_the_portal_offers_its_desk_where_hours_are_set() -> None:
    needed = {"HEZA_SECRET": "s", "HEZA_RASA_URL": "http://127.0.0.1:5005"}
    assert not read_settings(needed).desk.handoff
    assert read_settings({**needed, "HEZA_DESK_HOURS": "Mon-Fri 08:00-17:00"}).desk.handoff
    with pytest.raises(SettingsError, match="HEZA_DESK_HOURS"):
        read_settings({**needed, "HEZA_DESK_HOURS": "always"})


def test_settings_are_read_and_bounded() -> None:
    read = read_handoff_settings({"HEZA_TICKET_HOURS": "8", "HEZA_CONTACT_DAYS": "5"})
    assert (read.hours, read.answer_hours, read.contact_days) == (None, 8, 5)
    with pytest.raises(ValueError, match="HEZA_CONTACT_DAYS"):
        read_handoff_settings({"HEZA_CONTACT_DAYS": "0"})

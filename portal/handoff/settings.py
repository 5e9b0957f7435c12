"""Settings of the desk, read from the environment with those of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dossiers.holidays import HolidaysError, calendar_from
from portal.handoff.hours import DeskHours, read_hours

ANSWER_HOURS = 16
CONTACT_DAYS = 30


@dataclass(frozen=True)
class HandoffSettings:
    """Whether there is a desk, and what it promises.

    Attributes:
        hours: when officers are there; none: the deployment has no desk.
        answer_hours: office hours within which a ticket is to be answered.
        contact_days: days after closing until a ticket's contact is deleted.
    """

    hours: DeskHours | None = None
    answer_hours: int = ANSWER_HOURS
    contact_days: int = CONTACT_DAYS


def read_handoff_settings(env: Mapping[str, str]) -> HandoffSettings:
    """Read the settings.

    Raises:
        ValueError: one makes no sense; the message says which.
    """
    hours = None
    if text := env.get("HEZA_DESK_HOURS", "").strip():
        try:
            hours = read_hours(text, calendar_from(env))
        except (ValueError, HolidaysError) as error:
            raise ValueError(f"HEZA_DESK_HOURS: {error}.") from error
    return HandoffSettings(
        hours,
        _whole(env, "HEZA_TICKET_HOURS", ANSWER_HOURS, 400),
        _whole(env, "HEZA_CONTACT_DAYS", CONTACT_DAYS, 3650),
    )


def _whole(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = env.get(name) or str(default)
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value) <= most:
        raise ValueError(f"{name}={value!r} is no number from 1 to {most}.")
    return int(value)

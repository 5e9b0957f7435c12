"""When a dossier is due, and how much of the time is left.

How a term is counted (Civil Code 91/2015/QH13, read in quotations, not in the gazette):

- the day of the event is not counted, counting begins with the next day (Article 147(3)):
  a dossier received on a working day is due n working days after it;
- a term of days that would end on a day off ends with the next working day (Article 148(5)).

That a dossier which arrives after office hours or on a day off counts as received on the
next working day, and that the clock stands still while a supplement is awaited, is the
practice of one-stop desks (Decrees 61/2018/NĐ-CP and 118/2025/NĐ-CP; articles **not verified**).

The date on the receipt always goes before ours (`due`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from dossiers.holidays import Calendar, days_between
from knowledge.dates import HANOI, display
from knowledge.texts import load_texts

LONGEST = 1000
"""Days of the longest time limit that is believed; more is a slip in the data."""

TEXTS = Path(__file__).with_name("texts")
_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a time limit is counted in; the names are those of the units of figures."""

    WORKING_DAY = "working_day"
    DAY = "day"


class OnSupplement(StrEnum):
    """What a request for a supplement does to the clock of a procedure."""

    PAUSE = "pause"
    RESTART = "restart"


class DueSource(StrEnum):
    """Whose date it is."""

    FEED = "feed"
    ESTIMATED = "estimated"


class Standing(StrEnum):
    """How a day stands to the due date."""

    LEFT = "left"
    LEFT_OFF = "left_off"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class TimeLimit:
    """The time that a procedure gives the authority.

    Attributes:
        length: number of ``unit``.
        unit: working days, or days of the calendar.
        on_supplement: what a supplement does to the clock (None: not known, so nothing is estimated).

    Raises:
        ValueError: the length is no believable number of days.
    """

    length: int
    unit: Unit = Unit.WORKING_DAY
    on_supplement: OnSupplement | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.length <= LONGEST:
            raise ValueError(f"a time limit of {self.length} days: expected 1 to {LONGEST}")


@dataclass(frozen=True)
class Pause:
    """A request for a supplement, and its arrival (None: still awaited).

    The day of the request is counted, the day on which the supplement counts as received is not.

    Raises:
        ValueError: the supplement came before it was asked for.
    """

    asked_on: date
    received: date | datetime | None = None

    def __post_init__(self) -> None:
        if self.received and _day(self.received) < self.asked_on:
            raise ValueError(f"a supplement of {_day(self.received)} that was asked for on {self.asked_on}")


@dataclass(frozen=True)
class Due:
    """The day by which a result is to be given.

    Attributes:
        on: the day.
        source: the one-stop system, or our own estimate.
        provisional: the days off that it depends on are not all announced or confirmed.
        differs: our own count where it contradicts the feed's date; for staff only.
    """

    on: date
    source: DueSource
    provisional: bool = False
    differs: date | None = None


@dataclass(frozen=True)
class Remaining:
    """How a day stands to the due date.

    Attributes:
        standing: the case.
        days: working days left; days of the calendar if only days off are left, or if overdue.
        provisional: the days off in between are not all announced or confirmed.
    """

    standing: Standing
    days: int
    provisional: bool = False


def receipt_day(received: date | datetime, calendar: Calendar) -> date:
    """Return the working day that counts as the day of receipt.

    Args:
        received: a day, or a moment (without a time zone: in Viet Nam's time). A day alone
            is taken to lie within office hours.
        calendar: tells working days, and when the office closes.
    """
    day = _day(received)
    late = isinstance(received, datetime) and _local(received).time() > calendar.closes
    return next_working_day(day, calendar) if late or not calendar.is_working(day) else day


def next_working_day(day: date, calendar: Calendar) -> date:
    """Return the first working day after ``day``."""
    day += _DAY
    while not calendar.is_working(day):
        day += _DAY
    return day


def due_on(
    received: date | datetime, limit: TimeLimit, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> date | None:
    """Count the day on which a dossier is due.

    Args:
        received: when the dossier arrived.
        limit: the time that the procedure gives.
        calendar: tells working days.
        pauses: requests for supplements, in any order.

    Returns:
        The day, a working day. None while the clock stands still, and if it is not known
        what a supplement does to the clock.

    Raises:
        ValueError: a supplement was asked for before the dossier came, or the calendar does not reach so far.
    """
    if any(pause.asked_on < _day(received) for pause in pauses):
        raise ValueError(f"a supplement was asked for before the dossier came on {_day(received)}")
    stops = [(p.asked_on, receipt_day(p.received, calendar) if p.received else None) for p in pauses]
    first = receipt_day(received, calendar)
    if not stops or limit.on_supplement is OnSupplement.PAUSE:
        return _count(first, limit, calendar, stops)
    resumed = [end for _, end in stops if end]
    if limit.on_supplement is None or len(resumed) < len(stops):
        return None
    return _count(max(resumed), limit, calendar, [])


def due(
    feed: date | None,
    received: date | datetime,
    limit: TimeLimit | None,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
) -> Due | None:
    """Return when a dossier is due, and whose date that is.

    Args:
        feed: the date on the receipt, which is never changed.
        received: when the dossier arrived.
        limit: the time limit of its procedure, if it is known without doubt.
        calendar: tells working days.
        pauses: requests for supplements.

    Returns:
        The feed's date, else our estimate, else None. A provisional estimate contradicts nobody.

    Raises:
        ValueError: as `due_on`.
    """
    ours = due_on(received, limit, calendar, pauses) if limit else None
    provisional = ours is not None and _is_provisional(_day(received), ours, calendar)
    if feed:
        differs = ours if ours != feed and not provisional else None
        return Due(feed, DueSource.FEED, differs=differs)
    return Due(ours, DueSource.ESTIMATED, provisional) if ours else None


def remaining(today: date, due_day: date, calendar: Calendar) -> Remaining:
    """Tell how much of the time is left: working days after today up to the due date.

    A feed's date may be a day off, with nothing but days off before it; a delay is counted
    in days of the calendar.
    """
    if today == due_day:
        return Remaining(Standing.TODAY, 0)
    if today > due_day:
        return Remaining(Standing.OVERDUE, (today - due_day).days)
    provisional = _is_provisional(today + _DAY, due_day, calendar)
    if left := calendar.working_days(today, due_day):
        return Remaining(Standing.LEFT, left, provisional)
    return Remaining(Standing.LEFT_OFF, (due_day - today).days, provisional)


def remaining_text(left: Remaining, lang: str) -> str:
    """Say in ``lang`` how much of the time is left ("còn 3 ngày làm việc", "2 days overdue")."""
    number = "one" if left.days == 1 else "many"
    key = "today" if left.standing is Standing.TODAY else f"{left.standing}.{number}"
    return load_texts(TEXTS, lang)(f"remaining.{key}", days=left.days)


def notes(shown: Due, lang: str) -> list[str]:
    """Say in ``lang`` what an applicant has to know about the date: an estimate, provisional."""
    said = {"estimated": shown.source is DueSource.ESTIMATED, "provisional": shown.provisional}
    t = load_texts(TEXTS, lang)
    return [t(f"due.{key}") for key, holds in said.items() if holds]


def difference_text(shown: Due, lang: str) -> str | None:
    """Tell staff in ``lang`` that our count contradicts the feed's date (None: it does not)."""
    if shown.differs is None:
        return None
    feed, ours = (display(day.isoformat(), lang) for day in (shown.on, shown.differs))
    return load_texts(TEXTS, lang)("due.differs", feed=feed, ours=ours)


def _count(
    first: date, limit: TimeLimit, calendar: Calendar, stops: Iterable[tuple[date, date | None]]
) -> date | None:
    """Count from the day after ``first``; days after a request up to the supplement are left out."""
    stops = list(stops)
    day, left = first, limit.length
    while True:
        day += _DAY
        ends = [end for asked, end in stops if asked < day and (end is None or day <= end)]
        if None in ends:
            return None
        if ends:
            continue
        works = calendar.is_working(day)
        left -= works or limit.unit is Unit.DAY
        if left <= 0 and works:
            return day


def _is_provisional(first: date, last: date, calendar: Calendar) -> bool:
    return any(map(calendar.is_provisional, days_between(first - _DAY, last)))


def _day(moment: date | datetime) -> date:
    return _local(moment).date() if isinstance(moment, datetime) else moment


def _local(moment: datetime) -> datetime:
    return moment.astimezone(HANOI) if moment.tzinfo else moment

"""What the one-stop system tells about a dossier at one time, checked and in normal form."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from dossiers.codes import Code, CodeError, parse_code
from dossiers.factors import KINDS, FactorKind, normal
from knowledge.dates import HANOI, today

DROPPED = frozenset(
    {
        "applicant",
        "applicant_name",
        "organisation",
        "address",
        "email",
        "id_number",
        "officer",
        "note",
        "notes",
    }
)
"""Fields that a feed may carry and that are thrown away unread: nobody here needs them."""

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?", re.ASCII)
_MOMENT = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?", re.ASCII)
_AHEAD = timedelta(hours=1)
"""How far a clock of the one-stop system may be ahead of ours."""


class EventError(ValueError):
    """An event that cannot be taken in; ``reasons`` say why, field by field, without quoting a secret."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def _day(value: Any) -> Any:
    """Read a day as Excel shows it in Viet Nam (5/11/2024), or ISO 8601; a time of day is left out."""
    if not isinstance(value, str):
        return value
    found = _DAY.fullmatch(value.strip())
    if found:
        return date(int(found[3]), int(found[2]), int(found[1]))
    return value.strip()[:10]


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _MOMENT.fullmatch(value.strip())
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}T{found[4] or '00:00':0>5}" if found else value.strip()


def _zoned(value: datetime) -> datetime:
    """A time without a zone is one of Viet Nam."""
    value = value if value.tzinfo else value.replace(tzinfo=HANOI)
    if value > datetime.now(HANOI) + _AHEAD:
        raise PydanticCustomError("future", "lies in the future")
    return value


def _one_line(value: Any) -> Any:
    """Bring text into NFC, on one line, without control characters."""
    if not isinstance(value, str):
        return value
    text = value if value.isascii() else unicodedata.normalize("NFC", value)
    if not text.isprintable():
        text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(text.split())


def _code(value: Any) -> Code:
    try:
        return parse_code(str(value))
    except CodeError as error:
        raise PydanticCustomError(
            "code", "no dossier code ({fault})", {"fault": error.fault.value}
        ) from error


def _factor(kind: FactorKind) -> BeforeValidator:
    def check(value: Any) -> str:
        found = normal(kind, str(value))
        if found is None:
            raise PydanticCustomError("factor", "{fault}", {"fault": _FACTOR_FAULTS[kind]})
        return found

    return BeforeValidator(check)


_FACTOR_FAULTS: dict[FactorKind, str] = {
    "phone": "no phone number and not its last four digits (did Excel round it? Format the column as text)",
    "secret": "a receipt's secret has at least 8 letters and digits",
    "tax_code": "a tax code has 10, 12 or 13 digits",
}

Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=500)]
Text = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=2000)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_zoned)]
Number = Annotated[int, Field(ge=1, le=99)]


class Event(BaseModel):
    """The state of a dossier at one time: all of it, not a difference.

    ``version`` orders the events of a dossier; a feed that has none gives ``updated_at``, and then
    that is the order. Factors may be left out once they were given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Annotated[Code, BeforeValidator(_code)]
    state: Line
    event_id: Line | None = None
    version: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    updated_at: Moment | None = None
    procedure: Line | None = None
    procedure_name: Line | None = None
    unit: Line | None = None
    received_on: Day | None = None
    due_on: Day | None = None
    step: Number | None = None
    steps: Number | None = None
    step_name: Line | None = None
    supplement: Text | None = None
    supplement_due: Day | None = None
    result: Line | None = None
    phone: Annotated[str, _factor("phone")] | None = Field(default=None, repr=False)
    secret: Annotated[str, _factor("secret")] | None = Field(default=None, repr=False)
    tax_code: Annotated[str, _factor("tax_code")] | None = Field(default=None, repr=False)

    @property
    def order(self) -> int:
        """What tells which of two events of a dossier is newer."""
        if self.version is not None:
            return self.version
        assert self.updated_at is not None
        return int(self.updated_at.timestamp() * 1000)

    @property
    def received(self) -> date:
        """The day of receipt: the feed's, else that in the code."""
        return self.received_on or self.code.received_on

    @property
    def factors(self) -> dict[FactorKind, str]:
        """The factors that are given."""
        return {kind: value for kind in KINDS if (value := getattr(self, kind))}

    @cached_property
    def digest(self) -> bytes:
        """Hash of what is kept in clear of the event; neither code nor factors go into it."""
        values = self.__dict__
        return hashlib.sha256(repr([values[name] for name in _IN_DIGEST]).encode()).digest()


_IN_DIGEST = [n for n in Event.model_fields if n not in {"code", "event_id", "version", "updated_at", *KINDS}]


def parse_event(raw: Mapping[str, Any], as_of: datetime | None = None) -> Event:
    """Check an event as it came in.

    Args:
        raw: fields by name; those in `DROPPED` are left out, empty ones count as not given.
        as_of: time of a snapshot, for rows with neither version nor ``updated_at``.

    Raises:
        EventError: with all reasons.
    """
    kept = {name: value for name, value in raw.items() if name not in DROPPED and not _is_empty(value)}
    try:
        event = Event.model_validate(kept)
    except ValidationError as error:
        raise EventError([_reason(e) for e in error.errors(include_url=False, include_input=False)]) from None
    if event.version is None and event.updated_at is None:
        if as_of is None:
            raise EventError(["version: neither version nor updated_at is given"])
        event = event.model_copy(update={"updated_at": as_of})
    _check_together(event)
    return event


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _check_together(event: Event) -> None:
    reasons = []
    if event.received > today():
        reasons.append("received_on: lies in the future")
    if event.due_on and event.due_on < event.received:
        reasons.append("due_on: before received_on")
    if event.step and event.steps and event.step > event.steps:
        reasons.append("step: more than steps")
    if reasons:
        raise EventError(reasons)


def _reason(error: Any) -> str:
    return f"{error['loc'][0] if error['loc'] else 'row'}: {error['msg']}"

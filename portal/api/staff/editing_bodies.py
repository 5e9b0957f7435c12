"""What editors send: whole entries, larger than other bodies, cleaned of what cannot be seen."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from portal.intake import Body, Model, read_body
from portal.problems import Problem

MOST_BYTES = 256 * 1024
"""The largest entry that ships has 40 kB."""
_DEEPEST = 12

Words = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]
Version = Annotated[int, Field(ge=0, lt=2**31)]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class CheckRequest(Body):
    """``POST /staff/api/editing/check``."""

    data: dict[str, Any]


class DraftRequest(Body):
    """A draft: ``base`` is the version it was made from, 0 for a new item."""

    data: dict[str, Any]
    base: Version
    note: Annotated[str, Field(max_length=1000)] = ""


class ProposeRequest(Body):
    """``…/propose``: from when it is to be in force (RFC 3339); by default as soon as it is approved."""

    starts_at: str | None = None


class ApproveRequest(Body):
    """``…/approve``: ``digest`` is that of the proposal as it was read."""

    digest: Annotated[str, Field(max_length=100)]


class ReasonRequest(Body):
    """An act that needs a reason."""

    reason: Words


class RollBackRequest(ReasonRequest):
    """``POST /staff/api/editing/roll-back``: ``base`` is the version that holds now."""

    id: Id
    version: Version
    base: Version


class VerifyRequest(Body):
    """``POST /staff/api/editing/verify``: ``version`` was checked ``against`` something today."""

    id: Id
    version: Version
    against: Words
    review_by: str | None = None


class SwitchRequest(ReasonRequest):
    """``POST /staff/api/editing/topics``: a kind, an entry, or a facet of one (``entry#facet``)."""

    topic: Id
    off: bool


async def read_large(request: web.Request, model: type[Model]) -> Model:
    """Read a body that holds an entry.

    Raises:
        Problem: 400, with the field that is wrong.
        HTTPRequestEntityTooLarge: the body is too large.
    """
    return await read_body(request.clone(client_max_size=MOST_BYTES), model)


def cleaned(data: Any, depth: int = 0) -> Any:
    """Return data with texts in NFC, without control and bidirectional characters.

    Raises:
        Problem: 400, nested deeper than any entry.
    """
    if depth > _DEEPEST:
        raise Problem(400, "invalid", field="data")
    if isinstance(data, str):
        return unicodedata.normalize("NFC", "".join(c for c in data if _seen(c)))
    if isinstance(data, dict):
        return {cleaned(key): cleaned(value, depth + 1) for key, value in data.items()}
    return [cleaned(value, depth + 1) for value in data] if isinstance(data, list) else data


def _seen(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def moment(text: str | None) -> datetime | None:
    """Return a point in time that was given with its zone.

    Raises:
        Problem: 400, it is none.
    """
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
        if given.tzinfo is None:
            raise ValueError("no zone")
        return given.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem(400, "invalid", field="starts_at") from error


def day(text: str | None) -> date | None:
    """Return a day that was given.

    Raises:
        Problem: 400, it is none.
    """
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise Problem(400, "invalid", field="review_by") from error

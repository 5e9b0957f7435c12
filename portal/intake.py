"""What a client may send: typed, bounded, cleaned of what cannot be seen."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, Literal, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from knowledge.dates import span
from portal.problems import Problem

MAX_TEXT_BYTES = 4000
MAX_BODY_BYTES = 16 * 1024

Lang = Literal["vi", "en"]
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """A JSON body: no coercion of types, no unknown field."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SessionRequest(Body):
    """``POST /v1/session``."""

    lang: Lang | None = None
    page: str | None = Field(default=None, max_length=2000)


class FeedbackRequest(Body):
    """``POST /v1/feedback``."""

    turn: str = Field(max_length=64)
    value: Literal["up", "down"]
    reason: str | None = Field(default=None, max_length=1000)


class MessageRequest(Body):
    """``POST /v1/messages``: a text, or a quick reply."""

    text: str | None = None
    choice: str | None = Field(default=None, max_length=64)
    client_id: str | None = None
    lang: Lang | None = None
    as_of: str | None = None
    licensed_on: str | None = None

    @field_validator("client_id")
    @classmethod
    def _is_uuid(cls, value: str | None) -> str | None:
        return str(UUID(value)) if value is not None else None

    @model_validator(mode="after")
    def _one_of(self) -> MessageRequest:
        if (self.text is None) == (self.choice is None):
            raise ValueError("either text or choice")
        return self


async def read_object(request: web.Request) -> dict[str, Any]:
    """Read the body of a request, a JSON object.

    Raises:
        Problem: 400, it is none.
        HTTPRequestEntityTooLarge: the body is too large.
    """
    raw = await request.read()
    try:
        data = _without_halves(json.loads(raw or b"{}"))
    except (ValueError, RecursionError) as error:
        raise Problem(400, "not_json") from error
    if not isinstance(data, dict):
        raise Problem(400, "not_json")
    return data


def _without_halves(data: Any) -> Any:
    """Return JSON without lone surrogates: JavaScript sends halves of characters, UTF-8 holds none."""
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-8", "ignore"))
    return data


async def read_body(request: web.Request, model: type[Model]) -> Model:
    """Read and type the body of a request.

    Raises:
        Problem: 400, with the field that is wrong.
        HTTPRequestEntityTooLarge: the body is too large.
    """
    data = await read_object(request)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "text, choice"
        raise Problem(400, "invalid", field=field) from error


def clean_text(text: str) -> str:
    """Return ``text`` in NFC without control and bidirectional characters.

    Raises:
        Problem: 400, empty, too long, or nothing left.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise Problem(400, "too_long", limit=MAX_TEXT_BYTES)
    visible = "".join(_visible(c) for c in text)
    cleaned = unicodedata.normalize("NFC", visible)
    cleaned = re.sub(r"[ \t\r\n]+", " ", cleaned).strip()
    if not cleaned:
        raise Problem(400, "empty")
    return cleaned


def _visible(char: str) -> str:
    if char in "\t\r\n":
        return " "
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} else char


def check_dates(body: MessageRequest) -> None:
    """Check that the dates exist.

    Raises:
        Problem: 400, naming the field.
    """
    if body.as_of is not None:
        _check(body.as_of, "as_of", whole=True)
    if body.licensed_on is not None:
        _check(body.licensed_on, "licensed_on", whole=False)


def _check(value: str, field: str, whole: bool) -> None:
    try:
        first, last = span(value)
    except ValueError as error:
        raise Problem(400, "bad_date", field=field) from error
    if whole and first != last:
        raise Problem(400, "bad_date", field=field)

"""Notices that a deployment shows for a while (holiday closing, outage), in a YAML file."""

from __future__ import annotations

import logging
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from knowledge.dates import HANOI

logger = logging.getLogger(__name__)


class NoticesError(Exception):
    """The file cannot be read; the message says where it is wrong."""


class NoticeText(BaseModel):
    """The words, in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str = Field(min_length=1, max_length=500)
    en: str = Field(min_length=1, max_length=500)


class Notice(BaseModel):
    """One notice; a day without a time means the whole of it in Viet Nam, and so does no time zone."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    level: Literal["info", "warning"]
    text: NoticeText
    start: datetime | None = Field(alias="from", default=None)
    end: datetime | None = Field(alias="to", default=None)

    @field_validator("start", mode="before")
    @classmethod
    def _first_moment(cls, value: Any) -> Any:
        return _moment(value, time.min)

    @field_validator("end", mode="before")
    @classmethod
    def _last_moment(cls, value: Any) -> Any:
        return _moment(value, time(23, 59, 59))

    @model_validator(mode="after")
    def _in_order(self) -> Notice:
        if self.start and self.end and self.end < self.start:
            raise ValueError("it ends before it begins")
        return self

    def holds(self, now: datetime) -> bool:
        """Tell whether the notice is to be shown."""
        return (self.start is None or self.start <= now) and (self.end is None or now <= self.end)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    notices: list[Notice]

    @model_validator(mode="after")
    def _named_once(self) -> _File:
        names = [notice.id for notice in self.notices]
        if len(names) != len(set(names)):
            raise ValueError("two notices have the same id")
        return self


class Notices:
    """The notices of a deployment.

    Args:
        path: the file; without one there are none.

    Raises:
        NoticesError: there is a file, but it is not valid.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen = _stamp(path)
        self._notices = read_notices(path) if path and self._seen else []

    def current(self, now: datetime | None = None) -> list[Notice]:
        """Return what is to be shown; a change that is not valid leaves the former notices."""
        self._follow()
        now = now or datetime.now(HANOI)
        return [notice for notice in self._notices if notice.holds(now)]

    def _follow(self) -> None:
        stamp = _stamp(self._path)
        if self._path is None or stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._notices = read_notices(self._path) if stamp else []
            logger.info("notices read again: %d", len(self._notices))
        except NoticesError as error:
            logger.error("the notices stay as they were: %s", error)


def read_notices(path: Path) -> list[Notice]:
    """Read a file of notices.

    Raises:
        NoticesError: it is not valid.
    """
    try:
        raw = YAML(typ="safe", pure=True).load(StringIO(path.read_text(encoding="utf-8")))
        return _File.model_validate(raw or {"notices": []}).notices
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NoticesError(f"{path}: {where}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise NoticesError(f"{path}: {error}") from error


def _moment(value: Any, of_day: time) -> Any:
    """Read a day or a moment as YAML gives it; everything else is left to the type."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                return value
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=HANOI)
    return datetime.combine(value, of_day, HANOI) if isinstance(value, date) else value


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None

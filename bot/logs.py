"""Log lines of Rasa that name the request: one JSON object a line with ``HEZA_LOG=json``.

The portal's own lines have the same form (`portal.logs`), so that a turn can be followed by its
``request_id`` through portal, Rasa and actions.
"""

from __future__ import annotations

import json
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


@contextmanager
def following(request_id: str) -> Iterator[None]:
    """Have all lines that are logged within the context, Rasa's own included, name this request."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


class JsonFormatter(logging.Formatter):
    """One JSON object a line; of an exception types and places only: its message may quote a visitor."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        line = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": _current.get(),
            "message": record.getMessage(),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            line["exception"] = [
                f"{type(error).__module__}.{type(error).__qualname__}",
                *(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames),
            ]
        return json.dumps(line, ensure_ascii=True)


def use_json_if_wanted() -> None:
    """Write the lines of this process as JSON if ``HEZA_LOG=json``; Rasa has set up its handlers by then."""
    if os.environ.get("HEZA_LOG") == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter())

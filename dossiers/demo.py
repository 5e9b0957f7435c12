"""The invented dossiers with which the embedded default starts, so that a look-up can be tried."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from dossiers.codes import DEMO_AGENCY
from dossiers.events import Event, parse_event
from dossiers.simulator import FACTOR, SUPPLEMENT, UNIT

_SCENES: tuple[tuple[str, str, int, int | None, int | None], ...] = (
    # state in the feed's words, procedure, received so many days ago, due so many days later, step of four
    ("Đang xử lý", "procedure.irc-issue", 6, 21, 2),
    ("Yêu cầu bổ sung giấy tờ", "procedure.irc-adjustment", 9, 14, 2),
    ("Đã xử lý xong", "procedure.work-permit", 12, 14, 4),
    ("Đã trả kết quả", "procedure.irc-issue", 40, 21, 4),
    ("Đang xử lý", "procedure.irc-issue", 30, 21, 3),
    ("Được tiếp nhận", "procedure.work-permit", 1, None, 1),
    ("Không được tiếp nhận", "procedure.irc-adjustment", 3, None, None),
    ("Chờ ký số liên thông", "procedure.irc-issue", 15, 21, None),
)


def demo_wanted(env: Mapping[str, str] | None = None) -> bool:
    """Tell whether invented dossiers belong here: not where ``DATABASE_URL`` or ``HEZA_DEMO=off`` is set."""
    env = os.environ if env is None else env
    return not env.get("DATABASE_URL") and env.get("HEZA_DEMO", "on") != "off"


def demo_codes() -> list[str]:
    """Return the codes of the invented dossiers; all have the factor `dossiers.simulator.FACTOR`."""
    return [f"{DEMO_AGENCY}-260102-{number:04}" for number in range(1, len(_SCENES) + 1)]


def demo_events(day: date) -> list[Event]:
    """Return the invented dossiers as they stand on ``day``."""
    events = []
    for code, (state, procedure, ago, due, step) in zip(demo_codes(), _SCENES, strict=True):
        received = day - timedelta(days=ago)
        raw = {
            "code": code,
            "updated_at": datetime.now(UTC).isoformat(),
            "state": state,
            "procedure": procedure,
            "unit": UNIT,
            "received_on": received,
            "due_on": received + timedelta(days=due) if due else None,
            "step": step,
            "steps": 4 if step else None,
            "supplement": SUPPLEMENT if state.startswith("Yêu cầu") else None,
            "phone": FACTOR,
        }
        events.append(parse_event(raw))
    return events

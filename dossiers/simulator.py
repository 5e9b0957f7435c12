"""A day of events as a one-stop system would send them: invented, the same for the same seed.

For demonstrations and tests. Everything is marked as invented: the agency does not exist, the
unit begins with DEMO, the phone ends in 0000.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dossiers.codes import DEMO_AGENCY
from knowledge.dates import HANOI

FACTOR = "0000"
"""Last digits of the phone of every invented dossier."""
UNIT = "DEMO – Phòng Đầu tư (dữ liệu minh hoạ)"
PROCEDURES = ("procedure.irc-issue", "procedure.irc-adjustment", "procedure.work-permit")

_WAYS: tuple[tuple[str, ...], ...] = (
    ("Mới đăng ký", "Được tiếp nhận", "Đang xử lý", "Đã xử lý xong", "Đã trả kết quả"),
    ("Mới đăng ký", "Được tiếp nhận", "Đang xử lý", "Yêu cầu bổ sung giấy tờ", "Đã bổ sung", "Đang xử lý"),
    ("Mới đăng ký", "Không được tiếp nhận"),
    ("Mới đăng ký", "Được tiếp nhận", "Yêu cầu thực hiện nghĩa vụ tài chính", "Đang xử lý"),
    ("Được tiếp nhận", "Đang xử lý", "Công dân yêu cầu rút hồ sơ", "Dừng xử lý"),
    ("Được tiếp nhận", "Đang xử lý", "Xin ý kiến", "Trình ký"),
)
_STEPS = {
    "Được tiếp nhận": 1,
    "Đang xử lý": 2,
    "Xin ý kiến": 2,
    "Trình ký": 3,
    "Đã xử lý xong": 4,
    "Đã trả kết quả": 4,
}
SUPPLEMENT = "DEMO: nộp bản sao giấy tờ chứng minh năng lực tài chính."


def day_of_events(
    day: date, dossiers: int, seed: int, *, late: float = 0.1, repeated: float = 0.05
) -> list[dict[str, Any]]:
    """Return the events of a day in the order in which they arrive.

    Args:
        day: on which everything happens.
        dossiers: how many are filed.
        seed: decides everything that is left to chance.
        late: share of the events that arrive after the next one of their dossier.
        repeated: share of the events that arrive twice.
    """
    chooser = random.Random(f"{seed} {day}")  # noqa: S311 - invented data
    events = [e for number in range(1, dossiers + 1) for e in _dossier(day, number, chooser)]
    arrivals = []
    for event in events:
        at = datetime.fromisoformat(event["updated_at"])
        arrivals.append((at + timedelta(hours=2) * (chooser.random() < late), event))
        if chooser.random() < repeated:
            arrivals.append((at + timedelta(hours=1), event))
    return [event for _, event in sorted(arrivals, key=lambda pair: pair[0])]


def _dossier(day: date, number: int, chooser: random.Random) -> Iterator[dict[str, Any]]:
    way, procedure = chooser.choice(_WAYS), chooser.choice(PROCEDURES)
    at = datetime.combine(day, time(7, 30), HANOI) + timedelta(minutes=chooser.randrange(120))
    code = f"{DEMO_AGENCY}-{day:%y%m%d}-{number:04}"
    for version, state in enumerate(way, start=1):
        yield {
            "code": code,
            "event_id": f"demo-{code}-{version}",
            "version": version,
            "updated_at": at.isoformat(),
            "state": state,
            "procedure": procedure,
            "unit": UNIT,
            "received_on": day.isoformat(),
            "due_on": (day + timedelta(days=21)).isoformat(),
            "step": _STEPS.get(state),
            "steps": 4 if state in _STEPS else None,
            "supplement": SUPPLEMENT if state == "Yêu cầu bổ sung giấy tờ" else None,
            "phone": FACTOR,
        }
        at += timedelta(minutes=chooser.randrange(20, 100))

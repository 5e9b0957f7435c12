"""Invented questions that were not answered well, for pictures."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from ulid import ULID

from portal.staff.access import Staff
from portal.tables import feedback, sessions, turns
from portal.unanswered.tables import officer_remarks

NO_ANSWERS = (
    ("Doanh nghiệp chế xuất có được thuê kho ngoài khu không?", "vi", 6),
    ("Mức phạt khi chậm báo cáo giám sát đầu tư là bao nhiêu?", "vi", 4),
    ("Can an EPE rent a warehouse outside the zone?", "en", 2),
)
DOWN = ("Phí hạ tầng KCN Tràng Duệ năm nay", "Cần số liệu mới nhất.")
REMARK = (
    "Thời hạn gia hạn giấy phép lao động",
    "Thiếu trường hợp gia hạn lần thứ hai.",
    "procedure.work-permit",
)


def ask_in_vain(staff: Staff, account: str) -> None:
    """Store the questions, a vote and an officer's remark."""
    with staff.writing() as connection:
        for text, lang, times in NO_ANSWERS:
            for number in range(times):
                _turn(connection, text if number % 2 else text.lower(), lang, number)
        voted = _turn(connection, DOWN[0], "vi", 1)
        vote = {"value": "down", "reason": DOWN[1], "created_at": datetime.now(UTC)}
        connection.execute(feedback.insert(), {**vote, **voted})
        question, remark, entry = REMARK
        row = {
            "id": str(ULID()),
            "at": datetime.now(UTC),
            "account": account,
            "lang": "vi",
            "kind": "missing",
        }
        said = {"question": question, "remark": remark, "entry": entry, "version": 1}
        connection.execute(officer_remarks.insert(), {**row, **said})


def _turn(connection: Connection, question: str, lang: str, hours: int) -> dict[str, str]:
    """Store a question without an answer, in a session of its own."""
    session, turn = secrets.token_urlsafe(16), str(ULID())
    at = datetime.now(UTC) - timedelta(hours=hours)
    connection.execute(sessions.insert(), {"id": session, "lang": lang, "created_at": at})
    said = {"id": turn, "lang": lang, "outcome": "no_answer", "entries": [], "text": "–"}
    row = {"id": turn, "session": session, "seq": 1, "question": question, "asked": {}, "turn": said}
    connection.execute(turns.insert(), {**row, "created_at": at})
    return {"session": session, "turn": turn}

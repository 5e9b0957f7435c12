from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from dossiers.holidays import load_calendar
from dossiers.service import Dossiers
from knowledge.dates import HANOI
from knowledge.loading import load
from knowledge.store import Store
from portal.conversations import Conversations
from portal.privacy.erasure import Erasures
from portal.reports.report import Reports
from portal.reports.span import Span
from portal.staff.tables import staff_accounts, staff_calls
from portal.tables import feedback, sessions, turns
from tests.portal.conftest import PERMIT
from tests.portal.stubs import make_dossiers
from tests.samples import make_content

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
NOON = datetime(2026, 11, 10, 12, tzinfo=HANOI)
_numbers = count()


@dataclass
class Log:
    """A portal's database in which a test writes the turn log itself."""

    engine: Engine
    reports: Reports
    erasures: Erasures
    dossiers: Dossiers

    def session(self, lang: str | None = "vi") -> str:
        name = f"session-{next(_numbers)}"
        with self.engine.begin() as connection:
            row = {"id": name, "lang": lang, "created_at": datetime.now(UTC)}
            connection.execute(sessions.insert(), row)
        return name

    def turn(
        self,
        session: str,
        outcome: str | None = "answered",
        at: datetime = NOON,
        vote: str | None = None,
        **more: Any,
    ) -> str:
        """Add a turn, without an outcome one that has no answer yet.

        ``more``: question, lang, entry, took_ms, reason.
        """
        number = next(_numbers)
        entries = [{"id": more["entry"], "version": 1}] if more.get("entry") else []
        took, lang = more.get("took_ms", 10), more.get("lang", "vi")
        answer = {"outcome": outcome, "lang": lang, "entries": entries, "took_ms": took} if outcome else None
        row = {
            "id": f"turn-{number}",
            "session": session,
            "seq": number + 1,
            "question": more.get("question", "phí"),
            "asked": {},
            "created_at": at.astimezone(UTC),
        }
        with self.engine.begin() as connection:
            connection.execute(turns.insert(), {**row, "turn": answer} if answer else row)
            if vote:
                rated = {"turn": row["id"], "session": session, "value": vote, "reason": more.get("reason")}
                connection.execute(feedback.insert(), {**rated, "created_at": datetime.now(UTC)})
        return str(row["id"])

    def call(
        self, topic: str = "procedure", lang: str = "vi", solved: bool = True, at: datetime = NOON
    ) -> None:
        row = {"id": f"call-{next(_numbers)}", "at": at.astimezone(UTC), "account": "lan"}
        with self.engine.begin() as connection:
            connection.execute(staff_calls.insert(), {**row, "topic": topic, "lang": lang, "solved": solved})

    def report(self, span: Span = NOVEMBER, with_words: bool = True) -> dict[str, Any]:
        return self.reports.report(span, with_words)

    def shown(self, part: str, key: str) -> dict[Any, dict[str, Any]]:
        """The lines of a part of the report by what they are about."""
        return {line[key]: line for line in self.report()[part]}


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[Callable[[str], Log]]:
    opened: list[Any] = []

    def make(url: str) -> Log:
        conversations, dossiers = Conversations(url), make_dossiers(tmp_path)
        store = Store(url)
        load(store, make_content(PERMIT))
        opened.extend((conversations, dossiers, store))
        with conversations.engine.begin() as connection:
            account = {"id": "lan", "name": "lan", "roles": [], "created_at": datetime.now(UTC)}
            connection.execute(staff_accounts.insert(), account)
        reports = Reports(conversations.engine, dossiers.engine, store, load_calendar())
        return Log(conversations.engine, reports, Erasures(conversations.engine), dossiers)

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def log(make_log: Callable[[str], Log], database: str) -> Log:
    """A log on either database."""
    return make_log(database)


def later(**by: float) -> datetime:
    return NOON + timedelta(**by)

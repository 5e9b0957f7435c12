"""A turn log for the reports: the same every time, long ago, so that no other test writes into its days."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from knowledge.dates import HANOI
from portal.staff.tables import staff_accounts, staff_calls
from portal.tables import feedback, sessions, turns

QUESTIONS = (
    "Thuê đất bao nhiêu?",
    "thue dat bao nhieu",
    "Thuê đất bao nhiêu?",
    "Có cho thuê lại nhà xưởng không?",
)


def fill_log(engine: Engine) -> None:
    """Write six conversations and two calls of November 2025, once."""
    with engine.connect() as connection:
        if connection.execute(select(sessions.c.id).where(sessions.c.id == "sample-0")).first():
            return
    first = datetime(2025, 11, 4, 9, tzinfo=HANOI)
    for number in range(6):
        at = first + timedelta(days=number, hours=number % 3)
        said = [turn(number, 0, at, "answered", "procedure.work-permit", "Giấy phép lao động mất bao lâu?")]
        if number < len(QUESTIONS):
            said.append(turn(number, 1, at, "no_answer", None, QUESTIONS[number]))
        write(engine, f"sample-{number}", at, said, "up" if number % 2 else "down")
    calls(engine, [(first, "procedure", True), (first + timedelta(days=1), "zone", False)])


def fill_richly(engine: Engine, today: datetime) -> None:
    """Write what a month may look like, for the pictures: invented, by a fixed seed."""
    chance = random.Random(20261123)
    outcomes = ["answered"] * 13 + ["stale"] * 2 + ["dossier"] * 3 + ["clarify"] * 2
    outcomes += ["no_answer", "out_of_scope", "small_talk", "handed_off"]
    entries = ["procedure.work-permit"] * 6 + ["incentive.cit-economic-zone"] * 3
    entries += ["zone.trang-due"] * 2 + ["customs.hai-phong-customs-name", "authority.units", "statistic.fdi"]
    called = []
    for ago in range(30):
        day = (today - timedelta(days=ago)).replace(minute=0, second=0, microsecond=0)
        busy = 3 if day.weekday() > 4 else chance.randint(11, 19)
        for number in range(busy):
            at = day.replace(hour=chance.choice([8, 8, 9, 9, 9, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17, 20]))
            said = [
                turn(
                    1000 * ago + number,
                    place,
                    at,
                    (outcome := chance.choice(outcomes)),
                    chance.choice(entries) if outcome in ("answered", "stale") else None,
                    chance.choice(QUESTIONS),
                    took_ms=int(chance.lognormvariate(4.4, 0.5)),
                    lang=chance.choice(["vi", "vi", "vi", "vi", "en"]),
                )
                for place in range(chance.randint(1, 4))
            ]
            vote = chance.choice(["up", "up", "up", "down", None, None])
            write(engine, f"rich-{ago}-{number}", at, said, vote)
        for _ in range(busy // 3):
            at = day.replace(hour=chance.choice([8, 9, 10, 14, 15, 16]))
            called.append((at, chance.choice(entries).partition(".")[0], chance.random() < 0.85))
    calls(engine, called)


def turn(
    number: int, place: int, at: datetime, outcome: str, entry: str | None, question: str, **more: Any
) -> dict[str, Any]:
    """A row of the turn log."""
    answer = {
        "outcome": outcome,
        "lang": more.get("lang", "vi"),
        "entries": [{"id": entry, "version": 1}] if entry else [],
        "took_ms": more.get("took_ms", 40 + number),
    }
    row = {
        "id": f"sample-turn-{number}-{place}-{at:%m%d}",
        "seq": place + 1,
        "question": question,
        "asked": {},
    }
    return {**row, "turn": answer, "created_at": at.astimezone(UTC)}


def write(engine: Engine, session: str, at: datetime, said: list[dict[str, Any]], vote: str | None) -> None:
    """Put a conversation into the log."""
    with engine.begin() as connection:
        connection.execute(sessions.insert(), {"id": session, "lang": "vi", "created_at": at})
        connection.execute(turns.insert(), [{**row, "session": session} for row in said])
        if vote:
            rated = {"turn": said[0]["id"], "session": session, "value": vote, "created_at": at}
            connection.execute(feedback.insert(), {**rated, "reason": None})


def calls(engine: Engine, called: list[tuple[datetime, str, bool]]) -> None:
    """Log calls, in the name of whoever has an account."""
    with engine.begin() as connection:
        account = connection.execute(select(func.min(staff_accounts.c.id))).scalar()
        if account is None:
            row = {"id": "sample", "name": "sample", "roles": [], "created_at": datetime.now(UTC)}
            connection.execute(staff_accounts.insert(), row)
        rows = [
            {"id": f"sample-call-{n}-{at:%m%d}", "at": at.astimezone(UTC), "account": account or "sample"}
            | {"topic": topic, "lang": "vi", "solved": solved}
            for n, (at, topic, solved) in enumerate(called)
        ]
        connection.execute(staff_calls.insert(), rows)

"""What officers say of answers: wrong, unclear, or missing something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Engine
from ulid import ULID

from portal.staff.access import Principal, Staff
from portal.unanswered.tables import officer_remarks

RemarkKind = Literal["wrong", "missing", "unclear"]


@dataclass(frozen=True)
class Remark:
    """A remark, its texts masked.

    Args:
        kind: what is amiss.
        lang: of the question.
        question: what the caller asked, or the officer searched for.
        remark: what would be right, in the officer's words.
        entry: that was shown, if one was.
        version: of the entry.
    """

    kind: RemarkKind
    lang: str
    question: str
    remark: str | None
    entry: str | None
    version: int | None


def note(staff: Staff, principal: Principal, remark: Remark) -> str:
    """Store a remark and return its id. It is no privileged act: the audit log stays out of it."""
    with staff.writing() as connection:
        made = str(ULID())
        row = {"id": made, "at": datetime.now(UTC), "account": principal.account, **vars(remark)}
        connection.execute(officer_remarks.insert(), row)
    return made


def forget_older(engine: Engine, days: int) -> int:
    """Delete remarks older than so many days, as questions of visitors are; return how many."""
    old = officer_remarks.c.at < datetime.now(UTC) - timedelta(days=days)
    with engine.execution_options(writes=True).begin() as connection:
        return connection.execute(officer_remarks.delete().where(old)).rowcount

"""Where versions of entries were used: turns, calls, tickets, as long as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from knowledge.editing import Version, history
from knowledge.store import Store
from portal.handoff.tables import tickets
from portal.keys import LIFETIME
from portal.problems import Problem
from portal.recall.tables import recalls, turn_entries
from portal.staff.tables import staff_accounts, staff_calls
from portal.tables import sessions, turns

_MOST_SHOWN = 50


def note_entries(connection: Connection, session: str, turn: dict[str, Any]) -> None:
    """Note which versions of entries made a turn, in the transaction that stores it."""
    made = {(entry["id"], entry["version"]) for entry in turn.get("entries", ())}
    rows = [{"turn": turn["id"], "session": session, "entry": e, "version": v} for e, v in sorted(made)]
    if rows:
        connection.execute(turn_entries.insert(), rows)


def is_open(now: datetime) -> ColumnElement[bool]:
    """Tell of a session whether a visitor may still hold a token of it."""
    return sessions.c.created_at > now - LIFETIME


class Uses:
    """Looks uses up.

    Args:
        engine: database of the portal.
        store: the knowledge base.
    """

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._store = store

    def versions(self, entry: str) -> dict[str, Any]:
        """Return the versions of an entry, latest first, with how often each was used.

        Raises:
            Problem: 404, no such entry.
        """
        found = _history(self._store, entry)
        by_turn = _counts(turn_entries.c.version, turn_entries.c.entry == entry)
        by_call = _counts(staff_calls.c.version, staff_calls.c.entry == entry)
        with self._engine.connect() as connection:
            in_turns: dict[int, int] = dict(connection.execute(by_turn).all())
            in_calls: dict[int, int] = dict(connection.execute(by_call).all())
            withdrawn = withdrawn_versions(connection, entry)
        current = self._store.versions.get(entry)
        return {
            "entry": entry,
            "name": name_of(self._store, entry),
            "current": current,
            "off": entry in self._store.switches.off,
            "versions": [
                {
                    **_version(v),
                    "turns": in_turns.get(v.number, 0),
                    "calls": in_calls.get(v.number, 0),
                    "withdrawn": v.number in withdrawn,
                }
                for v in reversed(found)
            ],
        }

    def of(self, entry: str, version: int) -> dict[str, Any]:
        """Return the uses of a version: figures, and the latest turns, calls and tickets.

        Questions are as they were stored: masked.

        Raises:
            Problem: 404, no such version.
        """
        if version not in {v.number for v in _history(self._store, entry)}:
            raise Problem(404, "unknown_entry")
        with self._engine.connect() as connection:
            return {
                "entry": entry,
                "version": version,
                "figures": figures(connection, entry, [version]),
                "turns": _turns(connection, entry, version),
                "calls": _calls(connection, entry, version),
                "tickets": _tickets(connection, entry, version),
            }


def figures(connection: Connection, entry: str, versions: Sequence[int]) -> dict[str, Any]:
    """Return in how many turns, sessions, calls and tickets any of ``versions`` was used."""
    used = (turn_entries.c.entry == entry) & turn_entries.c.version.in_(versions)
    who = select(turn_entries.c.session).where(used)
    rows = connection.execute(
        select(sessions.c.id, sessions.c.lang, is_open(datetime.now(UTC)).label("open")).where(
            sessions.c.id.in_(who)
        )
    ).all()
    called = (staff_calls.c.entry == entry) & staff_calls.c.version.in_(versions)
    return {
        "turns": _count(connection, select(turn_entries.c.turn).where(used).distinct()),
        "sessions": len(rows),
        "open_sessions": sum(bool(row.open) for row in rows),
        "languages": {lang: sum(row.lang == lang for row in rows) for lang in ("vi", "en")},
        "calls": _count(connection, select(staff_calls.c.id).where(called)),
        "tickets": _count(connection, select(tickets.c.id).where(tickets.c.session.in_(who))),
    }


def withdrawn_versions(connection: Connection, entry: str) -> set[int]:
    """Return the versions of an entry that were withdrawn."""
    query = select(recalls.c.versions).where(recalls.c.entry == entry, recalls.c.state != "failed")
    return {number for versions in connection.execute(query).scalars() for number in versions}


def name_of(store: Store, entry: str) -> dict[str, str]:
    """Return the name of an entry in both languages; of one that was removed, its id."""
    if entry not in store.entries:
        return {"vi": entry, "en": entry}
    name = store.entries[entry].name
    return {"vi": name.vi, "en": name.en}


def _history(store: Store, entry: str) -> list[Version]:
    found = history(store, entry)
    if not found:
        raise Problem(404, "unknown_entry")
    return found


def _version(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "what": version.what,
        "by": version.changed_by,
        "at": _iso(version.changed_at),
        "fields": list(version.fields),
        "removed": version.data is None,
    }


def _counts(column: Any, which: ColumnElement[bool]) -> Select[Any]:
    return select(column, func.count()).where(which).group_by(column)


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _turns(connection: Connection, entry: str, version: int) -> list[dict[str, Any]]:
    query = (
        select(turns.c.id, turns.c.created_at, turns.c.question, turns.c.turn)
        .join(turn_entries, turn_entries.c.turn == turns.c.id)
        .where(turn_entries.c.entry == entry, turn_entries.c.version == version)
        .order_by(turns.c.created_at.desc())
        .limit(_MOST_SHOWN)
    )
    return [
        {
            "id": row.id,
            "at": _iso(row.created_at),
            "lang": row.turn["lang"],
            "outcome": row.turn["outcome"],
            "question": row.question,
        }
        for row in connection.execute(query)
    ]


def _calls(connection: Connection, entry: str, version: int) -> list[dict[str, Any]]:
    query = (
        select(staff_calls, staff_accounts.c.name)
        .join(staff_accounts, staff_accounts.c.id == staff_calls.c.account)
        .where(staff_calls.c.entry == entry, staff_calls.c.version == version)
        .order_by(staff_calls.c.at.desc())
        .limit(_MOST_SHOWN)
    )
    return [
        {"id": row.id, "at": _iso(row.at), "lang": row.lang, "officer": row.name, "solved": row.solved}
        for row in connection.execute(query)
    ]


def _tickets(connection: Connection, entry: str, version: int) -> list[dict[str, Any]]:
    who = select(turn_entries.c.session).where(
        turn_entries.c.entry == entry, turn_entries.c.version == version
    )
    query = (
        tickets.select()
        .where(tickets.c.session.in_(who))
        .order_by(tickets.c.created_at.desc())
        .limit(_MOST_SHOWN)
    )
    return [
        {
            "id": row.id,
            "code": row.code,
            "at": _iso(row.created_at),
            "lang": row.lang,
            "state": row.state,
            "has_contact": row.contact is not None,
        }
        for row in connection.execute(query)
    ]


def _iso(moment: datetime) -> str:
    """SQLite gives times back without their zone."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")

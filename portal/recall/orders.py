"""Withdrawing versions of an entry: the order, what is checked about it, and the change of the knowledge.

An order is stored first and carried out afterwards, each step so that it may be repeated. A
portal that dies midway leaves an order that is not done, and any portal goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row
from ulid import ULID

from knowledge.content import ContentError
from knowledge.database import writing
from knowledge.editing import UnknownVersion, Version, history, rollback
from knowledge.items import digest
from knowledge.store import Store
from knowledge.switches import UnknownTopic, switch
from portal.problems import Problem
from portal.recall.tables import recalls
from portal.recall.uses import name_of
from portal.staff.access import Principal
from portal.staff.audit import System, audit

Act = Literal["rollback", "switch_off", "keep"]
TIMER = System("recall timer")


@dataclass(frozen=True)
class Order:
    """What an approver orders.

    Args:
        client_id: of the console; the same order sent again is one order.
        entry: whose versions are wrong.
        versions: which ones.
        reason: what was wrong, for colleagues and for the report.
        text: what visitors are told, in both languages.
        act: bring an earlier version back, switch the entry off, or keep what an editor put right already.
        target: the version to bring back.
    """

    client_id: str
    entry: str
    versions: tuple[int, ...]
    reason: str
    text: dict[str, str]
    act: Act
    target: int | None


class Orders:
    """Takes orders and changes the knowledge as they say.

    Args:
        engine: database of the portal.
        store: the knowledge base.
    """

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._store = store

    def withdraw(self, principal: Principal, order: Order) -> str:
        """Take an order and change the knowledge at once; return the id of the recall.

        Raises:
            Problem: 404 no such version; 409 the knowledge cannot be changed so, or another order has the id.
        """
        recall = self._take(principal, order)
        self.carry_out(recall)
        with self._engine.connect() as connection:
            row = connection.execute(recalls.select().where(recalls.c.id == recall)).one()
        if row.state == "failed":
            raise Problem(409, "cannot_withdraw", reason=row.failure)
        return recall

    def carry_out(self, recall: str) -> None:
        """Change the knowledge as an order says; repeated, it changes nothing more."""
        with self._engine.connect() as connection:
            row = connection.execute(recalls.select().where(recalls.c.id == recall)).one()
        if row.state != "begun":
            return
        now = datetime.now(UTC)
        change: dict[str, Any]
        try:
            change = {"state": "acted", "version_now": self._change(row), "acted_at": now}
        except (ContentError, UnknownVersion, UnknownTopic) as error:
            change = {"state": "failed", "failure": str(error), "done_at": now}
        with self._writing.begin() as connection:
            mine = (recalls.c.id == recall) & (recalls.c.state == "begun")
            if connection.execute(recalls.update().where(mine).values(change)).rowcount:
                act, now_holds = f"entry.withdraw.{change['state']}", change.get("version_now")
                audit(connection, System(row.by), act, row.entry, version_now=now_holds, recall=recall)

    def _take(self, principal: Principal, order: Order) -> str:
        with self._writing.begin() as connection:
            known = _known(connection, order)
            if known:
                return known
            since = self._check(order)
            recall = str(ULID())
            row = {
                "id": recall,
                **vars(order),
                "versions": list(order.versions),
                "name": name_of(self._store, order.entry),
                "account": principal.account,
                "by": principal.name,
                "at": datetime.now(UTC),
                "since": since,
                "state": "begun",
            }
            connection.execute(recalls.insert(), row)
            versions = [str(number) for number in order.versions]
            audit(
                connection,
                principal,
                "entry.withdraw",
                order.entry,
                versions=versions,
                how=order.act,
                back_to=order.target,
                recall=recall,
            )
        return recall

    def _check(self, order: Order) -> datetime:
        """Check an order against the history of the entry; return when the wrong versions began.

        Raises:
            Problem: 404, 409 as for `withdraw`.
        """
        found = {version.number: version for version in history(self._store, order.entry)}
        if not found or not set(order.versions) <= found.keys():
            raise Problem(404, "unknown_entry")
        wrong = [found[number] for number in order.versions]
        if order.act != "switch_off":
            stays = order.target if order.act == "rollback" else max(found)
            if stays not in found or not _is_right(found[stays], wrong):
                raise Problem(409, "withdrawn_version")
        return min(version.changed_at for version in wrong)

    def _change(self, row: Row[Any]) -> int | None:
        """Change the knowledge; return the version that holds now."""
        if row.act == "rollback":
            return rollback(self._store, row.entry, row.target, row.by)
        if row.act == "switch_off":
            with writing(self._store.engine) as connection:
                switch(connection, row.entry, True, row.by, row.reason)
            self._store.forget_cache()
        return self._store.versions.get(row.entry)


def _known(connection: Connection, order: Order) -> str | None:
    """Return the recall of an order that was taken before.

    Raises:
        Problem: 409, the id belongs to another order.
    """
    row = connection.execute(recalls.select().where(recalls.c.client_id == order.client_id)).first()
    if row is None:
        return None
    if any(
        getattr(row, name) != value
        for name, value in {**vars(order), "versions": list(order.versions)}.items()
    ):
        raise Problem(409, "conflict")
    return str(row.id)


def _is_right(version: Version, wrong: list[Version]) -> bool:
    """Tell whether a version says something, and nothing that is withdrawn."""
    if version.data is None:
        return False
    return digest(version.data) not in {digest(other.data) for other in wrong if other.data is not None}

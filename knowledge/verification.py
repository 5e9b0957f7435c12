"""Confirming an entry: a named officer has checked it today against something, which is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

from knowledge.content import ContentError, Place, node_of
from knowledge.dates import today
from knowledge.editing import UnknownVersion, check_current, examine, put
from knowledge.tables import VerificationRow
from knowledge.writer import What


@dataclass(frozen=True)
class Verification:
    """Who confirmed a version of an entry, when, and against what."""

    version: int
    day: date
    by: str
    against: str


def verify(
    connection: Connection, entry_id: str, base: int, by: str, against: str, review_by: date | None = None
) -> int:
    """Confirm what an entry says; its citations count as confirmed from today.

    Args:
        connection: in a transaction of `knowledge.database.writing`.
        entry_id: which one.
        base: the version that was checked.
        by: the officer.
        against: what it was checked against, for instance a document and its article.
        review_by: when it is to be checked again, if that changes.

    Returns:
        The number of the version that says so.

    Raises:
        UnknownVersion: no such entry.
        Outdated: it was changed since it was checked.
        ContentError: it is no entry that can be confirmed, or has problems (of the new date, say).
    """
    now = check_current(connection, entry_id, base)
    if now.data is None:
        raise UnknownVersion(f"{entry_id}: no such entry")
    day = today()
    data = {**now.data, "verified_on": day.isoformat()}
    if "id" not in data:
        raise ContentError([Place(entry_id, node_of(data)).problem("not_verifiable")])
    if review_by:
        data["review_by"] = review_by.isoformat()
    version = put(connection, examine(connection, data).only(), by, What.VERIFICATION)
    row = {"entry": entry_id, "version": version, "day": day, "by": by, "against": against}
    connection.execute(insert(VerificationRow), row)
    return version


def verifications(connection: Connection, entry_id: str) -> list[Verification]:
    """Return who confirmed which version of an entry, the first one first."""
    columns = (VerificationRow.version, VerificationRow.day, VerificationRow.by, VerificationRow.against)
    query = select(*columns).where(VerificationRow.entry == entry_id).order_by(VerificationRow.id)
    return [Verification(**row._asdict()) for row in connection.execute(query)]

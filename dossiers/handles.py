"""Handles: how a conversation remembers a dossier that somebody was entitled to, without code or factor.

A handle names the dossier and the factors that it had then. Where either has changed (another
telephone was registered, the dossier was removed and its number given away), it opens nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from dossiers import audit
from dossiers.codes import Code
from dossiers.factors import KINDS
from dossiers.keys import Keys
from dossiers.states import State
from dossiers.status import DossierStatus, status_of
from dossiers.tables import Dossier, Identity

_AT_ONCE = 500
_identities: Table = Identity.__table__  # type: ignore[assignment]
_dossiers: Table = Dossier.__table__  # type: ignore[assignment]


def handle_of(identity: Any) -> str:
    """Return the handle of a row of `dossiers.tables.Identity`."""
    factors = "|".join(getattr(identity, kind) or "" for kind in KINDS)
    digest = hashlib.sha256(identity.salt + factors.encode()).hexdigest()
    return f"{identity.dossier}.{digest[:32]}"


def recall(connection: Connection, handle: str, session: bytes | None, at: datetime) -> DossierStatus | None:
    """Return the present state of the dossier of a handle, and write it down; None if the handle lapsed.

    The code of the state is the masked one: the other one is not known here.
    """
    number = handle.partition(".")[0]
    if not number.isdecimal():
        return None
    identity = connection.execute(select(_identities).where(_identities.c.dossier == int(number))).first()
    if identity is None or handle_of(identity) != handle:
        return None
    audit.record_again(connection, identity.code, session, at)
    row = connection.execute(select(_dossiers).where(_dossiers.c.id == identity.dossier)).mappings().one()
    return status_of(row["masked"], row)


def handles(connection: Connection, keys: Keys, codes: Sequence[Code]) -> dict[str, bool]:
    """Return the handles that dossiers have now, and whether each has ended; none for an unknown code."""
    hashes = [key.hash("code", str(code)) for code in codes for key in keys.all]
    joined = select(_identities, _dossiers.c.state).join(_dossiers, _dossiers.c.id == _identities.c.dossier)
    found: dict[str, bool] = {}
    for start in range(0, len(hashes), _AT_ONCE):
        query = joined.where(_identities.c.code.in_(hashes[start : start + _AT_ONCE]))
        found.update((handle_of(row), State(row.state).ended) for row in connection.execute(query))
    return found

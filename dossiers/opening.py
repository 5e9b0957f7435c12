"""Opening the store as the environment says: for the portal and the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

from dossiers.codes import parse_code
from dossiers.demo import demo_codes, demo_events, demo_wanted
from dossiers.factors import DEFAULT_KINDS, KINDS, FactorKind
from dossiers.keys import KeyFault, read_keys
from dossiers.lookup import Observer
from dossiers.procedures import Procedures
from dossiers.service import Dossiers, dossiers_url, key_file
from dossiers.states import States
from knowledge.database import database_url, migrate
from knowledge.dates import today
from knowledge.store import Store


def open_dossiers(
    procedures: Procedures | None = None,
    observe: Observer = lambda _what: None,
    env: Mapping[str, str] | None = None,
    *,
    url: str | None = None,
    keys: Path | None = None,
) -> Dossiers:
    """Open the store.

    Args:
        procedures: what the feed's procedures are linked to; by default those of the knowledge base.
        observe: is told what happens, for metrics.
        env: environment variables; the process's own by default.
        url: SQLAlchemy URL; that of the environment by default.
        keys: file of the keys; that of the environment by default.

    Raises:
        KeyFault: a key is missing, malformed or another store's; an unknown kind of factor.
        StateTableError: the deployment's table of states is wrong.
    """
    env = os.environ if env is None else env
    more = env.get("HEZA_DOSSIER_STATES")
    return Dossiers(
        url or dossiers_url(),
        read_keys(keys or key_file(), env),
        states=States.read(Path(more) if more else None),
        procedures=procedures or known_procedures(),
        kinds=_kinds(env),
        observe=observe,
    )


def known_procedures() -> Procedures:
    """Return the procedures of the knowledge base; none if nothing was loaded yet."""
    with closing(Store(database_url())) as store:
        migrate(store.engine, "knowledge")
        return Procedures.of(store.recorded)


def settle_demo(dossiers: Dossiers, wanted: bool | None = None) -> bool:
    """Put the invented dossiers into the embedded default, and take them out of a real deployment.

    Args:
        dossiers: the store.
        wanted: whether they belong there; as the environment says by default.

    Returns:
        Whether they are there now.
    """
    wanted = demo_wanted() if wanted is None else wanted
    if wanted:
        dossiers.apply_events(demo_events(today()), "demo")
    else:
        dossiers.remove([parse_code(code) for code in demo_codes()])
    return wanted


def _kinds(env: Mapping[str, str]) -> frozenset[FactorKind]:
    """Return the factors that open a dossier (``HEZA_DOSSIER_FACTORS``, separated by commas)."""
    given = env.get("HEZA_DOSSIER_FACTORS")
    if not given:
        return DEFAULT_KINDS
    names = {name.strip() for name in given.split(",")}
    if not names <= set(KINDS):
        raise KeyFault(f"HEZA_DOSSIER_FACTORS={given!r}: there are {', '.join(KINDS)}")
    return frozenset(cast("set[FactorKind]", names))

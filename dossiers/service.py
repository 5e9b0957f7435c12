"""The dossier store as the rest of the assistant uses it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, Table, func, select

from dossiers import audit, handles
from dossiers.audit import Scope
from dossiers.codes import Code, parse_code
from dossiers.events import Event
from dossiers.factors import DEFAULT_KINDS, FactorKind
from dossiers.feed import Feed, Taken
from dossiers.guard import Limits
from dossiers.keys import KeyFault, Keys
from dossiers.lookup import LookUp, Observer, Reply, network_of
from dossiers.procedures import Procedures
from dossiers.states import State, States
from dossiers.status import DossierStatus
from dossiers.tables import Dossier, KeyName
from knowledge.database import connect, migrate, var, writing

_key_names: Table = KeyName.__table__  # type: ignore[assignment]
_dossiers: Table = Dossier.__table__  # type: ignore[assignment]


KEYS = "dossier-keys.json"
"""Name of the file of the keys of codes and factors."""


def dossiers_url() -> str:
    """Return the URL of the dossier store (``DATABASE_URL``, by default SQLite under ``HEZA_VAR``)."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{var() / 'dossiers.sqlite'}"


def key_file() -> Path:
    """Return the file of the keys of codes and factors, unless the environment has them."""
    return var() / KEYS


def _now() -> datetime:
    return datetime.now(UTC)


class Dossiers:
    """The status store of submitted dossiers.

    Its methods block: a portal calls them in a thread.

    Args:
        url: SQLAlchemy URL.
        keys: under which codes and factors are hashed (`dossiers.keys.read_keys`).
        states: from the feed's words to ours; the table that ships by default.
        procedures: from the feed's procedures to knowledge entries; none by default.
        limits: how often someone may guess.
        kinds: which factors open a dossier.
        clock: tells the time, with its zone.
        observe: is told what happens, for metrics.

    Raises:
        KeyFault: a key is another one than the one of its name that the store was filled with.
    """

    def __init__(
        self,
        url: str,
        keys: Keys,
        *,
        states: States | None = None,
        procedures: Procedures | None = None,
        limits: Limits | None = None,
        kinds: frozenset[FactorKind] = DEFAULT_KINDS,
        clock: Callable[[], datetime] = _now,
        observe: Observer = lambda _what: None,
    ) -> None:
        self.engine = connect(url)
        self._keys = keys
        self._clock = clock
        migrate(self.engine, "dossiers")
        try:
            _check_keys(self.engine, keys)
        except KeyFault:
            self.close()
            raise
        self.feed = Feed(self.engine, keys, states or States.read(), procedures or Procedures())
        self._look_up = LookUp(self.engine, keys, limits or Limits(), kinds, clock=clock, observe=observe)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(select(1))

    def lookup(
        self,
        code: Code | str,
        factor: str,
        client: str,
        network: str | None = None,
        session: str | None = None,
    ) -> Reply:
        """Tell where a dossier stands, if ``factor`` is one of its own.

        The caller holds the reply back for its ``delay`` (seconds), whatever the reply is.

        Args:
            code: as typed.
            factor: as typed: last four digits of the phone, or the receipt's secret.
            client: who asks; an IP address, or whatever else cannot be changed at will.
            network: where the client is; by default that of the address.
            session: for the audit log.

        Raises:
            CodeError: what was typed is no code, whoever types it; nothing was looked up.
        """
        parsed = code if isinstance(code, Code) else parse_code(code)
        return self._look_up(parsed, factor, client, network or network_of(client), session)

    def again(self, handle: str, session: str) -> DossierStatus | None:
        """Return the present state of a dossier that a session looked up before; None if the handle lapsed.

        Args:
            handle: that of the look-up (`Found.handle`).
            session: for the audit log.
        """
        hashed = self._keys.current.hash("session", session)
        with self.engine.execution_options(writes=True).begin() as connection:
            return handles.recall(connection, handle, hashed, self._clock())

    def handles(self, codes: Sequence[Code]) -> dict[str, bool]:
        """Return the handles by which conversations remember dossiers, and whether each has ended."""
        with self.engine.connect() as connection:
            return handles.handles(connection, self._keys, codes)

    def apply_events(self, events: Sequence[Event], source: str) -> list[Taken]:
        """Take events of the feed in, all in one transaction; return what became of each.

        Args:
            events: checked ones (`dossiers.events.parse_event`).
            source: who sent them.
        """
        return self.feed.apply(events, source)

    def remove(self, codes: Sequence[Code]) -> None:
        """Remove dossiers with their events; what was asked about them stays in the audit log."""
        self.feed.remove(codes)

    def unlock_code(self, code: Code | str, by: str, reason: str) -> None:
        """Let the next try of a dossier come at once.

        Raises:
            CodeError: no code.
        """
        hashed = self._keys.current.hash("code", str(code if isinstance(code, Code) else parse_code(code)))
        self._unlock({"code": hashed}, by, reason)

    def unlock(self, reference: str, by: str, reason: str) -> bool:
        """Lift the locks of client and network of the look-up of this reference; False if none has it."""
        with self.engine.connect() as connection:
            scopes = audit.by_reference(connection, reference)
        if scopes:
            self._unlock(scopes, by, reason)
        return bool(scopes)

    def _unlock(self, scopes: dict[Scope, bytes], by: str, reason: str) -> None:
        with self.engine.execution_options(writes=True).begin() as connection:
            audit.record_unlock(connection, scopes, self._clock(), by, reason)

    def audit_lines(self, outcomes: Sequence[str], within: timedelta, most: int = 100) -> list[audit.Line]:
        """Return lines of the audit log, the latest first; ``("alarm",)`` for the alarms."""
        with self.engine.connect() as connection:
            return audit.lines(connection, outcomes, self._clock() - within, most)

    def forget_audit(self, before: datetime) -> int:
        """Delete lines of the audit log older than ``before``; the database keeps a year in any case.

        Raises:
            DatabaseError: ``before`` is less than a year ago.
        """
        with self.engine.execution_options(writes=True).begin() as connection:
            return audit.forget_before(connection, before)

    def unknown_states(self) -> dict[str, int]:
        """Return the words for states that no table knows, and how many dossiers are in each."""
        query = (
            select(_dossiers.c.state_text, func.count())
            .where(_dossiers.c.state == State.UNKNOWN)
            .group_by(_dossiers.c.state_text)
            .order_by(func.count().desc())
        )
        with self.engine.connect() as connection:
            return dict(connection.execute(query).all())


def _check_keys(engine: Engine, keys: Keys) -> None:
    """Notice a key file that belongs to another store: every look-up would be denied."""
    if any(key.id not in _known_keys(engine, keys) for key in keys.all):
        with writing(engine) as connection:
            known = set(connection.execute(select(_key_names.c.id)).scalars())
            for key in keys.all:
                if key.id not in known:
                    row = {"id": key.id, "fingerprint": key.fingerprint, "since": _now()}
                    connection.execute(_key_names.insert(), row)
        _known_keys(engine, keys)  # another process may have been first


def _known_keys(engine: Engine, keys: Keys) -> set[str]:
    with engine.connect() as connection:
        known = dict(connection.execute(select(_key_names.c.id, _key_names.c.fingerprint)).all())
    for key in keys.all:
        if known.get(key.id, key.fingerprint) != key.fingerprint:
            raise KeyFault(
                f"dossier key {key.id!r} is not the one that this store was filled with: bring that one back"
            )
    return set(known)

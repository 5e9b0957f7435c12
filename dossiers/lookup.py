"""Looking a dossier up: the same work and the same reply for an unknown code and a wrong factor."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, bindparam, select

from dossiers import audit
from dossiers.audit import Alarm, Caller, Scope
from dossiers.codes import Code
from dossiers.factors import DEFAULT_KINDS, FactorKind, Factors, is_weak
from dossiers.guard import Limits, locked_until, next_try
from dossiers.handles import handle_of
from dossiers.keys import Key, Keys
from dossiers.status import DossierStatus, status_of
from dossiers.tables import Dossier, Identity

_log = logging.getLogger(__name__)
_identities: Table = Identity.__table__  # type: ignore[assignment]
_dossiers: Table = Dossier.__table__  # type: ignore[assignment]

Observer = Callable[[str], None]
"""Is told ``found``, ``denied``, ``locked``, ``alarm.code``, ``alarm.spread``: for metrics."""


@dataclass(frozen=True)
class Found:
    """Code and factor belong together.

    ``delay``: seconds for which the reply is to be held back, found or not.
    ``reference``: names the look-up towards staff. ``handle``: by which a conversation may ask again.
    """

    dossier: DossierStatus
    delay: float
    reference: str
    handle: str


@dataclass(frozen=True)
class Denied:
    """There is no such dossier, or the factor is not its own: nobody is told which."""

    delay: float
    reference: str


@dataclass(frozen=True)
class Locked:
    """Nothing was compared, because of too many failures. Says nothing about code or factor.

    ``retry_after``: seconds. ``scope``: whose failures; of a ``code`` also other people's.
    """

    retry_after: int
    scope: Scope
    reference: str


Reply = Found | Denied | Locked


@cache
def _next_identity() -> Select[Any]:
    """Return the query for the row with a hash or, if there is none, the next one."""
    query = select(_identities).where(_identities.c.code >= bindparam("sought"))
    return query.order_by(_identities.c.code).limit(1)


def network_of(client: str) -> str:
    """Return the network that failures of an address also count for: /24 of IPv4, /48 of IPv6.

    What is no address is a network of its own.
    """
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


class LookUp:
    """Answers who asks about a dossier, and writes down that somebody did.

    Args:
        engine: of the store.
        keys: under which codes and factors are hashed.
        limits: how often someone may guess.
        kinds: which factors open a dossier.
        clock: tells the time, with its zone.
        observe: is told what happens, for metrics.
    """

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        limits: Limits,
        kinds: frozenset[FactorKind] = DEFAULT_KINDS,
        *,
        clock: Callable[[], datetime],
        observe: Observer = lambda _what: None,
    ) -> None:
        self._engine = engine.execution_options(writes=True)
        self._keys = keys
        self._limits = limits
        self._most_of_code = max(limits.failures_to_longest_pause, limits.alarm_of_code[0])
        self._kinds = kinds
        self._clock = clock
        self._observe = observe

    def __call__(self, code: Code, factor: str, client: str, network: str, session: str | None) -> Reply:
        """Compare code and factor; see `dossiers.service.Dossiers.lookup`."""
        caller = self._caller(code, client, network, session)
        alarms: list[Alarm] = []
        with self._engine.begin() as connection:
            audit.serialise(connection, caller)
            reply = self._answer(connection, caller, code, factor, alarms)
        self._observe(type(reply).__name__.lower())
        for alarm in alarms:
            self._observe(f"alarm.{alarm}")
            _log.warning("dossier codes are being guessed (%s), reference %s", alarm, reply.reference)
        return reply

    def _caller(self, code: Code, client: str, network: str, session: str | None) -> Caller:
        key = self._keys.current
        return Caller(
            key.hash("code", str(code)),
            key.hash("client", client),
            key.hash("network", network),
            key.hash("session", session) if session else None,
        )

    def _answer(
        self, connection: Connection, caller: Caller, code: Code, factor: str, alarms: list[Alarm]
    ) -> Reply:
        now = self._clock()
        locked = self._lock(connection, caller, now)
        tries = audit.failures(connection, caller, "code", now - self._limits.window, self._most_of_code)
        trusted = audit.is_trusted(connection, caller, now - self._limits.trusted_for)
        at = now
        if is_weak(factor) and not trusted:
            at = next_try([at for at, _ in tries], self._limits, now)
        if locked is None and at - now > self._limits.longest_hold:
            locked = ("code", at)
        if locked:
            scope, until = locked
            reference = audit.record(connection, caller, "locked", now, scope)
            return Locked(max(1, round((until - now).total_seconds())), scope, reference)
        delay = (at - now).total_seconds()
        identity = self._match(connection, code, factor)
        if identity is not None:
            reference = audit.record(connection, caller, "found", at, None)
            status = self._status(connection, code, identity.dossier)
            return Found(status, delay, reference, handle_of(identity))
        reference = audit.record(connection, caller, "denied", at, None)
        alarms += self._alarms(connection, caller, at, [client for _, client in tries])
        return Denied(delay, reference)

    def _lock(self, connection: Connection, caller: Caller, now: datetime) -> tuple[Scope, datetime] | None:
        """Return what is locked, and until when; both scopes are looked at in any case."""
        found: list[tuple[Scope, datetime]] = []
        scopes: tuple[Scope, Scope] = ("client", "network")
        for scope in scopes:
            tiers = self._limits.client if scope == "client" else self._limits.network
            since = now - max((t.within + t.locked for t in tiers), default=timedelta(0))
            most = max((t.failures for t in tiers), default=0)
            failed = audit.failures(connection, caller, scope, since, most)
            until = locked_until([at for at, _ in failed], tiers, now)
            if until:
                found.append((scope, until))
        return max(found, key=lambda item: item[1], default=None)

    def _match(self, connection: Connection, code: Code, factor: str) -> Row[Any] | None:
        """Return the identity of the dossier if code and factor belong together.

        For each key one row is read, the one with the hash of the code *or the next one*, and its
        factors are hashed and compared; only then does it count whether it was the right row.
        """
        found: Row[Any] | None = None
        for key in self._keys.all:
            sought = key.hash("code", str(code))
            query = (
                select(_identities).where(_identities.c.code >= sought).order_by(_identities.c.code).limit(1)
            )
            row = connection.execute(query).one()
            factors = Factors(row.salt, row.phone, row.secret, row.tax_code)
            fits = factors.match(factor, self._keys, self._kinds)
            if hmac.compare_digest(row.code, sought) & fits:
                found = row
                self._bring_under_current_key(connection, key, code)
        return found

    def _bring_under_current_key(self, connection: Connection, key: Key, code: Code) -> None:
        """After a change of keys: hash the code anew, now that it is known (factors follow with the feed)."""
        current = self._keys.current
        if key.id != current.id:
            update = _identities.update().where(_identities.c.code == key.hash("code", str(code)))
            connection.execute(update.values(code=current.hash("code", str(code)), key=current.id))

    def _status(self, connection: Connection, code: Code, dossier: int) -> DossierStatus:
        query = select(_dossiers).where(_dossiers.c.id == dossier)
        return status_of(str(code), connection.execute(query).mappings().one())

    def _alarms(
        self, connection: Connection, caller: Caller, at: datetime, clients: list[bytes]
    ) -> list[Alarm]:
        """Raise an alarm where guessing is spread over clients, so that no lock of one stops it."""
        limits, raised = self._limits, list[Alarm]()
        hour = timedelta(hours=1)
        everywhere = audit.recent_failures(connection, at - hour, limits.alarm_of_all[0])
        for alarm, code, failed, (least, spread) in (
            ("code", caller.code, [caller.client, *clients], limits.alarm_of_code),
            ("spread", None, everywhere, limits.alarm_of_all),
        ):
            name: Alarm = "code" if alarm == "code" else "spread"
            enough = len(failed) >= least and len(set(failed)) >= spread
            if enough and audit.record_alarm(connection, name, code, at, limits.alarm_again):
                raised.append(name)
        return raised

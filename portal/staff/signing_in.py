"""Signing in with a password and a second factor, enrolling after an invitation, changing the password.

Whoever fails learns nothing: not whether the account exists, nor which of the three was wrong.
The same is computed and written in every case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from portal.problems import Problem
from portal.staff import accounts, otp
from portal.staff.access import Principal, Staff
from portal.staff.accounts import Account
from portal.staff.audit import System, audit
from portal.staff.passwords import Passwords, check_new
from portal.staff.sealing import Sealer
from portal.staff.sessions import close_others, open_session, sweep
from portal.staff.throttle import ACCOUNT, ADDRESS, Key, forgive, uncount, wait

ENROL_SECONDS = 15 * 60
"""So long an authenticator that was offered may be confirmed."""
_NOBODY = System("sign-in")
_NOBODYS_SECRET = "A" * 32


@dataclass(frozen=True)
class Offer:
    """An authenticator to be enrolled: its secret, the same as an address, and a ticket to come back with."""

    secret: str
    address: str
    ticket: str


@dataclass(frozen=True)
class Equipment:
    """What an account was given: its authenticator as an address and as a secret, and recovery codes."""

    address: str
    secret: str
    recovery_codes: list[str]


class SigningIn:
    """Proves who somebody is.

    Args:
        staff: database and settings.
        passwords: hashes them.
        sealer: encrypts the secrets of authenticators.
    """

    def __init__(self, staff: Staff, passwords: Passwords, sealer: Sealer) -> None:
        self._staff = staff
        self._passwords = passwords
        self._sealer = sealer

    def sign_in(self, name: str, password: str, code: str, address: str) -> str:
        """Return the id of a new session.

        Args:
            name: of the account.
            password: as typed.
            code: of the authenticator, or a recovery code.
            address: where the call comes from.

        Raises:
            Problem: 401 something of it is wrong, 429 too many attempts.
        """
        with self._counted(name, address) as keys:
            account = self._usable(name)
            known = self._passwords.matches(account.password if account else None, password)
            step = otp.step_of(self._secret(account), code.strip())
            with self._staff.writing() as connection:
                owner = account.id if account and known else ""
                second = (step is not None and accounts.use_step(connection, owner, step)) | (
                    accounts.use_recovery_code(connection, owner, otp.recovery_hash(owner, code))
                )
                if account and known and second:
                    session = open_session(connection, account)
                    sweep(connection, self._staff.settings.absolute)
                    audit(connection, account, "sign_in", account.name, recovery_code=step is None)
                    self._forgive(connection, keys)
                else:
                    audit(connection, _NOBODY, "sign_in.failed", account.name if account else "unknown")
                    session = ""
        if not account or not session:
            raise Problem(401, "sign_in_failed")
        self._renew(account, password)
        return session

    def offer(self, name: str, invitation: str, address: str) -> Offer:
        """Return an authenticator for somebody who was invited.

        Raises:
            Problem: 401 no such invitation, 429 too many attempts.
        """
        account = self._invited(name, invitation, address)
        secret = otp.new_secret()
        ticket = self._sealer.seal(json.dumps([account.id, secret])).decode()
        return Offer(secret, otp.address(secret, account.name), ticket)

    def enrol(
        self, name: str, invitation: str, ticket: str, password: str, code: str, address: str
    ) -> list[str]:
        """Store password and authenticator of somebody who was invited; return the recovery codes.

        Raises:
            Problem: 401 no such invitation; 400 a poor password, a wrong code, or a ticket that lapsed; 429.
        """
        account = self._invited(name, invitation, address)
        opened = self._sealer.open(ticket.encode(), ENROL_SECONDS)
        owner, secret = json.loads(opened) if opened else ("", _NOBODYS_SECRET)
        if owner != account.id:
            raise Problem(400, "invalid", field="ticket")
        check_new(password, account.name)
        step = otp.step_of(secret, code.strip())
        if step is None:
            raise Problem(400, "invalid", field="code")
        hashed = self._passwords.hash(password)
        codes = otp.new_recovery_codes()
        with self._staff.writing() as connection:
            if accounts.invited(connection, account.name, invitation) is None:  # used meanwhile
                raise Problem(401, "sign_in_failed")
            self._store(connection, account, hashed, secret, codes)
            accounts.use_step(connection, account.id, step)
            audit(connection, account, "account.enrol", account.name)
        return codes

    def equip(self, connection: Connection, account: Account, password: str) -> Equipment:
        """Give an account a password and a new authenticator at once, without its owner's confirmation.

        For the command line, where the owner sits at the keyboard.

        Raises:
            Problem: 400, a poor password.
        """
        check_new(password, account.name)
        secret, codes = otp.new_secret(), otp.new_recovery_codes()
        self._store(connection, account, self._passwords.hash(password), secret, codes)
        return Equipment(otp.address(secret, account.name), secret, codes)

    def _store(
        self, connection: Connection, account: Account, hashed: str, secret: str, codes: list[str]
    ) -> None:
        hashes = [otp.recovery_hash(account.id, code) for code in codes]
        accounts.enrol(connection, account, hashed, self._sealer.seal(secret), hashes)

    def change_password(self, principal: Principal, current: str, new: str, address: str) -> None:
        """Change the password of somebody who is signed in and knows it; other sessions of theirs end.

        Raises:
            Problem: 401 the current password is wrong, 400 the new one is poor,
                409 the identity provider has it, 429 too many attempts.
        """
        check_new(new, principal.name)
        with self._counted(principal.name, address) as keys:
            with self._staff.reading() as connection:
                account = accounts.by_id(connection, principal.account)
            if account.password is None:
                raise Problem(409, "no_password")
            if not self._passwords.matches(account.password, current):
                raise Problem(401, "sign_in_failed")
            hashed = self._passwords.hash(new)
            with self._staff.writing() as connection:
                accounts.set_password(connection, account, hashed)
                close_others(connection, account.id, keep=principal.session)
                audit(connection, principal, "account.password", account.name)
                self._forgive(connection, keys)

    @contextmanager
    def _counted(self, name: str, address: str) -> Iterator[list[Key]]:
        """Count an attempt, or refuse it."""
        keys: list[Key] = [(ACCOUNT, _normal(name)), (ADDRESS, address)]
        with self._staff.writing() as connection:
            seconds = wait(connection, keys)
        if seconds:
            raise Problem(429, "too_many_attempts", retry_after=seconds)
        yield keys

    def _forgive(self, connection: Connection, keys: list[Key]) -> None:
        """After a success forget an account's failures, but not those of others at the same address."""
        forgive(connection, keys[:1])
        uncount(connection, keys[1])

    def _invited(self, name: str, invitation: str, address: str) -> Account:
        with self._counted(name, address) as keys, self._staff.writing() as connection:
            account = accounts.invited(connection, _normal(name), invitation)
            if account:
                self._forgive(connection, keys)
        if account is None:
            raise Problem(401, "sign_in_failed")
        return account

    def _usable(self, name: str) -> Account | None:
        with self._staff.reading() as connection:
            account = accounts.find(connection, _normal(name))
        return account if account and account.state == "active" and account.password else None

    def _secret(self, account: Account | None) -> str:
        sealed = account.totp_secret if account else None
        return (self._sealer.open(sealed) if sealed else None) or _NOBODYS_SECRET

    def _renew(self, account: Account, password: str) -> None:
        """Hash a password anew if the parameters have changed since."""
        if account.password and self._passwords.is_outdated(account.password):
            hashed = self._passwords.hash(password)
            with self._staff.writing() as connection:
                accounts.set_password(connection, account, hashed)


def _normal(name: str) -> str:
    """Return a name as it is looked up; what cannot be one stays as it is, and is found nowhere."""
    try:
        return accounts.login_name(name)
    except Problem:
        return name

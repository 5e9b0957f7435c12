"""Roles of the staff, and what each of them may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What an account is for; one account may have several."""

    OFFICER = "officer"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a call may ask for."""

    READ = "read"
    """Search, answer cards, the read-only copy; log a call."""
    DESK = "desk"
    """Take over conversations, answer tickets."""
    DOSSIERS = "dossiers"
    """See dossiers, with a reason or with the caller's factor."""
    EDIT = "edit"
    """Draft entries, propose changes, confirm that an entry was checked."""
    APPROVE = "approve"
    """Approve another person's change, roll back, recall."""
    SWITCH = "switch"
    """Take a topic out of use and back."""
    REPORTS = "reports"
    """See figures and export them."""
    ACCOUNTS = "accounts"
    """Add, disable and reset accounts."""
    AUDIT = "audit"
    """Read the audit log."""


_P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({_P.READ, _P.DESK, _P.DOSSIERS}),
    Role.EDITOR: frozenset({_P.READ, _P.EDIT, _P.REPORTS}),
    Role.APPROVER: frozenset({_P.READ, _P.EDIT, _P.APPROVE, _P.SWITCH, _P.REPORTS}),
    Role.ADMINISTRATOR: frozenset({_P.READ, _P.SWITCH, _P.REPORTS, _P.ACCOUNTS, _P.AUDIT}),
}
"""The whole table. An administrator sees no dossier and no conversation: who runs the system need not."""


def granted(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what somebody with ``roles`` may do."""
    return frozenset[Permission]().union(*(GRANTS[role] for role in roles))

"""What a session knows of a dossier, and what a message says towards looking one up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

Awaiting = Literal["code", "factor"]
Said = Literal["given", "cancelled", "help"]

AWAITING_SECONDS = 600.0
"""How long a value is awaited; the vault keeps what was given as long."""


class Act(TypedDict):
    """What a message says, without any value. ``ticket`` names what was given in the vault."""

    act: Said
    ticket: NotRequired[str]


@dataclass(frozen=True)
class Identity:
    """The part of a session that is about a dossier; the columns of its row.

    Args:
        awaiting: what the visitor was asked for.
        awaiting_until: when that lapses, in seconds since 1970.
        dossier: handle of the dossier that was verified.
    """

    awaiting: Awaiting | None = None
    awaiting_until: float | None = None
    dossier: str | None = None

    def asked_for(self, awaiting: Awaiting) -> Identity:
        """Return the state after a value was asked for."""
        return Identity(awaiting, time.time() + AWAITING_SECONDS, self.dossier)

    def settled(self) -> Identity:
        """Return the state in which nothing is awaited."""
        return Identity(dossier=self.dossier)


NOTHING = Identity()

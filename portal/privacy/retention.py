"""Retention: sessions in which nothing was said for so many days are erased, and look-ups of over a year ago.

The portal's rows go here; Rasa's part is noted and done by `Eraser.retry`. The vault needs
nothing: what it kept has lapsed within minutes.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from dossiers.service import Dossiers
from portal.privacy.erasure import Erasures

EVERY = timedelta(hours=1)
"""How often one of the portals looks for old sessions."""
AUDIT_KEPT = timedelta(days=366)
"""How long lines of the log of look-ups are kept; the database itself keeps them for 365 days."""


async def run_if_due(erasures: Erasures, days: int, dossiers: Dossiers) -> None:
    """Erase what is old if this portal is the one to do it now: sessions, lines of the log of look-ups."""
    if await asyncio.to_thread(erasures.take_duty, "retention", EVERY):
        await asyncio.to_thread(erase_older, erasures, days)
        await asyncio.to_thread(dossiers.forget_audit, datetime.now(UTC) - AUDIT_KEPT)


def erase_older(erasures: Erasures, days: int) -> int:
    """Erase the sessions without a message in the last ``days`` days; return how many."""
    moment = datetime.now(UTC) - timedelta(days=days)
    count = 0
    while old := erasures.silent_since(moment):
        for session in old:
            erasures.erase(session)
        count += len(old)
    return count

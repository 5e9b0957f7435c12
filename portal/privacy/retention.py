"""Retention: sessions in which nothing was said for so many days are erased.

The portal's rows go here; Rasa's part is noted and done by `Eraser.retry`. The vault needs
nothing: what it kept has lapsed within minutes.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from portal.privacy.erasure import Erasures

EVERY = timedelta(hours=1)
"""How often one of the portals looks for old sessions."""


async def run_if_due(erasures: Erasures, days: int) -> None:
    """Erase old sessions if this portal is the one to do it now."""
    if await asyncio.to_thread(erasures.take_duty, "retention", EVERY):
        await asyncio.to_thread(erase_older, erasures, days)


def erase_older(erasures: Erasures, days: int) -> int:
    """Erase the sessions without a message in the last ``days`` days; return how many."""
    moment = datetime.now(UTC) - timedelta(days=days)
    count = 0
    while old := erasures.silent_since(moment):
        for session in old:
            erasures.erase(session)
        count += len(old)
    return count

"""The wiring of unanswered questions: one function adds them to the portal."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from aiohttp import web

from knowledge.store import Store
from portal.api.staff.unanswered import UnansweredApi
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker
from portal.repeating import repeat
from portal.staff.access import STAFF
from portal.unanswered.board import Board
from portal.unanswered.remarks import forget_older
from portal.unanswered.review import Review

REVIEW = "review"
FORGET_SECONDS = 3600.0


def add_unanswered(
    app: web.Application, store: Store, var: Path, key: PrivacyKey, masker: Masker, days: int
) -> None:
    """Add unanswered questions to the portal, after the staff.

    Args:
        app: the public application.
        store: the knowledge base.
        var: folder of the portal's data, in which proposals wait for review.
        key: names questions without telling them.
        masker: takes personal data out of what officers and editors write.
        days: for how long questions are kept.
    """
    staff = app[STAFF]
    review = Review(staff, var / REVIEW)
    board = Board(staff, store, review, key)
    app.add_routes(UnansweredApi(staff, board, review, store, masker, days).routes())

    async def forget() -> None:
        await asyncio.to_thread(forget_older, staff.engine, days)

    app.cleanup_ctx.append(partial(repeat, every=FORGET_SECONDS, work=forget))

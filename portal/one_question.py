"""Answers a single question in a conversation of its own, for the page without scripts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from knowledge.answer import Lang
from portal.conversations import Conversations, Question
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker
from portal.turns import Turn, TurnService


@dataclass(frozen=True)
class OneQuestion:
    """Opens a session, stores the question and has it answered, as the API does.

    Args:
        conversations: the store of conversations.
        turns: answers stored messages.
        masker: takes personal data out of the question.
        key: hashes it, as every request is kept.
    """

    conversations: Conversations
    turns: TurnService
    masker: Masker
    key: PrivacyKey

    async def __call__(self, text: str, lang: Lang) -> Turn:
        """Return the turn for a cleaned question; ``lang`` counts where the words do not tell."""
        session = await asyncio.to_thread(self.conversations.open_session, lang, "/ask")
        question = Question(self.masker.mask(text, lang).text)
        request = self.key.fingerprint({"text": text, "page": "/ask"})
        stored = await asyncio.to_thread(self.conversations.store, session, question, request, None)
        return Turn.model_validate(await self.turns.answer(stored))

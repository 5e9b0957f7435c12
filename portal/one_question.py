"""Answers a single question in a conversation of its own, for the page without scripts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from knowledge.answer import Lang
from portal.conversations import Conversations
from portal.identity.reading import masks, read_reply
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker, cover
from portal.stored import Question
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
        spans = self.masker.find(text)
        # No dossier is looked up here, since nothing could be asked back; a factor is hidden all the same.
        question = Question(cover(text, masks(spans, read_reply(text, spans, None)), lang).text)
        request = self.key.fingerprint({"text": text, "page": "/ask"})
        stored = await asyncio.to_thread(self.conversations.store, session, question, request, None)
        return Turn.model_validate(await self.turns.answer(stored))

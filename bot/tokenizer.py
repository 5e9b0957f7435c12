"""Tokeniser for Vietnamese as people type it: NFC or NFD, with or without accents."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from vietnamese.folding import fold, to_nfc

_WORD = re.compile(r"\w+", re.UNICODE)
_DIGIT = re.compile(r"\d")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits a text into its words; the lemma of a word is its folded form.

    The text itself is kept with its accents, in NFC, so that offsets of entities
    fit what the other components see. Digits become ``0`` in the lemma: no intent
    depends on which number is asked about.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options of Rasa's tokenisers, of which none is needed here."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute of ``message``."""
        text = to_nfc(message.get(attribute))
        if attribute == TEXT:
            message.set(TEXT, text)
        tokens = [
            Token(match.group(), match.start(), lemma=_DIGIT.sub("0", fold(match.group())))
            for match in _WORD.finditer(text)
        ]
        return tokens or [Token(text, 0)]

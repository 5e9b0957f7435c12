"""The kinds of personal data that are masked, and what stands in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from portal.problems import portal_texts


class Kind(StrEnum):
    """What a masked value was.

    ``number`` is one of no known kind that may still lead to a person; ``factor`` is what was
    typed to prove who may ask about a dossier.
    """

    IDENTITY = "identity"
    PASSPORT = "passport"
    TAX_CODE = "tax_code"
    PHONE = "phone"
    EMAIL = "email"
    BANK_ACCOUNT = "bank_account"
    DOSSIER_CODE = "dossier_code"
    NUMBER = "number"
    FACTOR = "factor"


class Span(NamedTuple):
    """Where a value stands in a text."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Found:
    """A value that was masked. It is not shown where the object is printed, in a trace for instance."""

    kind: Kind
    value: str = field(repr=False)


@dataclass(frozen=True)
class Masked:
    """A text without personal data, and what was taken out of it, in order."""

    text: str
    found: tuple[Found, ...] = ()


class Understood(NamedTuple):
    """A masked text in the form that Rasa reads, with the kinds of what was masked, each once."""

    text: str
    kinds: tuple[Kind, ...]


def placeholder(kind: Kind, lang: str) -> str:
    """Return what people see in place of a value."""
    return f"[{portal_texts(lang)(f'masked.{kind}')}]"


def understandable(masked: str) -> Understood:
    """Return a masked text as Rasa reads it.

    The words of a placeholder would count as words of the visitor, of whatever language,
    so they go. A dossier code becomes the zero code: the tokeniser's lemma of every code,
    with which the intents were trained.
    """
    kinds: dict[Kind, None] = {}

    def neutral(match: re.Match[str]) -> str:
        kind = _placeholders()[match.group()]
        kinds[kind] = None
        return _ZERO_CODE if kind is Kind.DOSSIER_CODE else _NOTHING

    text = _any_placeholder().sub(neutral, masked)
    return Understood(text, tuple(kinds))


_ZERO_CODE = "000.00.00.H00-000000-0000"
_NOTHING = "***"


@cache
def _placeholders() -> dict[str, Kind]:
    return {placeholder(kind, lang): kind for kind in Kind for lang in ("vi", "en")}


@cache
def _any_placeholder() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _placeholders())))

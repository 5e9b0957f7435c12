"""Countries in a request for parks: where a developer comes from, or only who asks.

The nationality of a developer is recorded of a few parks, that of tenants of none. A client who "is
Taiwanese" sets no condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from actions.message import Message
from knowledge.model import ZoneProperties
from vietnamese.folding import fold, words

_COUNTRIES = {"Bỉ": ("Belgium", "Belgian")}
"""Countries that records of developers name, and the English words for them."""
_OF_DEVELOPER = re.compile(
    r"\b(chu dau tu|chu ha tang|lam ha tang|dau tu ha tang|develop\w*|owner|owned|owns|run by"
    r"|in the hands of|belong\w*)\b"
)
_COUNTRY = (
    r"(nhat|nhat ban|han|han quoc|trung quoc|dai loan|my|duc"
    r"|japanese|korean|chinese|taiwanese|american|german)"
)
_ASKER = tuple(
    re.compile(rf"\b{who} {_COUNTRY}\b")
    for who in (
        r"(?:khach|khach hang|sep|nha dau tu|em la|ben em|ben minh)(?: \w+){0,2}?",
        r"(?:cong ty|doanh nghiep) (?:em|toi|minh|chung toi)(?: \w+){0,2}?",
        r"(?:we are|our|my|for)(?: an?| the)?",
        r"(?:client|customer|boss|parent|investor)s?(?: is| are| from)?(?: an?)?",
    )
)


def origins_of(zone: ZoneProperties) -> list[str]:
    """Return the countries that the record of a zone's developer names."""
    told = words(zone.developer.vi) if zone.developer else []
    return [country for country in _COUNTRIES if fold(country) in told]


def asked_origins(message: Message, zones: Iterable[ZoneProperties]) -> tuple[str, ...]:
    """Return the countries of developers that a message asks for.

    Args:
        message: a request for a list.
        zones: all zones; a country that no record names is none of these.
    """
    if not _OF_DEVELOPER.search(message.plain):
        return ()
    recorded = {country for zone in zones for country in origins_of(zone)}
    return tuple(
        country
        for country in _COUNTRIES
        if country in recorded and _names(country).search(message.text)  # "Bỉ" without accents is "bị"
    )


def country_name(country: str, lang: str) -> str:
    """Return what a country of `asked_origins` is called in a language."""
    return country if lang == "vi" else _COUNTRIES[country][0]


def of_asker(message: Message) -> set[str]:
    """Return the words, folded, that only tell the nationality of whoever asks."""
    found = (match.group(1) for who in _ASKER for match in who.finditer(message.plain))
    return {word for country in found for word in country.split()}


def _names(country: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join((country, *_COUNTRIES[country]))})\b", re.IGNORECASE)

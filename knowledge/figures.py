"""The figures and dates that a text states, read back out of it.

Used by the validation: a number that stands in a sentence has to stand in the
typed fields as well, in both languages, so that a slip of the pen is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_MONTHS = {
    name: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
}
_DOCUMENT = re.compile(r"\b\d+(?:/\d{4})?/[A-ZĐ][\w-]*(?:-[A-ZĐ\d]+)*(?:\s*\(\d{4}\))?")
_ARTICLE = re.compile(
    r"(?:Điều|khoản|điểm|Phụ lục|[Mm]ẫu(?: số)?"
    r"|Articles?|clauses?|points?|Appendix|Annex|[Ff]orms?|ISO)"
    r"\s+[\w.]*\d[\w.()]*(?:\s*[–,-]\s*\d[\w.()]*)*",
)
_VI_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b(?!/)")
_VI_MONTH = re.compile(r"(?<![\d/])(\d{1,2})/(\d{4})\b")
_EN_DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(m.title() for m in _MONTHS)})(?: (\d{{4}}))?")
_EN_MONTH = re.compile(rf"\b({'|'.join(m.title() for m in _MONTHS)}) (\d{{4}})")
_YEAR = re.compile(r"(?<![\d.,])(19\d\d|20\d\d)(?![\d.,]*\d)")
_CONSTANT = re.compile(r"\b24/(?:7|24)\b|\b[A-Z]+-?\d+\b|\b[A-Z]\d[A-Z]?\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def dates_in(text: str, lang: str) -> tuple[set[str], str]:
    """Return the (partial) dates of ``text`` and the text without them.

    Days without a year come as ``--MM-DD``.
    """
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        found.add(_iso(match, lang))
        return " "

    patterns = (_VI_MONTH, _VI_DAY) if lang == "vi" else (_EN_DAY, _EN_MONTH)
    for pattern in patterns:
        text = pattern.sub(take, text)
    found.update(_YEAR.findall(text))
    return found, _YEAR.sub(" ", text)


def _iso(match: re.Match[str], lang: str) -> str:
    groups = match.groups()
    if len(groups) == 2:
        month, year = groups if lang == "vi" else (_MONTHS[groups[0].lower()], groups[1])
        return f"{year}-{int(month):02}"
    day, month, year = groups if lang == "vi" else (groups[0], _MONTHS[groups[1].lower()], groups[2])
    return f"{year or '-'}-{int(month):02}-{int(day):02}"


def numbers_in(text: str, lang: str, names: Iterable[str] = ()) -> tuple[set[Decimal], set[str]]:
    """Return the numbers and the dates that a text states.

    Document numbers, articles, form numbers and the given names are not figures.

    Args:
        text: a sentence or a whole block.
        lang: ``vi`` (1.234,5) or ``en`` (1,234.5).
        names: proper names that carry digits of their own.

    Returns:
        Set of numbers, set of dates (``YYYY[-MM[-DD]]`` or ``--MM-DD``).
    """
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    for pattern in (_DOCUMENT, _ARTICLE, _CONSTANT):
        text = pattern.sub(" ", text)
    dates, text = dates_in(text, lang)
    return {parse_number(n, lang) for n in _NUMBER.findall(text)}, dates


def parse_number(raw: str, lang: str) -> Decimal:
    """Read a number as the language writes it (``1.234,5`` or ``1,234.5``)."""
    thousands, point = (".", ",") if lang == "vi" else (",", ".")
    return Decimal(raw.replace(thousands, "").replace(point, "."))


def write_number(value: Decimal, lang: str) -> str:
    """Write a number as the language does (``1.234,5`` or ``1,234.5``)."""
    text = f"{value.normalize():,f}" if value != value.to_integral() else f"{int(value):,}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text

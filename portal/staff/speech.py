"""A sentence to read aloud: what an entry states, in at most sixty words, with numbers as they are said.

Nothing is shortened within a sentence and nothing is added but a fixed word of caution: a
condition that falls away would make a wrong answer. Where not even the first sentence fits,
there is none to read aloud.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from portal.staff import numerals
from portal.staff.numerals import cardinal

MOST_WORDS = 60
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_a-zà-ỹđ]|[\"“(]|\d)")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:TP|Tp|P|Q|TS|ThS|No|Nos|Art|Arts|St|Co|Ltd|v\.v|e\.g|i\.e|\w)\.$")

_BEFORE, _AFTER = r"(?<![\w.,:/&-])(?<![\w)]\()", r"(?![\w&@(]|[.,:/-]\w)"
_YEAR = r"(?:1[89]|20)\d\d"
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_PATTERNS = {
    "vi": (
        ("document", r"(\d{1,5})/(" + _YEAR + r")/[A-ZĐ][\w-]*"),
        ("numbered", r"(\d{1,5})(?=(?:/|-)[A-ZĐ][\w/-]*)"),
        ("date", r"(ngày )?(" + _DAY + ")/(" + _MONTH + ")/(" + _YEAR + ")"),
        ("month", r"(tháng )?(" + _MONTH + ")/(" + _YEAR + ")"),
    ),
    "en": (
        ("document", r"(\d{1,5})/(" + _YEAR + r")/[A-ZĐ][\w-]*"),
        ("numbered", r"(\d{1,5})(?=(?:/|-)[A-ZĐ][\w/-]*)"),
        ("date", r"(the )?(" + _DAY + ") (" + "|".join(_MONTHS) + r")\b(?: (" + _YEAR + "))?"),
        ("month", r"(\b(?:" + "|".join(_MONTHS) + r") )(" + _YEAR + ")"),
    ),
}
_SHARED = (
    ("telephone", r"(1[89]00 ?\d{4}|0\d{8,10})"),
    ("clock", r"([01]?\d|2[0-3])(?:[:h])([0-5]\d)"),
    ("scale", r"1[:/](\d{1,5})"),
    ("range", r"({n}) ?[-–] ?({n})(%?)"),
    ("plain", r"({n})(%?)"),
)
_NUMBER = {
    "vi": r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?",
    "en": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
}
_WORDS = {
    "vi": {"to": "đến", "percent": "phần trăm", "scale": "một trên", "of": "năm"},
    "en": {"to": "to", "percent": "percent", "scale": "one to", "of": "of"},
}
_UNITS = {
    "vi": {
        "km2": "ki-lô-mét vuông",
        "m2": "mét vuông",
        "m3": "mét khối",
        "ha": "héc-ta",
        "km": "ki-lô-mét",
    },
    "en": {
        "km2": "square kilometres",
        "m2": "square metres",
        "m3": "cubic metres",
        "ha": "hectares",
        "km": "kilometres",
    },
}
_UNIT = re.compile(r"(?<=\w )(?:" + "|".join(sorted(_UNITS["vi"], key=len, reverse=True)) + r")(?![\w/])")


@dataclass(frozen=True)
class Aloud:
    """What to read to a caller.

    Args:
        text: in spoken language; none if not even the first sentence is short enough.
        words: how many it has.
        shortened: whether the statement goes on after it.
    """

    text: str | None
    words: int
    shortened: bool


def aloud(statement: str, notes: Sequence[str], lang: str) -> Aloud:
    """Return the first sentences of a statement that can be read aloud together with what has to be added.

    Args:
        statement: as it is written.
        notes: what must be said with it (since when a rule holds, that something is not confirmed).
        lang: ``vi`` or ``en``.
    """
    sentences = [spoken(sentence, lang) for sentence in split(statement)]
    added = [spoken(note, lang) for note in notes]
    room = MOST_WORDS - sum(len(note.split()) for note in added)
    kept: list[str] = []
    for sentence in sentences:
        room -= len(sentence.split())
        if room < 0:
            break
        kept.append(sentence)
    if not kept:
        return Aloud(None, 0, True)
    text = " ".join([*kept, *added])
    return Aloud(text, len(text.split()), len(kept) < len(sentences))


def split(text: str) -> list[str]:
    """Return the sentences of a text; one does not end at an abbreviation."""
    sentences: list[str] = []
    for part in _END_OF_SENTENCE.split(text.strip()):
        if sentences and _ABBREVIATED.search(sentences[-1]):
            sentences[-1] = f"{sentences[-1]} {part}"
        else:
            sentences.append(part)
    return sentences


def spoken(text: str, lang: str) -> str:
    """Return a text with numbers, dates, document numbers and units as they are said.

    What is no number by itself (``28a``, ``C/O``, ``I.1.14``, an address) stays as it is written.
    """
    said = _compiled(lang).sub(lambda match: _say(match, lang), text)
    return _UNIT.sub(lambda match: _UNITS[lang][match[0]], said)


@cache
def _compiled(lang: str) -> re.Pattern[str]:
    shared = [(name, pattern.replace("{n}", _NUMBER[lang])) for name, pattern in _SHARED]
    kinds = [*_PATTERNS[lang], *shared]
    bounded = [f"(?P<{name}>{_BEFORE}{_named(name, pattern)}{_end(name)})" for name, pattern in kinds]
    return re.compile("|".join(bounded))


def _named(name: str, pattern: str) -> str:
    """Give the groups of a pattern names, so that many patterns fit into one."""
    count = 0

    def rename(_match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"(?P<{name}{count}>"

    return re.sub(r"\((?!\?)", rename, pattern)


def _end(name: str) -> str:
    return "" if name == "numbered" else _AFTER


def _say(match: re.Match[str], lang: str) -> str:
    name = next(kind for kind in _SAYERS if match.group(kind) is not None)
    groups = match.groupdict()
    parts: list[str] = []
    while f"{name}{len(parts) + 1}" in groups:
        parts.append(groups[f"{name}{len(parts) + 1}"] or "")
    return _SAYERS[name](parts, lang)


def _document(parts: list[str], lang: str) -> str:
    return f"{_whole(parts[0], lang)} {_WORDS[lang]['of']} {numerals.year(int(parts[1]), lang)}"


def _numbered(parts: list[str], lang: str) -> str:
    return _whole(parts[0], lang)


def _date(parts: list[str], lang: str) -> str:
    _, first, second, year = parts
    if lang == "en":
        said = f"{numerals.day(int(first), lang)} of {second}"
        return f"{said} {numerals.year(int(year), lang)}" if year else said
    day = numerals.day(int(first), lang)
    return f"ngày {day} tháng {numerals.month(int(second))} năm {numerals.year(int(year), lang)}"


def _month(parts: list[str], lang: str) -> str:
    if lang == "en":
        return f"{parts[0]}{numerals.year(int(parts[1]), lang)}"
    _, month, year = parts
    return f"tháng {numerals.month(int(month))} năm {numerals.year(int(year), lang)}"


def _telephone(parts: list[str], lang: str) -> str:
    return numerals.digits(parts[0].replace(" ", ""), lang)


def _clock(parts: list[str], lang: str) -> str:
    hour, minute = cardinal(int(parts[0]), lang), int(parts[1])
    if lang == "vi":
        return f"{hour} giờ {cardinal(minute, lang)}" if minute else f"{hour} giờ"
    return f"{hour} {'oh ' if minute < 10 else ''}{cardinal(minute, lang)}" if minute else f"{hour} o'clock"


def _scale(parts: list[str], lang: str) -> str:
    return f"{_WORDS[lang]['scale']} {_whole(parts[0], lang)}"


def _range(parts: list[str], lang: str) -> str:
    percent = f" {_WORDS[lang]['percent']}" if parts[2] else ""
    return f"{_number(parts[0], lang)} {_WORDS[lang]['to']} {_number(parts[1], lang)}{percent}"


def _plain(parts: list[str], lang: str) -> str:
    return _number(parts[0], lang) + (f" {_WORDS[lang]['percent']}" if parts[1] else "")


_SAYERS: dict[str, Callable[[list[str], str], str]] = {
    "document": _document,
    "numbered": _numbered,
    "date": _date,
    "month": _month,
    "telephone": _telephone,
    "clock": _clock,
    "scale": _scale,
    "range": _range,
    "plain": _plain,
}


def _number(written: str, lang: str) -> str:
    """Say a number; one of four digits without a separator is a year where it can be one."""
    if re.fullmatch(_YEAR, written):
        return numerals.year(int(written), lang)
    groups, point = (".", ",") if lang == "vi" else (",", ".")
    whole, _, fraction = written.replace(groups, "").partition(point)
    return numerals.decimal(int(whole), fraction, lang) if fraction else _whole(whole, lang)


def _whole(written: str, lang: str) -> str:
    """Say a whole number; digit by digit if it begins with a zero that means something, or is no amount."""
    if len(written) > 2 and (written[0] == "0" or int(written) > numerals.LARGEST):
        return numerals.digits(written, lang)
    return cardinal(int(written), lang)

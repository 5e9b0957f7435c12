"""Days, months, years and periods as people write them, in Vietnamese or English.

>>> [str(t) for t in find_times("dự án cấp phép trước 01/10/2025")]
['2025-10-01 before licensed']
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vietnamese.folding import fold, to_nfc

_MONTH_NAMES = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTH_NAMES |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_MONTH_NAMES["sept"] = 9
_MONTH = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("iso", r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?\b"),
        ("first_months", r"\b(?P<n>\d{1,2}) ?(?:thang|t) ?(?:dau )?(?:nam |/ ?)?(?P<y>20\d\d)\b"),
        ("first_months", r"\b(?:first )?(?P<n>\d{1,2}|\w+) months (?:of |in )?(?P<y>20\d\d)\b"),
        ("first_months", r"\b(?P<y>20\d\d)[,:]? (?:the |its )?first (?P<n>\d{1,2}|\w+) months\b"),
        ("first_months", r"\b(?:nam )?(?P<y>20\d\d)[,:]? (?P<n>\d{1,2}) thang dau\b"),
        (
            "first_months",
            rf"\bjan(?:uary)? (?:to|through|until|till) (?P<until>{_MONTH})\.?,? (?P<y>20\d\d)\b",
        ),
        (
            "first_months",
            r"\btu thang (?:1|mot|gieng) (?:den|toi) (?:het )?thang (?P<n>\d{1,2})(?:/| nam )(?P<y>20\d\d)\b",
        ),
        ("vi_long", r"\bngay (?P<d>\d{1,2}) thang (?P<m>\d{1,2})(?: nam (?P<y>\d{4}))\b"),
        ("vi_day", r"\b(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)\b"),
        ("vi_month", r"(?<![\d/.-])\b(?:thang |t)?(?P<m>\d{1,2})(?:[/.-]| nam )(?P<y>(?:19|20)\d\d)\b(?!/)"),
        (
            "en_day",
            rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<mon>{_MONTH})\.?,? (?P<y>(?:19|20)\d\d)\b",
        ),
        ("en_day", rf"\b(?P<mon>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)\b"),
        ("en_month", rf"\b(?P<mon>{_MONTH})\.?,? (?:of )?(?P<y>(?:19|20)\d\d)\b"),
        ("year", r"(?<![\d/.,-])(?P<y>(?:19|20)\d\d)(?![\d/.,-]*\d)(?!/)"),
    )
)

_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: number for number, word in enumerate(_WORDS.split())}
_BEFORE = re.compile(r"\b(truoc|before|prior to|until)\W*(?:ngay |nam |thang )?$")
_AFTER = re.compile(r"\b(tu|sau|ke tu|from|since|after|as of|as from)\W*(?:ngay |nam |thang )?$")
_COMPARED = re.compile(
    r"\b(so voi|so cung ky|against|compared (?:to|with)|than in|than|versus|vs\.?|over)\W*"
    r"(?:cung ky |nam |thang |ca nam |the year |that of |in )*$"
)
"""A time that another one is compared with ("up by how much over 2019") is not the one asked about."""
_LICENSED = re.compile(
    r"\b(cap phep|cap gcn\w*|cap giay chung nhan|co gcn\w*|duoc cap|duoc phep (?:tu|nam|hoi)|xin phep|"
    r"licen[cs]\w*|"
    r"(?:cap|nhan|issued?|got|obtained|received) (?:the |our |an )?irc|irc (?:cap|tu|nam|ngay|issued|dated)|"
    r"gcndkdt (?:cap|tu|nam|ngay|truoc|sau)|certified|registered)\b"
)
_STATUTE = re.compile(
    r"\b(luat|nghi dinh|thong tu|nghi quyet|quyet dinh|law|decree|circular|resolution|decision|act)"
    r"(?: \w+){0,5} (?:nam )?$"
)


@dataclass(frozen=True)
class TimeMention:
    """A time that a text names.

    ``value`` is a partial date (``2025``, ``2025-10``, ``2025-10-01``) or a period
    of months (``2024-01/2024-11``). ``relation`` is ``on``, ``before`` or ``after``.
    ``licensed`` tells that it is the day on which a project got its licence.
    """

    start: int
    end: int
    value: str
    relation: str
    licensed: bool

    def __str__(self) -> str:
        return f"{self.value} {self.relation}{' licensed' if self.licensed else ''}"


def find_times(text: str) -> list[TimeMention]:
    """Return the times named in ``text``, in order, without overlaps.

    The year in the title of a law ("Luật Đầu tư 2020") names the law, not a time,
    and is left out; so are days that the calendar does not have.
    """
    folded = fold(to_nfc(text))
    found: list[TimeMention] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if any(match.start() < t.end and t.start < match.end() for t in found):
                continue
            value = _value(name, match)
            before = folded[: match.start()]
            if value and not (name == "year" and _STATUTE.search(before[-60:])):
                found.append(_mention(match, value, before, folded))
    asked = [t for t in found if not _COMPARED.search(folded[: t.start])]
    return sorted(asked or found, key=lambda t: t.start)


def _value(name: str, match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    year = groups["y"]
    if name == "first_months":
        count = _months(groups)
        return f"{year}-01/{year}-{count:02}" if 1 <= count <= 12 else None
    month = _MONTH_NAMES[groups["mon"]] if groups.get("mon") else int(groups.get("m") or 0)
    day = int(groups.get("d") or 0)
    if not month:
        return str(year)
    if month > 12 or day > calendar.monthrange(int(year), month)[1]:
        return None
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"


def _months(groups: Mapping[str, str | None]) -> int:
    """Return how many months of a year are meant, 0 if that is no number."""
    if groups.get("until"):
        return _MONTH_NAMES[str(groups["until"])]
    said = str(groups["n"])
    return int(said) if said.isdigit() else _NUMBER_WORDS.get(said, 0)


def _mention(match: re.Match[str], value: str, before: str, folded: str) -> TimeMention:
    near = "" if "/" in value else before[-30:]  # "from January to November" says all of it
    relation = "before" if _BEFORE.search(near) else "after" if _AFTER.search(near) else "on"
    clause = re.split(r"[?!.;]", before)[-1][-60:] + " " + re.split(r"[?!.;,]", folded[match.end() :])[0][:25]
    return TimeMention(match.start(), match.end(), value, relation, bool(_LICENSED.search(clause)))


def speaks_of_both(folded: str) -> bool:
    """Tell whether a text asks what held before and what holds now ("the old rule and the new one").

    Args:
        folded: a message without accents, in lower case.
    """
    return bool(_BEFORE_AND_NOW.search(folded))


_BEFORE_AND_NOW = re.compile(
    r"\btruoc (?:kia|day|do|thang|nam|ngay|\d).*[,;] *(?:con |the )?(?:bay )?(?:gio|nay|hien|sau)\b"
    r"|\b(?:moi|bay gio|hien nay)\b.*\btruoc (?:kia|day|do)\b"
    r"|\b(?:luat|quy dinh|nghi dinh) cu\b.*\b(?:va|voi|con|so voi)\b.*\bmoi\b"
    r"|\bbefore\b.*\band (?:now|after|under)\b|\b(?:old|former) and (?:the )?new\b|\bthen and now\b"
    r"|\bnow\b.*\band before\b|\bused to\b.*\bnow\b"
)
"""Both times have to be named: "before" alone dates a question."""

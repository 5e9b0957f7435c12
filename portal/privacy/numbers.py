"""Numbers that lead to a person, told from amounts and statistics by form and by the words nearby.

Forms: identity numbers have 12 digits (Circular 59/2021/TT-BCA) or, until 2024, 9; tax codes 10,
10-3 or the 12 of the identity number (Circular 86/2024/TT-BTC); mobile lines 10 and land lines
11 digits with the leading 0. No amount begins with 0, so such a number needs no word nearby.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.privacy.cues import Cue, cue_of
from portal.privacy.kept import in_page
from portal.privacy.kinds import Kind, Span

_BETWEEN = r"(?: ?[()] ?| - |[.]{2,3}|[ .,_\-])"
_RUN = re.compile(rf"(?<!\d)(?:\(?\+ ?)?\d+(?:{_BETWEEN}?\d+)*(?!\d)")
_SLIPPED = re.compile(r"(?<![a-z\d])(?=(?:[oli]?\d){7})[\doli]{9,13}(?![a-z\d])")
_MEANT = str.maketrans("oli", "011")
_GROUP = re.compile(r"\d+")
_UNIT = re.compile(
    r"\s?(?:usd|vnd|dong|d|dollars?|eur|euros?|jpy|yen|krw|won|cny|rmb|nhan dan te|ty|ti|trieu|nghin|ngan|"
    r"k|million|billion|trillion|bn|m2|m²|m3|m³|met|ha|hecta|hectares?|km2|km²|km|sqm|tan|tons?|tonnes?|kg|"
    r"kwh|kw|mw|%|nguoi|lao dong|cong nhan|du an|doanh nghiep|san pham|chiec|people|workers|employees|"
    r"projects?|companies|units|products)(?![a-z])"
)
_CURRENCY = re.compile(r"(?:us\$|[$€¥£₫]|(?<![a-z])(?:usd|vnd|eur|jpy|krw|cny))\s?$")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?P<d>[., ])\d{3}(?:(?P=d)\d{3})*(?:[.,]\d{1,2})?")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_YEARS = re.compile(r"(?:19|20)\d\d")
_WHOLE = 9
"""A group of so many digits is a number of its own, whatever stands beside it."""
_LONGEST = 13


@dataclass(frozen=True)
class Number:
    """Digits that belong together; ``plus`` begins an international call number."""

    start: int
    end: int
    groups: tuple[str, ...]
    plus: bool = False

    @property
    def digits(self) -> str:
        """The digits alone."""
        return "".join(self.groups)


def personal_numbers(shadow: str) -> Iterator[Span]:
    """Find the numbers that lead to a person."""
    mended = _SLIPPED.sub(lambda m: m.group().translate(_MEANT), shadow)
    for run in _RUN.finditer(mended):
        for number in _numbers(run):
            kind = _kind(mended, number)
            if kind:
                yield Span(number.start, number.end, kind)


def measured(shadow: str, start: int, end: int) -> bool:
    """Tell whether a number is followed by what it counts or measures, or led by a currency."""
    return bool(_UNIT.match(shadow, end) or _CURRENCY.search(shadow, 0, start))


def _numbers(run: re.Match[str]) -> Iterator[Number]:
    """Divide a run of groups into the numbers that stand beside one another in it."""
    plus = "+" in run.group()
    groups = list(_GROUP.finditer(run.string, run.start(), run.end()))
    start = run.start()
    taken: list[re.Match[str]] = []
    for group in groups:
        if taken and _begins(taken, group, plus):
            yield Number(start, taken[-1].end(), tuple(g.group() for g in taken), plus)
            start, taken, plus = group.start(), [], False
        taken.append(group)
    if ")" in run.group() and run.string[start - 1 : start] == "(":
        start -= 1
    yield Number(start, run.end(), tuple(g.group() for g in taken), plus)


def _begins(taken: list[re.Match[str]], group: re.Match[str], plus: bool) -> bool:
    """Tell whether a group begins a number after those already taken."""
    size, more = sum(len(g.group()) for g in taken), group.group()
    if size == 10 and taken[0].group()[0] == "0" and len(more) < 3 <= min(len(g.group()) for g in taken):
        return True  # a mobile line is complete; what follows is "15 days", for instance
    if plus and size <= 4:
        return False  # +84 (0) 912345678
    if len(more) >= _WHOLE or (len(taken[-1].group()) >= _WHOLE and not _branch(taken, group)):
        return True
    if size + len(more) > _LONGEST and (size >= _WHOLE or more.startswith("0")):
        return not all(len(g.group()) == 4 for g in (*taken, group))
    return bool(_YEARS.fullmatch(taken[0].group())) and len(taken) == 1 and more.startswith("0")


def _branch(taken: list[re.Match[str]], group: re.Match[str]) -> bool:
    """Tell whether a group is the number of a branch: 0201234567-001."""
    gap = group.string[taken[-1].end() : group.start()].strip()
    return len(taken[-1].group()) == 10 and gap == "-" and len(group.group()) == 3


def _kind(shadow: str, number: Number) -> Kind | None:
    size = len(number.digits)
    if size < 6:
        return None
    cue = cue_of(shadow, number.start, number.end)
    if number.digits.startswith("0") or number.plus:
        return _of_leading_zero(number, cue)
    if cue and cue.kind is Kind.DOSSIER_CODE:
        cue = cue if _is_dossier_tail(number) else None
    if measured(shadow, number.start, number.end) and (len(number.groups) > 1 or not _fits(cue, size)):
        return None
    if cue and _fits(cue, size) and not all(_YEARS.fullmatch(g) for g in number.groups):
        return cue.kind
    counts = cue is not None and cue.kind is None
    if counts or _is_amount(shadow, number) or in_page(shadow, number.start):
        return None
    return _of_form(number)


def _of_leading_zero(number: Number, cue: Cue | None) -> Kind | None:
    size = len(number.digits)
    if cue and cue.kind is Kind.DOSSIER_CODE and not _is_dossier_tail(number):
        cue = None
    if _fits(cue, size):
        return cue.kind if cue else None
    return _of_form(number)


def _fits(cue: Cue | None, size: int) -> bool:
    return cue is not None and cue.kind is not None and cue.shortest <= size <= cue.longest


def _is_amount(shadow: str, number: Number) -> bool:
    written = shadow[number.start : number.end]
    grouped = " " not in written and (_THOUSANDS.fullmatch(written) or _DECIMAL.fullmatch(written))
    return bool(grouped) or number.digits.endswith("000")


def _is_dossier_tail(number: Number) -> bool:
    """Tell whether digits can be day and running number of a dossier: 241105-0012."""
    digits = number.digits
    day = re.fullmatch(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", digits[:6])
    return bool(day) and (len(number.groups) == 1 or len(number.groups[0]) == 6)


def _of_form(number: Number) -> Kind | None:
    """Return the kind of a number that no word explains; None if its form is that of none."""
    digits, groups = number.digits, number.groups
    size = len(digits)
    if size < (8 if number.plus else _WHOLE):
        return None
    if number.plus or (digits.startswith("00") and 11 <= size <= 17):
        return Kind.PHONE if size <= 17 else Kind.NUMBER
    if not digits.startswith("0") and len(groups) > 1 and not _is_regular(groups):
        return None
    if re.fullmatch(r"0[235789]\d{8,9}|84[235789]\d{8,9}", digits) and not re.fullmatch(r"02\d{8}", digits):
        return Kind.PHONE
    if size in {9, 12}:
        return Kind.IDENTITY
    if size in {10, 13} and _is_tax_code(digits[:10]) and (size == 10 or len(groups) > 1):
        return Kind.TAX_CODE
    return Kind.BANK_ACCOUNT if size >= _LONGEST else Kind.NUMBER


def _is_tax_code(digits: str) -> bool:
    """Tell whether the check digit of a tax code is right."""
    weighed = sum(int(d) * w for d, w in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=False))
    return int(digits[9]) == 10 - weighed % 11


def _is_regular(groups: tuple[str, ...]) -> bool:
    """Tell whether groups are those of one number, not of several that stand in a row."""
    size = sum(map(len, groups))
    sizes = [len(g) for g in groups]
    years = any(_YEARS.fullmatch(g) for g in groups)
    if years and len(set(sizes)) == 1:
        return False
    card = set(sizes) == {4} and 16 <= size <= 20
    return card or (9 <= size <= _LONGEST and not years and min(sizes[1:]) >= 3)

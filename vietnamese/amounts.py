"""Sizes and comparisons as people write them: "trên 500 ha", "lớn nhất", "at least 200 hectares"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from vietnamese.folding import fold, to_nfc

_NUMBER = r"\d[\d.,]*"
_HECTARES = r"\s*(?:ha|hec ?ta|hectares?)\b"
_AREA = re.compile(rf"(?P<n>{_NUMBER}){_HECTARES}")
_RANGE = re.compile(
    rf"(?P<a>{_NUMBER})(?:{_HECTARES})?\s*(?:-|–|den|toi|va|to|and)\s*(?P<b>{_NUMBER}){_HECTARES}"
)
_OVER = re.compile(
    r"\b(tren|hon|qua|tu|toi thieu|it nhat|vuot|over|above|more than|larger than|bigger than|at least|"
    r"from|exceed\w*|minimum(?: of)?|>=?)\W*$"
)
_UNDER = re.compile(
    r"\b(duoi|nho hon|it hon|toi da|khong qua|chua den|chua toi|under|below|less than|smaller than|"
    r"at most|up to|maximum(?: of)?)\W*$"
)
_OVER_AFTER = re.compile(r"^\s*(tro len|or more|or larger|or above|and above|plus)\b")
_UNDER_AFTER = re.compile(r"^\s*(tro xuong|or less|or smaller|or below)\b")
_ORDERS = {
    "largest": re.compile(r"\b((lon|rong|to) (nhat|so mot)|largest|biggest)\b"),
    "smallest": re.compile(r"\b((nho|be|hep) nhat|smallest)\b"),
    "newest": re.compile(
        r"\b(moi nhat|moi thanh lap|vua thanh lap|moi duoc thanh lap|gan day nhat|newest|latest|"
        r"most recent\w*|(newly|recently) (established|set up|created))\b"
    ),
    "oldest": re.compile(
        r"\b(som nhat|lau doi nhat|cu nhat|lau nhat|dau tien|oldest|earliest|first (park|zone|to be)|"
        r"the first)\b"
    ),
}
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {word: n for n, word in enumerate(_NUMBERS, 2)}
_COUNT = re.compile(
    rf"\b(?:top|only|chi)\s+(?P<a>\d{{1,2}}|{'|'.join(_COUNTS)})\b|"
    rf"\b(?P<b>\d{{1,2}}|{'|'.join(_COUNTS)})\s+(?:khu|kcn|park|zone|largest|biggest|smallest|newest|oldest)"
)


@dataclass(frozen=True)
class Size:
    """Bounds on an area in hectares, an order that was asked for, and how many of the first.

    The order is ``largest``, ``smallest``, ``newest`` or ``oldest``.
    """

    over: Decimal | None = None
    under: Decimal | None = None
    order: str | None = None
    count: int | None = None


def find_size(text: str) -> Size:
    """Return the bounds on an area, the order and the number that ``text`` names."""
    folded = fold(to_nfc(text))
    order = next((name for name, pattern in _ORDERS.items() if pattern.search(folded)), None)
    between = _RANGE.search(folded)
    if between:
        return Size(_number(between["a"]), _number(between["b"]), order)
    over = under = None
    for match in _AREA.finditer(folded):
        before, after = folded[: match.start()][-20:], folded[match.end() :]
        if _UNDER.search(before) or _UNDER_AFTER.search(after):
            under = _number(match["n"])
        elif _OVER.search(before) or _OVER_AFTER.search(after):
            over = _number(match["n"])
    counted = _COUNT.search(folded) if order else None
    count = counted and (counted["a"] or counted["b"])
    return Size(over, under, order, (_COUNTS.get(count) or int(count)) if count else None)


def _number(raw: str) -> Decimal:
    """A separator with exactly three digits after it groups thousands; else it is the decimal mark."""
    raw = raw.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", raw):
        return Decimal(re.sub(r"[.,]", "", raw))
    return Decimal(raw.replace(",", "."))

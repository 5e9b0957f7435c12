"""Sizes and comparisons as people write them: "trên 500 ha", "lớn nhất", "at least 200 hectares"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from vietnamese.folding import fold, to_nfc

_AREA = re.compile(r"(?P<n>\d[\d.,]*)\s*(?:ha|hec ?ta|hectares?)\b")
_OVER = re.compile(
    r"\b(tren|hon|tu|toi thieu|it nhat|over|above|more than|larger than|bigger than|at least|from)\W*$"
)
_UNDER = re.compile(
    r"\b(duoi|nho hon|it hon|toi da|khong qua|under|below|less than|smaller than|at most|up to)\W*$"
)
_LARGEST = re.compile(r"\b(lon nhat|rong nhat|to nhat|largest|biggest)\b")
_SMALLEST = re.compile(r"\b(nho nhat|be nhat|smallest)\b")
_NEWEST = re.compile(
    r"\b(moi nhat|moi thanh lap|vua thanh lap|gan day nhat|newest|latest|most recent\w*|newly established)\b"
)


@dataclass(frozen=True)
class Size:
    """Bounds on an area in hectares, and an order that was asked for (largest, smallest, newest)."""

    over: Decimal | None = None
    under: Decimal | None = None
    order: str | None = None


def find_size(text: str) -> Size:
    """Return the bounds on an area and the order that ``text`` names."""
    folded = fold(to_nfc(text))
    over = under = None
    for match in _AREA.finditer(folded):
        before = folded[: match.start()]
        value = _number(match["n"])
        if _UNDER.search(before[-20:]):
            under = value
        elif _OVER.search(before[-20:]):
            over = value
    order = next(
        (
            name
            for name, p in (("largest", _LARGEST), ("smallest", _SMALLEST), ("newest", _NEWEST))
            if p.search(folded)
        ),
        None,
    )
    return Size(over, under, order)


def _number(raw: str) -> Decimal:
    """A separator with exactly three digits after it groups thousands; else it is the decimal mark."""
    raw = raw.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", raw):
        return Decimal(re.sub(r"[.,]", "", raw))
    return Decimal(raw.replace(",", "."))

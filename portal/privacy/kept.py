"""Numbers that are nobody's: public lines, numbers of documents, days, addresses of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.privacy.shadow import shade

_EDGE, _REST = r"(?<![\d])", r"(?![\d])"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_KEPT = (
    # Lines of companies and authorities, free or charged to the caller (telecom prefixes 1800 and 1900).
    rf"{_EDGE}1[89]00(?:[ .\-]?\d){{4,6}}{_REST}",
    # Documents: 35/2022/NĐ-CP, 71/2025/QH15, 1511/QĐ-TTg, 01/VBHN-BTC.
    r"(?<![\d.])\d{1,5}/(?:\d{4}/)?[a-z]{1,6}\d{0,2}(?:[-–][a-z]{1,8}\d?){0,4}",
    # Procedures of the national register: 1.009645, 2.001955.000.00.00.H24.
    rf"{_EDGE}[1-9]\.\d{{6}}(?:\.\d{{3}}\.\d\d\.\d\d\.[a-z]\d\d)?(?![\d.]\d)",
    # Days, and periods of years.
    rf"(?<!\d)(?<!\d[.\-]){_DAY}(?P<d>[./\-]){_MONTH}(?P=d){_YEAR}(?![.\-]?\d)",
    rf"(?<!\d)(?<!\d[.\-]){_YEAR}-{_MONTH}-{_DAY}(?![.\-]?\d)",
    rf"(?<!\d){_YEAR} ?- ?{_YEAR}(?![ .\-]?\d)",
)
_PATTERNS = tuple(re.compile(pattern) for pattern in _KEPT)
_PAGE = re.compile(r"(?:https?://|www\.)[^\s<>\"]+")


def kept(shadow: str, public: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
    """Find what is never masked.

    Args:
        shadow: the shadow of the text.
        public: further lines that the deployment publishes, however they are spaced.
    """
    lines = [re.compile(_spaced(digits)) for digits in map(_digits, public) if len(digits) > 3]
    for pattern in (*lines, *_PATTERNS):
        for match in pattern.finditer(shadow):
            yield match.span()


def in_page(shadow: str, place: int) -> bool:
    """Tell whether a place belongs to the address of a page."""
    return any(m.start() <= place < m.end() for m in _PAGE.finditer(shadow))


def _digits(text: str) -> str:
    return "".join(c for c in shade(text) if c.isdigit())


def _spaced(digits: str) -> str:
    return rf"{_EDGE}\(?{r'[ .()-]{0,2}'.join(digits)}{_REST}"

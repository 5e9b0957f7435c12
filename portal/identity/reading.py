"""What a message says towards looking a dossier up: code, factor, cancellation, a wish for help, or nothing.

Pure. Digits that may be a factor count as one while a value is awaited, so that they are
never stored; only what is plainly something else (a year, an amount or the number of a
document in a sentence of its own) makes a message a digression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dossiers.codes import CodeError, parse_code
from portal.identity.phrases import (
    CANCEL,
    DENIED,
    DOCUMENT_CUE,
    ENGLISH,
    FACTOR_CUE,
    FILLERS,
    HELP,
    NAMED,
)
from portal.identity.state import Awaiting, Said
from portal.privacy.kept import kept
from portal.privacy.kinds import Kind, Span
from portal.privacy.numbers import measured
from portal.privacy.shadow import shade, take
from vietnamese.folding import has_accents

_FOUR = re.compile(r"(?<!\d)(?<!\d[.,/\-])\d(?:[ .\-]?\d){3}(?![.,/\-]?\d)")
_MIXED = re.compile(r"(?<![a-z\d])(?=[\da-z\-]*\d)(?=[\da-z\-]*[a-z])[a-z\d]+(?:-[a-z\d]+)*(?![a-z\d])")
_LEAST_MIXED = 8
_LEAST_DIGITS = 3
"""Digits from which on a number that stands alone was meant for the factor."""
_UNIT = re.compile(r"(?<![a-z])[a-z]\d\d[.\-/ ]+\d")
"""The part of a code that only codes have."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_LED = re.compile(r"(\d{4})[\s,;:]+(.+)", re.DOTALL)
"""A factor in front of a code, which reads as if it began it."""
_WORD = re.compile(r"[a-z\d]+")


@dataclass(frozen=True)
class Read:
    """What a message says.

    Args:
        act: what it does.
        code: as typed; not shown where the object is printed.
        factor: as typed; not shown either.
        hidden: what has to be masked besides personal data; it may overlap with that.
    """

    act: Said
    code: str | None = field(default=None, repr=False)
    factor: str | None = field(default=None, repr=False)
    hidden: tuple[Span, ...] = ()


def read_reply(text: str, spans: Iterable[Span], awaiting: Awaiting | None) -> Read | None:
    """Read a message; None if it is a matter of the conversation, not of a look-up.

    Args:
        text: as typed, cleaned of what cannot be seen.
        spans: the personal data in it (`portal.privacy.masking.Masker.find`).
        awaiting: what the visitor was asked for; without, only a code begins a look-up.
    """
    spans = list(spans)
    shadow = shade(text)
    codes = [span for span in spans if span.kind is Kind.DOSSIER_CODE]
    if awaiting is None and not codes:
        return None
    rest = _rest(shadow, spans)
    code = _chosen(shadow, codes)
    if code is None:
        code = _clumsy(rest, awaiting) or _clumsy(_rest(shadow, []), None)
    candidates = [] if code and code not in codes else list(_factors(shadow, rest, spans))
    factor = _chosen(shadow, candidates)
    if code or factor:
        masked = set(spans)
        hidden = tuple(span for span in {*candidates, *([code] if code else [])} if span not in masked)
        return _given(
            code and text[code.start : code.end], factor and text[factor.start : factor.end], hidden
        )
    said = " ".join(_WORD.findall(shadow))
    if CANCEL.fullmatch(said):
        return Read("cancelled")
    return Read("help") if HELP.search(said) else None


def masks(spans: Iterable[Span], read: Read | None) -> list[Span]:
    """Return all that has to be masked in a message, without overlap."""
    hidden = read.hidden if read else ()
    return [*hidden, *(s for s in spans if all(s.end <= h.start or h.end <= s.start for h in hidden))]


def language_of(text: str) -> str | None:
    """Return the language that a masked text is plainly written in, if there is enough of it to tell."""
    if has_accents(text):
        return "vi"
    return "en" if len(ENGLISH & set(_WORD.findall(shade(text)))) > 1 else None


def _given(code: str | None, factor: str | None, hidden: tuple[Span, ...]) -> Read:
    led = _LED.fullmatch(code) if code and not factor else None
    if led and not _is_code(code or "") and _is_code(led[2]):
        return Read("given", led[2], led[1], hidden)
    return Read("given", code, factor, hidden)


def _is_code(text: str) -> bool:
    try:
        parse_code(text)
    except CodeError:
        return False
    return True


def _rest(shadow: str, spans: list[Span]) -> str:
    """Return the shadow without personal data and without numbers that are nobody's."""
    for span in spans:
        shadow = take(shadow, span.start, span.end)
    for start, end in list(kept(shadow)):
        shadow = take(shadow, start, end)
    return shadow


def _chosen(shadow: str, spans: list[Span]) -> Span | None:
    """Return the last one that is not denied ("not 0123 but 0456")."""
    meant = [span for span in sorted(spans) if not DENIED.search(shadow, 0, span.start)]
    return meant[-1] if meant else None


def _others(rest: str) -> list[re.Match[str]]:
    """Return the words that say something besides code and factor."""
    return [m for m in _WORD.finditer(rest) if m.group() not in FILLERS]


def _clumsy(rest: str, awaiting: Awaiting | None) -> Span | None:
    """Return what must be meant for a code, though it is none, where nothing else is said."""
    others = _others(rest)
    if not others or not all(any(c.isdigit() for c in m.group()) for m in others):
        return None
    said = "".join(m.group() for m in others)
    digits = sum(c.isdigit() for c in said)
    plain = awaiting == "code" and (digits >= 9 or 6 <= digits < len(said))
    if plain or (digits >= 6 and _UNIT.search(rest)):
        return Span(others[0].start(), others[-1].end(), Kind.DOSSIER_CODE)
    return None


def _factors(shadow: str, rest: str, spans: list[Span]) -> Iterator[Span]:
    """Yield what may be a factor."""
    others = _others(rest)
    bare = all(any(c.isdigit() for c in m.group()) for m in others)
    for span in spans:
        masked = span.kind not in {Kind.DOSSIER_CODE, Kind.EMAIL}
        if span.kind in {Kind.PHONE, Kind.TAX_CODE} or (bare and masked):
            yield span
    found = False
    for span in _unmasked(shadow, rest, bare):
        found = True
        yield span
    if bare and not found and sum(c.isdigit() for m in others for c in m.group()) >= _LEAST_DIGITS:
        yield Span(others[0].start(), others[-1].end(), Kind.FACTOR)


def _unmasked(shadow: str, rest: str, bare: bool) -> Iterator[Span]:
    taken = rest
    for match in NAMED.finditer(rest):
        if sum(c.isalnum() for c in match["value"]) >= _LEAST_MIXED:
            taken = take(taken, *match.span("value"))
            yield Span(*match.span("value"), Kind.FACTOR)
    for match in _MIXED.finditer(taken):
        if sum(c.isalnum() for c in match.group()) >= _LEAST_MIXED:
            taken = take(taken, *match.span())
            yield Span(*match.span(), Kind.FACTOR)
    for match in _FOUR.finditer(taken):
        if bare or not _is_plainly_other(shadow, match):
            yield Span(*match.span(), Kind.FACTOR)


def _is_plainly_other(shadow: str, match: re.Match[str]) -> bool:
    """Tell whether four digits in a sentence are a year, an amount or the number of a document."""
    if FACTOR_CUE.search(shadow, 0, match.start()):
        return False
    if _YEAR.fullmatch(match.group()) or DOCUMENT_CUE.search(shadow, 0, match.start()):
        return True
    return not match.group().startswith("0") and measured(shadow, match.start(), match.end())

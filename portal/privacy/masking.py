"""Masking: personal data becomes placeholders before a text is stored, logged or sent anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit, urlunsplit

from portal.privacy.cues import REACH
from portal.privacy.kept import kept
from portal.privacy.kinds import Found, Kind, Masked, Span, placeholder
from portal.privacy.numbers import personal_numbers
from portal.privacy.shadow import shade, take

_NAME = r"(?<![\w.%+\-])[\w][\w.%+\-]{0,63}"
_HOST = r"[\w\-]{1,63}"
_AT = r"(?: ?[(\[{<] ?(?:at|a cong|acong|a moc|@) ?[)\]}>] ?| (?:at|a cong|acong|a moc) )"
_DOT = r"(?: ?[(\[{<] ?(?:dot|cham|\.) ?[)\]}>] ?| (?:dot|cham) )"
_MAILBOXES = r"(?:gmail|yahoo|hotmail|outlook|icloud|live|proton|protonmail|naver|qq|163)"
_EMAIL = re.compile(
    rf"{_NAME}@{_HOST}(?:\.{_HOST})*"
    rf"|{_NAME} ?@ ?{_HOST}(?:(?: ?\. ?|{_DOT}){_HOST})+"
    rf"|{_NAME}{_AT}{_HOST}(?:\.{_HOST})*(?:{_DOT}{_HOST})+"
    rf"|{_NAME}{_AT}{_MAILBOXES}(?:\.{_HOST})*"
)
_GAP = r"[ .,\-_/]{0,3}"
_DAY = r"(?:\d[ .,\-_/]?){5}\d"
_UNIT_CODE = r"[a-z] ?\d\d(?:[. ]\d{2,3}){0,3}"  # H24, H24.19, G22.99
_DOSSIER = re.compile(
    # 000.00.19.H24-241105-0012, with o for 0 and any separators…
    rf"(?:(?<![a-z\d])|(?<!\d)(?=\d))(?:[\do]{{2,3}}{_GAP}){{1,4}}{_UNIT_CODE}{_GAP}{_DAY}{_GAP}\d{{1,6}}(?!\d)"
    # …the unit first or alone…
    rf"|(?<![a-z\d]){_UNIT_CODE}[ .\-_/]{{1,3}}{_DAY}{_GAP}\d{{1,6}}(?!\d)"
    r"|(?<![a-z\d])[a-z]\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3,6}(?!\d)"
    # …digit by digit…
    r"|(?<![a-z\d])(?:\d[ .]){2,7}[a-z][ .](?:\d[ .]){11,13}\d(?!\d)"
    # …and with its letter forgotten.
    rf"|(?<!\d)000{_GAP}(?:\d\d{_GAP}){{2,4}}{_DAY}{_GAP}\d{{1,6}}(?!\d)"
)
_PASSPORT = re.compile(r"(?<![a-z\d])(?:[a-z]\d{7,8}|[a-z]{2}\d{7})(?![a-z\d])")
_NAMED_PASSPORT = re.compile(r"(?<![a-z\d])[a-z]{1,2}[ .\-]?(?:\d[ .\-]?){5,8}\d(?![a-z\d])")
_PASSPORT_CUE = re.compile(r"(?<![a-z])(?:ho ?chieu|passport|pp|hc)(?![a-z])[^\d]*$")
_SLASHED = re.compile(r"(?<![\d/])0\d{2,4}/\d{3,4}/\d{3,4}(?![\d/])")
_IBAN = re.compile(r"(?<![a-z\d])[a-z]{2}\d\d(?: ?[a-z\d]{4}){3,7}(?: ?[a-z\d]{1,3})?(?![a-z\d])")
_SPOKEN = re.compile(
    r"(?<![a-z])(?:(?:khong|ko|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)(?![a-z])[ ,.\-]*){8,}"
    r"|(?<![a-z])(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)(?![a-z])"
    r"[ ,.\-]*){7,}"
)


class Masker:
    """Takes personal data out of texts.

    Args:
        public: call numbers that the deployment publishes; they are never masked.
    """

    def __init__(self, public: Iterable[str] = ()) -> None:
        self._public = tuple(public)

    def mask(self, text: str, lang: str) -> Masked:
        """Return ``text`` with placeholders in ``lang`` where personal data stood.

        Args:
            text: what somebody typed, cleaned of what cannot be seen.
            lang: ``vi`` or ``en``.
        """
        return cover(text, self.find(text), lang)

    def find(self, text: str) -> list[Span]:
        """Return where personal data stands in ``text``, in order, without overlap."""
        shadow = shade(text)
        spans: list[Span] = []
        for spot in (_emails, _dossier_codes):
            shadow = _took(shadow, spot(shadow), spans)
        for start, end in kept(shadow, self._public):
            shadow = take(shadow, start, end)
        for spot in (_accounts, _passports, _slashed, personal_numbers, _spoken):
            shadow = _took(shadow, spot(shadow), spans)
        return sorted(spans)

    def page(self, url: str | None) -> str | None:
        """Return the address of a page without query, fragment and credentials, its path masked."""
        if url is None:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        return self.mask(bare, "en").text


def cover(text: str, spans: Iterable[Span], lang: str) -> Masked:
    """Return ``text`` with placeholders in ``lang`` in the place of ``spans``, which do not overlap."""
    parts: list[str] = []
    found: list[Found] = []
    done = 0
    for span in sorted(spans):
        parts += [text[done : span.start], placeholder(span.kind, lang)]
        found.append(Found(span.kind, text[span.start : span.end]))
        done = span.end
    return Masked("".join([*parts, text[done:]]), tuple(found))


def _took(shadow: str, found: Iterable[Span], spans: list[Span]) -> str:
    for span in list(found):
        shadow = take(shadow, span.start, span.end)
        spans.append(span)
    return shadow


def _emails(shadow: str) -> Iterator[Span]:
    return _all(_EMAIL, shadow, Kind.EMAIL)


def _dossier_codes(shadow: str) -> Iterator[Span]:
    return _all(_DOSSIER, shadow, Kind.DOSSIER_CODE)


def _accounts(shadow: str) -> Iterator[Span]:
    """International account numbers (ISO 13616); their check digits tell them from other codes."""
    for match in _IBAN.finditer(shadow):
        code = match.group().replace(" ", "")
        if int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1:
            yield Span(match.start(), match.end(), Kind.BANK_ACCOUNT)


def _slashed(shadow: str) -> Iterator[Span]:
    return _all(_SLASHED, shadow, Kind.PHONE)


def _spoken(shadow: str) -> Iterator[Span]:
    """Numbers in words, as people dictate a telephone number."""
    for match in _SPOKEN.finditer(shadow):
        yield Span(match.start(), match.start() + len(match.group().rstrip(" ,.-")), Kind.NUMBER)


def _passports(shadow: str) -> Iterator[Span]:
    yield from _all(_PASSPORT, shadow, Kind.PASSPORT)
    for match in _NAMED_PASSPORT.finditer(shadow):
        named = _PASSPORT_CUE.search(shadow, max(0, match.start() - REACH), match.start())
        if named and not _PASSPORT.fullmatch(match.group()):
            yield Span(match.start(), match.end(), Kind.PASSPORT)


def _all(pattern: re.Pattern[str], shadow: str, kind: Kind) -> Iterator[Span]:
    for match in pattern.finditer(shadow):
        yield Span(match.start(), match.end(), kind)

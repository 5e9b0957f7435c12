"""The collected facts, as far as the coverage report must read them.

Facts are what was found out before the content was written. They stay outside the
repository and are needed only to tell whether the content takes all of them up. A
fact is any mapping with an ``id``, however deep it stands in its file.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from knowledge.figures import numbers_in
from vietnamese.folding import fold

_ABOUT_THE_FACT = frozenset(
    {"id", "provenance", "confidence", "changed_after_2024", "do_not_publish", "steps_specific", "inside_ez"}
)
"""Fields that say something about the collecting, not about the matter."""

_DOUBTS = frozenset({"unconfirmed", "inconsistency", "hai_phong_warning"})
"""Fields that say that a reader has to be warned."""

_NAMES_DOCUMENTS = frozenset({"legal_basis", "old_rule", "number", "supersedes", "superseded_by"})
"""Fields in which 08/2022 is a decree and never August 2022."""

_MONTHS = calendar.month_name[1:]
_MONTH_NAME = {month[:3]: month for month in _MONTHS}
_SHORT_MONTH = re.compile(rf"\b({'|'.join(_MONTH_NAME)})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d")
_ISO = re.compile(r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b")
_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b")
_LITERAL = re.compile(
    r"(?<![\w.])\d+/(?:\d{4}/)?[A-ZĐ][\w-]*"  # 35/2022/NĐ-CP, 1511/QĐ-TTg
    r"|\b[IVX]+(?:\.\d+)+"  # form I.1.5
    r"|\b\d\.\d{6}\b"  # code in the national catalogue of procedures
    r"|\b[\w-]+(?:\.[\w-]+)*\.vn\b"
)
_SHORT_NUMBER = re.compile(r"\b(\d{1,3})/((?:19|20)\d\d)\b")
_BEFORE_A_NUMBER = re.compile(r"(?:decrees?|circulars?|law|resolutions?|decision|amends|nd|tt|luat) $")
_CLAUSE = re.compile(r",? ?\((?:\d\d?|[a-zđ]{1,2})\)")  # Art. 13(1), (2); also (1) before an item
_ARTICLES = re.compile(r"\b(?:Arts?\.|Article|Điều) (\d+[a-z]?(?:(?:, |-)\d+[a-z]?\b(?! \w))*)")
_FRACTION = re.compile(
    r"(?<![\d/])(?=\d+/(?!(?:19|20)\d\d\b))(?:([1-9])/(\d+)|(\d+)/(1[3-9]|[2-9]\d|\d{3,}))(?![\d/])"
)
_NO_FIGURE = re.compile(
    r"(?:^|[;:] )B?\d(?= \w)"  # numbered steps
    r"|\b(?:Condition|Điều kiện|[Ii]tem|Nội dung phối hợp|[Kk]hoản|seed) \d+"
    r"|\bgithub:\S+|\bkm2\b"
)


class Mark(NamedTuple):
    """Something in a text that can be looked for elsewhere without regard to the wording."""

    kind: str
    """``number``, ``date`` or ``literal`` (a document, an article, a code, a site)."""
    value: str


@dataclass(frozen=True)
class Field:
    """One field of a fact: its path in the fact, the language it is written in and its text."""

    path: str
    lang: str
    text: str

    @property
    def marks(self) -> frozenset[Mark]:
        """Return the numbers, dates, documents, articles and sites that the field states."""
        return frozenset(marks_in(self.text, self.lang, self.path.split(".")[0] in _NAMES_DOCUMENTS))


@dataclass(frozen=True)
class Fact:
    """A fact and where it stands."""

    id: str
    file: str
    publishable: bool
    doubtful: bool
    fields: tuple[Field, ...]


def read_facts(folder: Path) -> list[Fact]:
    """Return all facts of the YAML files of ``folder``, file by file in their order.

    Raises:
        ValueError: two facts have the same id.
    """
    facts: dict[str, Fact] = {}
    for path in sorted(folder.rglob("*.yml")):
        for node in _mappings(YAML(typ="safe").load(path.read_text(encoding="utf-8"))):
            fact = _fact(node, path.name)
            if fact.id in facts:
                raise ValueError(f"fact {fact.id} stands in {facts[fact.id].file} and again in {path.name}")
            facts[fact.id] = fact
    return list(facts.values())


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "id" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _mappings(item)


def _fact(node: dict[str, Any], file: str) -> Fact:
    fields = tuple(
        field
        for key, value in node.items()
        if key not in _ABOUT_THE_FACT
        for field in _fields(value, str(key), "en")
    )
    return Fact(
        str(node["id"]),
        file,
        publishable=not node.get("do_not_publish", False),
        doubtful=not _DOUBTS.isdisjoint(node),
        fields=fields,
    )


def _fields(value: Any, path: str, lang: str) -> Iterator[Field]:
    """Yield the texts under ``value``; a fact inside a fact is read by itself.

    Of the day on which something was so (``as_of``) the year has to be told: a text says
    "in 2020" where the fact has the last day of the year.
    """
    if path.endswith(("_vi", ".vi")):
        lang = "vi"
    if isinstance(value, dict):
        for key, item in value.items():
            if "id" not in value and key not in _ABOUT_THE_FACT:
                yield from _fields(item, f"{path}.{key}", lang)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _fields(item, f"{path}.{number}", lang)
    elif path == "as_of":
        yield from (Field(path, lang, year[0]) for year in [_YEAR.search(str(value))] if year)
    elif value is not None and not isinstance(value, bool):
        yield Field(path, lang, str(value))


def marks_in(text: str, lang: str, names_documents: bool = False) -> set[Mark]:
    """Return what ``text`` states that can be found again in other words.

    Args:
        text: as collected: dates and documents are written in several ways.
        lang: how its numbers are written, ``vi`` (1.234,5) or ``en`` (1,234.5).
        names_documents: whether ``8/2022`` is a document here and not a month.
    """
    found: set[Mark] = set()

    def take(pattern: re.Pattern[str], kind: str) -> None:
        nonlocal text
        found.update(Mark(kind, fold(match)) for match in pattern.findall(text))
        text = pattern.sub(" ", text)

    def take_short(match: re.Match[str]) -> str:
        named = names_documents or _BEFORE_A_NUMBER.search(fold(match.string[: match.start()]))
        if int(match[1]) <= 12 and not named:
            return f"{_MONTHS[int(match[1]) - 1]} {match[2]}" if lang == "en" else match[0]
        found.add(Mark("literal", match[0]))
        return " "

    text = _SHORT_MONTH.sub(lambda match: _MONTH_NAME[match[1]], _CLAUSE.sub("", text))
    text = _NO_FIGURE.sub(" ", text)
    found.update(Mark("date", f"{y}-{int(m):02}-{int(d):02}") for d, m, y in _DAY.findall(text))
    text = _DAY.sub(" ", text)
    take(_ISO, "date")
    take(_LITERAL, "literal")
    text = _SHORT_NUMBER.sub(take_short, text)
    for match in _ARTICLES.finditer(text):
        found.update(Mark("literal", f"dieu {number}") for number in re.split(", |-", match[1]))
    text = _ARTICLES.sub(" ", text)
    text = _FRACTION.sub(r"\1\3 / \2\4", text)
    numbers, dates = numbers_in(text, lang)
    found.update(Mark("number", f"{number.normalize():f}") for number in numbers)
    found.update(Mark("date", day) for day in dates)
    return found

"""Checks across the content: references, languages, figures, what may not be said.

``python -m knowledge check`` runs them; they are part of lint, and loading
refuses content that fails any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.content import CONTENT, Content, ContentError, Place, Problem, read
from knowledge.continuity import check_succession, check_times
from knowledge.figures import numbers_in
from knowledge.model import Document, Entry, Rule, Source
from vietnamese.folding import fold

MAX_WORDS = 80
"""The first block of an answer has at most so many words (contract)."""

GENERAL_PRACTICE = "general-practice"
"""The source of statements that no document supports yet; they are shown as unconfirmed."""

PUBLIC_NUMBERS = frozenset({"18001096"})
"""Telephone numbers that may be published: the national public-service hotline."""

_PHONE = re.compile(r"(?<![\w/.,-])(?:\+84|0)[\d .()-]{8,14}\d(?![\w/])|\b1[89]00[ .]?\d{4}\b")
_VI_ONLY = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)


def load(folder: Path = CONTENT) -> Content:
    """Read and check the content of ``folder``.

    Raises:
        ContentError: one or more problems; nothing is returned then.
    """
    content = read(folder)
    problems = content.problems + check(content)
    if problems:
        raise ContentError(problems)
    return content


def check(content: Content) -> list[Problem]:
    """Return all problems between and inside the typed entries of ``content``."""
    items: list[Entry | Document] = [*content.documents.values(), *content.entries.values()]
    return [problem for item in items for problem in check_item(item, content)]


def check_item(item: Entry | Document, content: Content) -> Iterator[Problem]:
    """Return the problems of one item of ``content``."""
    if isinstance(item, Document):
        yield from _check_document(item, content)
        yield from check_succession(item, content)
    else:
        yield from _check_entry(item, content)


def _check_document(document: Document, content: Content) -> Iterator[Problem]:
    place = content.places[document.number]
    for name in ("supersedes", "superseded_by", "amended_by", "implements"):
        for index, number in enumerate(getattr(document, name)):
            if not content.knows_document(number):
                yield place.problem("unknown_relation", name, index, relation=name, number=number)
    if document.number in _successors(document, content):
        yield place.problem("circle", "superseded_by", number=document.number)
    start, end = document.effective_from, document.effective_to
    if start and end and start > end:
        yield place.problem("ends_before", "effective_from", start=start, end=end)
    if document.issued_on and start and document.issued_on[:4] > start[:4]:
        yield place.problem("issued_late", "issued_on")
    yield from _check_implements(document, place, content)


def _check_implements(document: Document, place: Place, content: Content) -> Iterator[Problem]:
    """A decree details a law that is there already: it is not its own, nor older than it."""
    for index, number in enumerate(document.implements):
        law = content.documents.get(number)
        if law is document:
            yield place.problem("implements_itself", "implements", index, number=number)
        elif law and law.issued_on and document.issued_on and document.issued_on[:4] < law.issued_on[:4]:
            yield place.problem("issued_before", "implements", index, number=number)


def _successors(document: Document, content: Content) -> set[str]:
    seen: set[str] = set()
    todo = list(document.superseded_by)
    while todo:
        number = todo.pop()
        if number not in seen and number in content.documents:
            seen.add(number)
            todo += content.documents[number].superseded_by
    return seen


def _check_entry(entry: Entry, content: Content) -> Iterator[Problem]:
    place = content.places[entry.id]
    yield from _check_sources(entry.sources, ("sources",), place, content)
    for index, other in enumerate(entry.related):
        if not content.knows_entry(other):
            yield place.problem("unknown_related", "related", index, entry=other)
    within = entry.zone.within if entry.zone else None
    if within not in {None, "none"} and not content.knows_entry(str(within)):
        yield place.problem("unknown_zone", "zone", "within", zone=within)
    if entry.review_by <= entry.collected_on:
        yield place.problem("review_too_early", "review_by")
    for name, facet in entry.facets.items():
        for index, rule in enumerate(facet.rules):
            path = ("facets", name, "rules", index)
            yield from _check_sources(rule.sources, (*path, "sources"), place, content)
            yield from _check_rule(entry, rule, path, place)
    yield from check_times(entry, place)
    yield from _check_private(place)


def _check_sources(
    sources: list[Source], path: tuple[str | int, ...], place: Place, content: Content
) -> Iterator[Problem]:
    for index, source in enumerate(sources):
        if not content.knows_document(source.document):
            yield place.problem("unknown_document", *path, index, number=source.document)


def _check_rule(entry: Entry, rule: Rule, path: tuple[str | int, ...], place: Place) -> Iterator[Problem]:
    for lang in ("vi", "en"):
        words = len(rule.text.get(lang).split())
        if words > MAX_WORDS:
            yield place.problem("too_long", *path, "text", lang, lang=lang, words=words, most=MAX_WORDS)
    if entry.kind == "statistic" and rule.period is None:
        yield place.problem("no_period", *path)
    foreign = _VI_ONLY.search(_without_quotes(rule.text.en))
    if foreign and _VI_ONLY.search(fold(rule.text.en)) is None and not _named_in_vietnamese(rule.text.en):
        yield place.problem("vietnamese_letters", *path, "text", "en", letter=foreign.group())
    supports = {source.document for source in rule.sources or entry.sources}
    if supports == {GENERAL_PRACTICE} and rule.unconfirmed is None:
        yield place.problem("unsupported", *path)
    yield from _check_figures(entry, rule, path, place)


def _without_quotes(text: str) -> str:
    return re.sub(r"[\"“(][^\"”)]*[\"”)]|\S*/\S*", " ", text)


def _named_in_vietnamese(text: str) -> bool:
    """Allow a single Vietnamese proper name in English text (document numbers are cut before)."""
    return len(_VI_ONLY.findall(_without_quotes(text))) <= 3


def _check_figures(entry: Entry, rule: Rule, path: tuple[str | int, ...], place: Place) -> Iterator[Problem]:
    held = {figure.value for figure in rule.figures}
    stated: set[Decimal] = set()
    for lang in ("vi", "en"):
        names = [entry.name.get(lang), *entry.aliases.get(lang), entry.name.vi]
        numbers, dates = numbers_in(_rule_text(rule, lang), lang, names)
        stated |= numbers
        for number in sorted(numbers - held):
            yield place.problem("figure_not_held", *path, "text", lang=lang, number=number)
        for day in sorted(dates):
            if not _date_is_held(day, rule):
                yield place.problem("date_not_held", *path, "text", lang=lang, day=day)
        for number in sorted(held - numbers):
            yield place.problem("figure_not_stated", *path, "figures", lang=lang, number=number)


def _rule_text(rule: Rule, lang: str) -> str:
    parts: list[Any] = [rule.text, rule.details, rule.scope, *rule.items]
    parts += [item.duration for item in rule.items]
    parts += rule.terms.texts() if rule.terms else ()
    return "\n".join(part.get(lang) for part in parts if part)


def _date_is_held(day: str, rule: Rule) -> bool:
    known = [*rule.dates, rule.effective_from, rule.effective_to, rule.period]
    if rule.licensed:
        known += [rule.licensed.from_, rule.licensed.to]
    if day.startswith("--"):
        return any(date and date.endswith(day[1:]) for date in known)
    return any(date and day in date for date in known)


def _check_private(place: Place) -> Iterator[Problem]:
    """Refuse telephone numbers: contacts are configuration of the deployment."""
    for path, text in _texts(place.node):
        for match in _PHONE.finditer(text):
            digits = re.sub(r"\D", "", match.group())
            if digits not in PUBLIC_NUMBERS and path[0] not in {"facts", "provenance"}:
                yield place.problem("telephone", *path, number=match.group())


def _texts(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts(value, (*path, index))

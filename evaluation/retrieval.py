"""Measure how well the right entry is found, before anything is answered: ``python -m evaluation.retrieval``.

For every question of one side, in every variant: at which place each ranking puts the
first entry that takes up one of the question's facts. Rankings are named in `rankings`.
Rasa's understanding is taken as given; its time is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.in_context import NO_ENTRY
from actions.message import Message
from actions.readings import MAX_HITS
from actions.resolver import Resolver
from evaluation.__main__ import fact_map
from evaluation.fit import message_of, parse
from evaluation.questions import ANSWERS, Item, read_items, split_of
from evaluation.run import FactMap, sample
from evaluation.variants import VARIANTS, vary
from knowledge.database import database_url
from knowledge.search import Searcher
from knowledge.store import Store

Ranking = Callable[[Message], Sequence[str]]
"""Returns the entries that a message may be about, best first."""

_LISTS = "lists"
"""Lists are answered by a query over the zones, not by finding an entry."""


@dataclass(frozen=True)
class Asked:
    """A question as typed, and the entries of which one should be found."""

    text: str
    group: str
    right: frozenset[str]


@dataclass(frozen=True)
class Place:
    """At which place a ranking has the first right entry (0: nowhere), and how long it took."""

    ranking: str
    group: str
    rank: int
    seconds: float


def rankings(store: Store) -> dict[str, Ranking]:
    """Return the rankings that are measured, by name."""
    searcher, resolver = Searcher(store), Resolver(store)

    def searched(message: Message) -> Sequence[str]:
        return list(dict.fromkeys(hit.entry for hit in searcher.search(message.text, limit=MAX_HITS)))

    def classified(message: Message) -> Sequence[str]:
        return [label for label in message.subjects if not label.startswith(NO_ENTRY)]

    def resolved(message: Message) -> Sequence[str]:
        return [r.entry for r in resolver.ranked(message, message.text) if not r.special]

    return {"search": searched, "subjects": classified, "resolver": resolved}


def main(argv: list[str] | None = None) -> int:
    """Measure and print the table; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.retrieval", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--split", choices=("dev", "test"), default="dev", help="which questions")
    parser.add_argument("--variants", help="comma-separated (default: all)")
    parser.add_argument("--sample", type=int, help="so many source questions, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="write the table to this file as well")
    arguments = parser.parse_args(argv)
    items = [item for item in read_items() if split_of(item.id) == arguments.split]
    wanted = arguments.variants.split(",") if arguments.variants else None
    asked = list(questions(sample(items, arguments.sample, arguments.seed), fact_map(), wanted))
    messages = [message_of(parsed) for parsed in parse([question.text for question in asked])]
    text = table(measure(asked, messages, rankings(Store(database_url()))))
    print(text)
    if arguments.report:
        arguments.report.write_text(text, encoding="utf-8")
    return 0


def questions(items: list[Item], facts: FactMap, variants: Sequence[str] | None) -> Iterator[Asked]:
    """Return the questions for which an entry can be right, in the variants wanted (None: all)."""
    for item in items:
        right = frozenset(entry for fact in item.fact for entry in facts.get(fact, ()))
        if not right or item.subject == _LISTS or not set(item.out) & set(ANSWERS):
            continue
        for lang, names in VARIANTS.items():
            for variant in names:
                if variants is None or variant in variants:
                    typed = vary(item.text(lang), variant).replace("\n", " ")
                    yield Asked(typed, f"{lang} {variant}", right)


def measure(asked: list[Asked], messages: list[Message], named: dict[str, Ranking]) -> list[Place]:
    """Return the place of the right entry for each question and ranking."""
    places = []
    for question, message in zip(asked, messages, strict=True):
        for name, ranking in named.items():
            start = time.perf_counter()
            entries = ranking(message)
            seconds = time.perf_counter() - start
            rank = next((n for n, entry in enumerate(entries, 1) if entry in question.right), 0)
            places.append(Place(name, question.group, rank, seconds))
    return places


def table(places: list[Place]) -> str:
    """Return recall, mean reciprocal rank and time as a Markdown table."""
    groups: defaultdict[str, defaultdict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        groups[place.ranking][place.group].append(place)
    lines = [
        "| ranking | language, variant | questions | recall@1 % | recall@3 % | MRR | ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, by_group in groups.items():
        everything = [place for group in by_group.values() for place in group]
        for group, found in (*sorted(by_group.items()), ("all", everything)):
            lines.append(f"| {name} | {group} | {_cells(found)} |")
    return "\n".join(lines) + "\n"


def _cells(places: list[Place]) -> str:
    count = len(places)
    recalls = [100 * sum(0 < p.rank <= depth for p in places) / count for depth in (1, 3)]
    reciprocal = sum(1 / p.rank for p in places if p.rank) / count
    milliseconds = 1000 * sum(p.seconds for p in places) / count
    return f"{count} | {recalls[0]:.1f} | {recalls[1]:.1f} | {reciprocal:.3f} | {milliseconds:.1f}"


if __name__ == "__main__":
    sys.exit(main())

"""Show how a question finds its answer: ``make explain q="…"``.

Prints what Rasa understood, what search found, the signals of each candidate and
the decision, so that a wrong answer can be traced to the step that failed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from actions.facets import ranked_facets
from actions.ranker import Signals, rankers
from actions.readings import none_signals
from actions.residual import residual_words
from actions.resolver import Resolver
from evaluation.fit import message_of, parse
from knowledge.database import database_url
from knowledge.store import Store

_SHOWN = 5


def main(argv: list[str] | None = None) -> int:
    """Explain one question; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.explain", description=__doc__.splitlines()[0])
    parser.add_argument("question", help="the question, as a visitor would type it")
    arguments = parser.parse_args(argv)
    if not arguments.question.strip():
        parser.error('no question: make explain q="…"')
    explain(arguments.question)
    return 0


def explain(question: str) -> None:
    """Print the way of one question through understanding, search and decision."""
    parsed = parse([question])[0]
    message = message_of(parsed)
    print("language  ", parsed["language"])
    print("intents   ", ", ".join(f"{name} {p:.2f}" for name, p in list(message.intents.items())[:5]))
    print("subjects  ", ", ".join(f"{name} {m:.2f}" for name, m in list(message.subjects.items())[:5]))
    print("by concept", ", ".join(f"{name} {m:.2f}" for name, m in list(message.by_concept.items())[:5]))
    print("aspects   ", ", ".join(f"{name} {m:.2f}" for name, m in list(message.aspects.items())[:5]))
    for entity in message.entities:
        print("entity    ", entity.type, entity.value, repr(message.text[entity.start : entity.end]))
    print("own words ", " ".join(residual_words(message)) or "none")
    store = Store(database_url())
    resolver = Resolver(store)
    resolution = resolver.resolve(message)
    shown = "; ".join(f"{f.entry}#{','.join(f.facets)}" for f in resolution.found)
    print("decision  ", resolution.decision, shown)
    for reading in resolution.readings[:_SHOWN]:
        print(f"{reading.probability:9.3f}  {reading.entry}")
        print("           ", _shares(reading.signals, rankers().entries.weights))
    print("none       ", _shares(none_signals(message, resolver.readings(message)), rankers().entries.none))
    if resolution.entries:
        best = resolution.entries[0]
        for facet in ranked_facets(message, store.entries[best.entry], best.hits)[:_SHOWN]:
            print(f"{facet.probability:9.3f}  {best.entry}#{facet.facet}")
            print("           ", _shares(facet.signals, rankers().facets.weights))


def _shares(signals: Signals, weights: Mapping[str, float]) -> str:
    return "  ".join(f"{n} {signals[n]:.2f}×{w:.1f}" for n, w in weights.items() if signals.get(n))


if __name__ == "__main__":
    sys.exit(main())

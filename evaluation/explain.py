"""Show how a question finds its answer: ``make explain q="…"``.

Prints what Rasa understood, what search found, the signals of each candidate and
the decision, so that a wrong answer can be traced to the step that failed.
"""

from __future__ import annotations

import argparse
import sys

from actions.ranker import SIGNALS, Signals, ranker
from actions.resolver import Resolver, facet_probabilities, none_signals, residual_words
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
    for entity in message.entities:
        print("entity    ", entity.type, entity.value, repr(message.text[entity.start : entity.end]))
    print("own words ", " ".join(residual_words(message)) or "none")
    resolver = Resolver(Store(database_url()))
    resolution = resolver.resolve(message)
    print("decision  ", resolution.decision, ", ".join(resolution.facets))
    for candidate in resolution.candidates[:_SHOWN]:
        print(f"{candidate.probability:9.3f}  {candidate.entry} ({candidate.facet})")
        print("           ", _shares(candidate.signals))
    print("none       ", {k: round(v, 2) for k, v in none_signals(message).items()}, dict(ranker().none))
    if resolution.candidates:
        kind = resolver.kind_of(resolution.candidates[0].entry)
        print("facets     ", {f: round(p, 2) for f, p in facet_probabilities(message, kind).items()})


def _shares(signals: Signals) -> str:
    weights = ranker().weights
    return "  ".join(f"{n} {signals[n]:.2f}×{weights[n]:.1f}" for n in SIGNALS if signals.get(n))


if __name__ == "__main__":
    sys.exit(main())

"""The development questions in all variants, for measurements in Rasa's runtime.

``python -m benchmarks.development`` prints one JSON object per line: id, language, variant, text, and the
intents of which one is right (none where no intent can be told). Rasa's runtime cannot read the questions
itself: their model needs libraries of the application runtime.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from evaluation.__main__ import fact_map
from evaluation.questions import ANSWERS, Item, read_items, split_of
from evaluation.run import FactMap, sample
from evaluation.variants import VARIANTS, vary

NLU = Path("data/nlu/vi")
_LISTS = "lists"
_OUTCOMES = {
    "out_of_scope": ("out_of_scope",),
    "rejected": ("improper_request",),
    "needs_identity": ("dossier_status",),
    "handed_off": ("request_human",),
    "small_talk": ("greet", "goodbye", "thank", "affirm", "deny", "ask_bot", "ask_capabilities", "repeat"),
}
"""The intents that stand behind an outcome."""


def main(argv: list[str] | None = None) -> int:
    """Print the questions; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.development", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--sample", type=int, help="so many source questions, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    for row in rows(arguments.sample, arguments.seed):
        print(json.dumps(row, ensure_ascii=False))
    return 0


def rows(size: int | None = None, seed: int = 1) -> Iterator[dict[str, object]]:
    """Return the development questions in every language and variant, each on one line of text."""
    facts, known = fact_map(), sorted(path.stem for path in NLU.glob("*.yml"))
    for item in sample([i for i in read_items() if split_of(i.id) == "dev"], size, seed):
        intents = right_intents(item, facts, known)
        for lang, variants in VARIANTS.items():
            for variant in variants:
                text = vary(item.text(lang), variant).replace("\n", " ")
                yield {"id": item.id, "lang": lang, "variant": variant, "text": text, "intents": intents}


def right_intents(item: Item, facts: FactMap, known: list[str]) -> list[str]:
    """Return the intents of which one should be understood; none if the expectation does not tell.

    Args:
        item: a question with the outcomes that are accepted.
        facts: the entries that hold each fact.
        known: all intents.
    """
    if item.subject == _LISTS:
        return ["list_zones", "compare_zones"]
    if not set(item.out) & set(ANSWERS):
        return sorted({intent for outcome in item.out for intent in _OUTCOMES.get(outcome, ())})
    kinds = {entry.split(".")[0] for fact in item.fact for entry in facts.get(fact, ())}
    return sorted({intent for kind in kinds for intent in _of_kind(kind, item.facet, known)})


def _of_kind(kind: str, facet: str | None, known: list[str]) -> list[str]:
    """Return the intent of a facet where there is one, else all intents of the kind."""
    exact = f"ask_{kind}_{facet}"
    if exact in known:
        return [exact]
    return [intent for intent in known if intent == f"ask_{kind}" or intent.startswith(f"ask_{kind}_")]


if __name__ == "__main__":
    sys.exit(main())

"""Score the running system: ``python -m evaluation --help`` (``make evaluate``)."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import defaultdict
from pathlib import Path

from aiohttp import ClientError

from evaluation.client import Portal
from evaluation.questions import lint, read_dialogues, read_items, split_of
from evaluation.report import errors, markdown
from evaluation.run import FactMap, Result, run_dialogues, run_items, sample
from knowledge.content import read
from knowledge.documents import slug


def main(argv: list[str] | None = None) -> int:
    """Run the evaluation; return the exit status."""
    arguments = _parser().parse_args(argv)
    problems = lint(read_items())
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    try:
        results = asyncio.run(evaluate(arguments))
    except ClientError as error:
        print(
            f"The portal does not answer at {arguments.url} ({error}): start it with 'make run'.",
            file=sys.stderr,
        )
        return 2
    text = markdown(results, f"Evaluation, {arguments.set} set")
    print(text)
    if arguments.errors:
        Path(arguments.errors).write_text(errors(results) + "\n", encoding="utf-8")
    if arguments.report:
        Path(arguments.report).write_text(text, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description="Score the running system.")
    default = f"http://127.0.0.1:{os.environ.get('HEZA_PORT', '8080')}"
    parser.add_argument("--url", default=default, help="address of the portal (default: %(default)s)")
    parser.add_argument("--set", choices=("dev", "test", "all"), default="dev", help="which questions")
    parser.add_argument("--variants", help="comma-separated (default: all)")
    parser.add_argument("--sample", type=int, help="so many source questions, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-dialogues", action="store_true")
    parser.add_argument("--errors", help="write every turn that was not correct to this file")
    parser.add_argument("--report", help="write the report to this file")
    return parser


async def evaluate(arguments: argparse.Namespace) -> list[Result]:
    """Ask all selected questions and dialogues."""
    chosen = (split_of(i.id) == arguments.set or arguments.set == "all" for i in read_items())
    items = [item for item, take in zip(read_items(), chosen, strict=True) if take]
    items = sample(items, arguments.sample, arguments.seed)
    held = [] if arguments.no_dialogues else read_dialogues()
    dialogues = [d for d in held if arguments.set in {"all", split_of(d.id)}]
    variants = arguments.variants.split(",") if arguments.variants else None
    async with Portal(arguments.url) as portal:
        results = await run_items(portal, items, variants, fact_map())
        results += await run_dialogues(portal, dialogues)
    return results


def fact_map() -> FactMap:
    """Return which entries take up each fact."""
    content = read()
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in content.entries.values():
        for fact in entry.facts:
            found[fact].add(entry.id)
    for document in content.documents.values():
        for fact in document.facts:
            found[fact].add(f"document.{slug(document.number)}")
    return {fact: frozenset(ids) for fact, ids in found.items()}


if __name__ == "__main__":
    sys.exit(main())

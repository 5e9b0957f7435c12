"""Score the running system: ``python -m evaluation --help`` (``make evaluate``)."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

from aiohttp import ClientError

from evaluation import accepted
from evaluation.client import Portal
from evaluation.questions import lint, read_dialogues, read_items, split_of
from evaluation.report import errors, markdown
from evaluation.run import DIALOGUE, FactMap, Result, run_dialogues, run_items, sample
from knowledge.content import read
from knowledge.document_names import slug

REPORTS = Path(__file__).resolve().parents[1] / "docs" / "results"


def main(argv: list[str] | None = None) -> int:
    """Run the evaluation; return the exit status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.accept and not _is_whole(arguments):
        parser.error("--accept takes whole sets only: no --sample, --variants or --no-dialogues")
    problems = lint(read_items(), read_dialogues())
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    try:
        before = _accepted(arguments.set) if arguments.gate else None
        results = asyncio.run(evaluate(arguments))
    except (ClientError, NothingAccepted) as error:
        print(_explained(error, arguments.url), file=sys.stderr)
        return 2
    _write(results, arguments)
    if arguments.accept:
        accepted.accept(results, arguments.set)
    complaints = accepted.worse(results, before) if before else []
    for complaint in complaints:
        print(f"Worse than accepted: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def _explained(error: Exception, url: str) -> str:
    if isinstance(error, ClientError):
        return f"The portal does not answer at {url} ({error}): start it with 'make run'."
    return str(error)


def _is_whole(arguments: argparse.Namespace) -> bool:
    """Tell whether everything of the set is asked."""
    return not (arguments.sample or arguments.variants or arguments.no_dialogues)


class NothingAccepted(Exception):
    """There is no result to compare with."""


def _accepted(questions: str) -> accepted.Accepted:
    """Return the accepted result of a set of questions."""
    try:
        found = accepted.read()
    except FileNotFoundError:
        raise NothingAccepted("No result has been accepted yet: run the evaluation with --accept.") from None
    if found.questions != questions:
        raise NothingAccepted(f"The accepted result is that of the set '{found.questions}'.")
    return found


def _write(results: list[Result], arguments: argparse.Namespace) -> None:
    """Print the report; keep it if the whole set was asked, or where the arguments say."""
    text = markdown(results, f"Evaluation, {arguments.set} set", _about(results), _before(arguments.set))
    print(text)
    whole = REPORTS / ("evaluation.md" if arguments.set == "dev" else f"evaluation-{arguments.set}.md")
    report = arguments.report or (whole if _is_whole(arguments) else None)
    if report:
        report.write_text(text, encoding="utf-8")
    if arguments.errors:
        arguments.errors.write_text(errors(results) + "\n", encoding="utf-8")


def _before(questions: str) -> dict[str, tuple[float, float]]:
    """Return what was last accepted of a set; nothing if nothing was."""
    try:
        found = _accepted(questions)
    except NothingAccepted:
        return {}
    return {name: (shares.correct, shares.wrong) for name, shares in found.groups.items()}


def _about(results: list[Result]) -> str:
    """Say when and with what was measured."""
    sources = {r.source for r in results}
    held = {r.source for r in results if r.variant == DIALOGUE}
    release = ", ".join(sorted({r.release for r in results}))
    return (
        f"{date.today().isoformat()}; {release}; {len(sources - held)} questions, {len(held)} dialogues; "
        f"{os.cpu_count()} cores ({platform.machine()})."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description="Score the running system.")
    default = f"http://127.0.0.1:{os.environ.get('HEZA_PORT', '8080')}"
    parser.add_argument("--url", default=default, help="address of the portal (default: %(default)s)")
    parser.add_argument("--set", choices=("dev", "test", "all"), default="dev", help="which questions")
    parser.add_argument("--variants", help="comma-separated (default: all)")
    parser.add_argument("--sample", type=int, help="so many questions, and dialogues, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-dialogues", action="store_true")
    parser.add_argument("--errors", type=Path, help="write every turn that was not correct to this file")
    parser.add_argument(
        "--report", type=Path, help="write the report to this file (default for a whole set: docs/results/)"
    )
    parser.add_argument("--accept", action="store_true", help="make this the accepted result")
    parser.add_argument("--gate", action="store_true", help="fail if this is worse than the accepted result")
    return parser


async def evaluate(arguments: argparse.Namespace) -> list[Result]:
    """Ask all selected questions and dialogues."""
    chosen = (split_of(i.id) == arguments.set or arguments.set == "all" for i in read_items())
    items = [item for item, take in zip(read_items(), chosen, strict=True) if take]
    items = sample(items, arguments.sample, arguments.seed)
    held = [] if arguments.no_dialogues else read_dialogues()
    dialogues = [d for d in held if arguments.set in {"all", split_of(d.id)}]
    dialogues = sample(dialogues, arguments.sample, arguments.seed)
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

"""How often the portal is wrong while Rasa is away: ``python -m evaluation.fallback --help``.

A portal of its own is started, whose Rasa never answers, and asked every question in every
variant over HTTP. What it says by itself (``portal/direct.py``) must not be wrong more often
than what the assistant says when all is well; otherwise it ought to give links only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evaluation.__main__ import REPORTS, fact_map
from evaluation.client import Portal
from evaluation.parts import LOOPBACK, free_port, portal_part, running
from evaluation.questions import ANSWERS, read_dialogues, read_items, split_of
from evaluation.report import errors, interval, share
from evaluation.run import Result, run_dialogues, run_items, sample
from evaluation.scoring import WRONG
from knowledge.content import read
from knowledge.loading import load
from knowledge.store import Store

_ALL = re.compile(r"^\| all \| (?P<turns>\d+) \| [^|]+ \| (?P<wrong>[\d.]+) \(", re.MULTILINE)
_ANSWERS = re.compile(
    r"^\| answers with at least one citation \| [\d.]+ \| (?P<answers>\d+) \|", re.MULTILINE
)


@dataclass(frozen=True)
class MainPath:
    """What the report of the whole assistant says.

    Args:
        of_turns: wrong answers in percent of all turns.
        of_answers: the same in percent of the turns that were answered.
    """

    of_turns: float
    of_answers: float


def main(argv: list[str] | None = None) -> int:
    """Measure, report, compare; return 1 if the fall-back is wrong more often than the main path."""
    arguments = _parser().parse_args(argv)
    results = asyncio.run(measure(arguments))
    before = main_path(arguments.split)
    text = markdown(results, before, arguments.split)
    print(text)
    whole = REPORTS / ("fallback.md" if arguments.split == "dev" else "fallback-test.md")
    report = arguments.report or (whole if not (arguments.sample or arguments.variants) else None)
    if report:
        report.write_text(text, encoding="utf-8")
    if arguments.errors:
        arguments.errors.write_text(errors([r for r in results if _is_wrong(r)]) + "\n", encoding="utf-8")
    return 0 if is_no_worse(results, before) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.fallback",
        description="Score what the portal answers while Rasa is away, over HTTP.",
    )
    parser.add_argument("--split", choices=("dev", "test"), default="dev", help="which questions")
    parser.add_argument("--variants", help="comma-separated (default: all)")
    parser.add_argument("--sample", type=int, help="so many questions, and dialogues, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=Path, help="write every wrong answer to this file")
    parser.add_argument(
        "--report", type=Path, help="write the report to this file (default for a whole set: docs/results/)"
    )
    return parser


async def measure(arguments: argparse.Namespace) -> list[Result]:
    """Start a portal without Rasa, and ask it all selected questions and dialogues."""
    items = [item for item in read_items() if split_of(item.id) == arguments.split]
    dialogues = [dialogue for dialogue in read_dialogues() if split_of(dialogue.id) == arguments.split]
    variants = arguments.variants.split(",") if arguments.variants else None
    with tempfile.TemporaryDirectory(prefix="heza-fallback-") as folder:
        await asyncio.to_thread(_load, Path(folder))
        part, url = portal_part(Path(folder), f"http://{LOOPBACK}:{free_port()}")  # nothing listens there
        with running(part):
            async with Portal(url) as portal:
                asked = sample(items, arguments.sample, arguments.seed)
                results = await run_items(portal, asked, variants, fact_map())
                held = sample(dialogues, arguments.sample, arguments.seed)
                return results + await run_dialogues(portal, held)


def _load(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'knowledge.sqlite'}")
    load(store, read())
    store.close()


def main_path(split: str, folder: Path = REPORTS) -> MainPath:
    """Return what the last report says of the whole assistant on the same questions."""
    name = "evaluation.md" if split == "dev" else f"evaluation-{split}.md"
    text = (folder / name).read_text(encoding="utf-8")
    everything, answers = _ALL.search(text), _ANSWERS.search(text)
    if not everything or not answers:
        raise ValueError(f"{name} has another form than this program reads")
    wrong = float(everything["wrong"])
    return MainPath(wrong, wrong * int(everything["turns"]) / int(answers["answers"]))


def is_no_worse(results: list[Result], before: MainPath) -> bool:
    """Tell whether the fall-back is wrong no more often than the main path, by either measure."""
    answered = [result for result in results if _is_answer(result)]
    return share(results, WRONG) <= before.of_turns and share(answered, WRONG) <= before.of_answers


def bounds(results: list[Result]) -> tuple[float, float]:
    """Return the 95 % interval of the share of wrong answers, in percent.

    With none seen it is the rule of three (Hanley and Lippman-Hand 1983) over *source
    questions*: the variants of a question succeed and fail together.
    """
    if any(_is_wrong(result) for result in results):
        return interval(results, WRONG)
    sources = len({result.source for result in results})
    return 0.0, min(100.0, 300 / sources) if sources else 100.0


def markdown(results: list[Result], before: MainPath, split: str) -> str:
    """Return the report: numbers only, so that one on the test set gives no question away."""
    answered = [result for result in results if _is_answer(result)]
    content = ", ".join(sorted({r.release.partition(";")[0] for r in results} - {"content -"}))
    lines = [
        f"# The fall-back: answers while Rasa is away, {split} set",
        "",
        f"{date.today().isoformat()}; {content or 'nothing answered'}; "
        f"{len({r.source for r in results})} questions and dialogues; "
        f"{os.cpu_count()} cores ({platform.machine()}). A portal whose Rasa never answers, over HTTP.",
        "",
        "| language, variant | turns | answered | wrong | wrong, % of turns | wrong, % of answers |",
        "|---|---|---|---|---|---|",
        *_rows(results),
        "",
        "| wrong answers (95 % interval) | while Rasa is away | main path |",
        "|---|---|---|",
        f"| % of all turns | {_with_bounds(results)} | {before.of_turns:.1f} |",
        f"| % of the turns that were answered | {_with_bounds(answered)} | {before.of_answers:.1f} |",
        "",
        "The interval is a bootstrap over source questions; where nothing was wrong, the rule of three over",
        "them. Every turn that was not answered got the outcome `service_down` with the ways to a person, or",
        "the reply of the desk for dossiers.",
    ]
    return "\n".join(lines) + "\n"


def _rows(results: list[Result]) -> Iterator[str]:
    names = sorted({f"{r.lang} {r.variant}" for r in results})
    groups = [(name, [r for r in results if f"{r.lang} {r.variant}" == name]) for name in names]
    for name, group in [*groups, ("all", results)]:
        answered = [result for result in group if _is_answer(result)]
        wrong = sum(_is_wrong(result) for result in group)
        shares = f"{share(group, WRONG):.2f} | {share(answered, WRONG):.1f}"
        yield f"| {name} | {len(group)} | {len(answered)} | {wrong} | {shares} |"


def _with_bounds(results: list[Result]) -> str:
    low, high = bounds(results)
    return f"{share(results, WRONG):.2f} ({low:.2f}–{high:.2f})"


def _is_answer(result: Result) -> bool:
    return result.outcome in ANSWERS


def _is_wrong(result: Result) -> bool:
    return result.score.verdict == WRONG


if __name__ == "__main__":
    sys.exit(main())

"""The report: correct, wrong and abstained, with intervals clustered by source question."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable

from evaluation.run import Result
from evaluation.scoring import ABSTAINED, CORRECT, WRONG

_ROUNDS = 500


def share(results: list[Result], verdict: str) -> float:
    """Return the share of a verdict, in percent."""
    return 100 * sum(r.score.verdict == verdict for r in results) / len(results) if results else 0.0


def interval(results: list[Result], verdict: str) -> tuple[float, float]:
    """Return the 95 % interval of a share: bootstrap over source questions.

    Variants of one question succeed and fail together, so whole questions are drawn.
    """
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.source].append(result)
    clusters = [(sum(r.score.verdict == verdict for r in g), len(g)) for g in groups.values()]
    chooser = random.Random(1)  # noqa: S311 - a fixed seed keeps the report stable
    shares = []
    for _ in range(_ROUNDS):
        drawn = chooser.choices(clusters, k=len(clusters))
        shares.append(100 * sum(hit for hit, _ in drawn) / sum(size for _, size in drawn))
    shares.sort()
    return shares[int(0.025 * _ROUNDS)], shares[int(0.975 * _ROUNDS) - 1]


def markdown(results: list[Result], title: str) -> str:
    """Return the report as Markdown."""
    lines = [f"# {title}", "", *_table(results, "language, variant", lambda r: f"{r.lang} {r.variant}")]
    lines += ["", *_table(results, "subject", lambda r: r.subject)]
    answered = [r for r in results if r.score.verdict == CORRECT and r.outcome in {"answered", "stale"}]
    first = 100 * sum(r.score.first_block for r in answered) / len(answered) if answered else 0.0
    in_scope = [r for r in results if "answered" in r.expected]
    refused = 100 * sum(r.outcome == "out_of_scope" for r in in_scope) / len(in_scope) if in_scope else 0.0
    foreign = [r for r in results if "out_of_scope" in r.expected and "answered" not in r.expected]
    recall = 100 * sum(r.score.verdict == CORRECT for r in foreign) / len(foreign) if foreign else 0.0
    lines += [
        "",
        f"Of the correct answers {first:.1f} % hold the facts in the first block. "
        f"Out-of-scope recall {recall:.1f} % ({len(foreign)} turns); "
        f"in-scope questions refused as out of scope {refused:.1f} % ({len(in_scope)} turns).",
    ]
    return "\n".join(lines) + "\n"


def _table(results: list[Result], heading: str, key: Callable[[Result], str]) -> Iterable[str]:
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    yield f"| {heading} | turns | correct % (95 % interval) | wrong % (95 % interval) | abstained % |"
    yield "|---|---|---|---|---|"
    for name, group in [*sorted(groups.items()), ("all", results)]:
        cells = [_with_interval(group, verdict) for verdict in (CORRECT, WRONG)]
        yield f"| {name} | {len(group)} | {cells[0]} | {cells[1]} | {share(group, ABSTAINED):.1f} |"


def _with_interval(results: list[Result], verdict: str) -> str:
    low, high = interval(results, verdict)
    return f"{share(results, verdict):.1f} ({low:.1f}–{high:.1f})"


def errors(results: list[Result]) -> str:
    """Return every turn that was not correct, one line each."""
    return "\n".join(
        f"{r.score.verdict:9} {r.source} {r.lang} {r.variant} | {r.question}"
        f" | {r.score.why} | {r.outcome} {r.shown}"
        for r in results
        if r.score.verdict != CORRECT
    )

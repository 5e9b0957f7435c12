"""The report: correct, wrong and abstained, with intervals clustered by source question."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from evaluation.matters import understood
from evaluation.questions import ANSWERS
from evaluation.run import Result
from evaluation.scoring import ABSTAINED, CORRECT, WRONG

Shares = Mapping[str, tuple[float, float]]
"""Correct and wrong turns in percent, by language and variant."""
_ROUNDS = 500
_IN_TAIL = 10
"""So many rounds at least lie beyond each end of an interval."""


def share(results: list[Result], verdict: str) -> float:
    """Return the share of a verdict, in percent."""
    return 100 * sum(r.score.verdict == verdict for r in results) / len(results) if results else 0.0


def interval(results: list[Result], verdict: str, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share: bootstrap over source questions.

    Variants of one question succeed and fail together, so whole questions are drawn.

    Args:
        results: judged turns.
        verdict: whose share is meant.
        level: probability that the interval should hold the true share with.
    """
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.source].append(result)
    clusters = [(sum(r.score.verdict == verdict for r in g), len(g)) for g in groups.values()]
    chooser = random.Random(1)  # noqa: S311 - a fixed seed keeps the report stable
    tail = (1 - level) / 2
    rounds = max(_ROUNDS, round(_IN_TAIL / tail))
    shares = []
    for _ in range(rounds):
        drawn = chooser.choices(clusters, k=len(clusters))
        shares.append(100 * sum(hit for hit, _ in drawn) / sum(size for _, size in drawn))
    shares.sort()
    return shares[int(tail * rounds)], shares[int((1 - tail) * rounds) - 1]


def markdown(
    results: list[Result],
    title: str,
    about: str = "",
    before: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """Return the report as Markdown.

    Args:
        results: judged turns.
        title: its heading.
        about: when, where and what was measured.
        before: the last accepted result, to compare with.
    """
    lines = [f"# {title}", "", *([about, ""] if about else [])]
    lines += _table(results, "language, variant", lambda r: f"{r.lang} {r.variant}")
    lines += ["", *_table(results, "subject", lambda r: r.subject)]
    lines += ["", "| besides | % | of turns |", "|---|---|---|"]
    lines += [_row(name, [test(r) for r in results if counts(r)]) for name, counts, test in _BESIDES]
    lines += ["", *understood(results)]
    if before:
        lines += ["", *_compared(results, before)]
    return "\n".join(lines) + "\n"


def _row(name: str, hits: list[bool]) -> str:
    return f"| {name} | {100 * sum(hits) / len(hits):.1f} | {len(hits)} |" if hits else f"| {name} | – | 0 |"


def _compared(results: list[Result], before: Shares) -> Iterable[str]:
    """Return the change since the accepted result, group by group."""
    yield "| against the last accepted result | correct, points | wrong, points |"
    yield "|---|---|---|"
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[f"{result.lang} {result.variant}"].append(result)
    for name in sorted(set(groups) & set(before)):
        correct, wrong = before[name]
        now = share(groups[name], CORRECT) - correct, share(groups[name], WRONG) - wrong
        yield f"| {name} | {now[0]:+.1f} | {now[1]:+.1f} |"


def _is_answer(result: Result) -> bool:
    return result.outcome in ANSWERS


def _in_scope(result: Result) -> bool:
    return bool(result.expected & set(ANSWERS)) and "out_of_scope" not in result.expected


_BESIDES: tuple[tuple[str, Callable[[Result], bool], Callable[[Result], bool]], ...] = (
    (
        "correct answers that hold the facts in the first block",
        lambda r: _is_answer(r) and r.score.verdict == CORRECT,
        lambda r: r.score.first_block,
    ),
    ("turns in the language of the question", lambda _: True, lambda r: r.answer_lang == r.wanted_lang),
    ("answers with at least one citation", _is_answer, lambda r: r.citations > 0),
    (
        "out-of-scope questions recognised or left unanswered (recall)",
        lambda r: "out_of_scope" in r.expected and not r.expected & set(ANSWERS),
        lambda r: r.score.verdict == CORRECT,
    ),
    ("questions in scope refused as out of scope", _in_scope, lambda r: r.outcome == "out_of_scope"),
)
"""Measures beside the verdicts: name, which turns count, which of them are hits."""


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

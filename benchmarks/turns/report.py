"""The result as Markdown: targets first, then what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.measuring import percentile
from benchmarks.turns.measures import growth
from benchmarks.turns.systems import OURS, PLAIN

Result = dict[str, Any]
_FROM_50 = 500.0
_FASTER = 1.5
_LONGER = 1.1
_MEMORY = 5.0
_TURNS = 10_000


def report(result: Result) -> str:
    """Return the page.

    Args:
        result: what was measured, by part; parts that were not are left out.
    """
    parts = result["parts"]
    chapters = {
        "one": _one,
        "open": _open,
        "saturation": _saturation,
        "long": _long,
        "memory": _memory,
        "start": _start,
    }
    lines = ["# The time of a whole turn", "", *_about(result), "", *_targets(parts)]
    for name, chapter in chapters.items():
        if name in parts:
            lines += ["", *chapter(parts[name]["found"]), "", _when(parts[name])]
    return "\n".join(lines)


def quantiles(rows: list[list[float]]) -> dict[str, float]:
    """Return number, p50, p95, p99 of the milliseconds of raw rows, and how many were no answer."""
    times = [ms for _, ms, _ in rows]
    found: dict[str, float] = {"turns": len(rows)}
    found |= {f"p{percent}": percentile(times, percent) for percent in (50, 95, 99)}
    return found | {"unanswered": sum(not answered for *_, answered in rows)}


def targets(parts: Result) -> list[tuple[str, str, bool]]:
    """Return what was wanted, what was measured, and whether it is enough."""
    return [
        target for part, judge in _JUDGES.items() if part in parts for target in judge(parts[part]["found"])
    ]


def _judge_one(found: Result) -> Iterator[tuple[str, str, bool]]:
    ours, plain = (quantiles(found[name]["turns"]) for name in (OURS, PLAIN))
    for p in ("p50", "p95"):
        wanted = f"{p} of a turn, one visitor: at most that of {PLAIN}"
        yield wanted, f"{ours[p]} ms against {plain[p]} ms", ours[p] <= plain[p]


def _judge_open(found: Result) -> Iterator[tuple[str, str, bool]]:
    if "50" not in found[OURS]:
        return
    ours = quantiles(found[OURS]["50"]["turns"])
    measured = f"{ours['p95']} ms, {ours['unanswered']:.0f} of {ours['turns']:.0f} unanswered"
    good = ours["p95"] <= _FROM_50 and not ours["unanswered"]
    yield f"p95 at 50 visitors: at most {_FROM_50:.0f} ms", measured, good


def _judge_saturation(found: Result) -> Iterator[tuple[str, str, bool]]:
    ours, plain = (max(found[name].values()) for name in (OURS, PLAIN))
    ratio = ours / plain
    measured = f"{ours:.1f} against {plain:.1f} turns a second: {ratio:.2f} times"
    yield f"saturation: at least {_FASTER} times that of {PLAIN}", measured, ratio >= _FASTER


def _judge_long(found: Result) -> Iterator[tuple[str, str, bool]]:
    first, last = growth(found[OURS])
    measured = f"{last:.1f} ms against {first:.1f} ms: {last / first:.2f} times"
    yield f"turn {len(found[OURS][0])}: at most {_LONGER} times turn 2", measured, last <= _LONGER * first


def _judge_memory(found: Result) -> Iterator[tuple[str, str, bool]]:
    (start, before), (end, after) = found[OURS][1], found[OURS][-1]
    grown = 100 * (after / before - 1)
    measured = f"{before:.0f} MB after {start:.0f} messages, {after:.0f} MB after {end:.0f}: {grown:+.1f} %"
    if end < _TURNS:
        measured += f"; not known beyond, {_TURNS:,} were wanted"
    wanted = f"memory: less than {_MEMORY:.0f} % more after {_TURNS:,} turns"
    yield wanted, measured, grown < _MEMORY and end >= _TURNS


_JUDGES = {
    "one": _judge_one,
    "open": _judge_open,
    "saturation": _judge_saturation,
    "long": _judge_long,
    "memory": _judge_memory,
}


def _about(result: Result) -> list[str]:
    about = result["about"]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    system, cores = about["machine"]["system"], about["machine"]["cores"]
    return [
        f"{about['date']}, commit {about['commit']}. {system}, {cores} cores ({about['processor']}), shared "
        f"with other work and with the program that measures. {versions}.",
        "",
        f"Both assistants run side by side and are asked the same {about['texts']} training examples that "
        f"ask for facts, shuffled with seed {about['seed']}, {about['turns_a_session']} to a conversation. "
        f"The {PLAIN} assistant is `benchmarks/plain_rasa`: the pipeline of `rasa init`, the same intents, "
        "rules and actions behind HTTP, SQLite tracker, REST channel, no portal. Its policies besides rules "
        "have nothing to learn from, so it is as fast as it can be.",
    ]


def _targets(parts: Result) -> list[str]:
    lines = ["| target | measured | met |", "|---|---|---|"]
    return lines + [
        f"| {wanted} | {measured} | {'yes' if good else '**no**'} |"
        for wanted, measured, good in targets(parts)
    ]


def _when(part: Result) -> str:
    return f"Measured at {part['at']}; load average of one minute when it began: {part['load']:.1f}."


def _one(found: Result) -> list[str]:
    lines = ["## One visitor", "", "| | turns | p50 | p95 | p99 | unanswered | processor |"]
    lines += ["|---|--:|--:|--:|--:|--:|--:|"]
    lines += [
        f"{_row(name, quantiles(each['turns']))} {each['processor_ms']} |" for name, each in found.items()
    ]
    lines += ["", "Milliseconds by the clock; of the processor on average, in all processes together."]
    lines += ["", "Milliseconds on average, which together are the whole turn:", ""]
    lines += [f"| part | {OURS} | {PLAIN} |", "|---|--:|--:|"]
    ours, plain = found[OURS]["split"], found[PLAIN]["split"]
    lines += [f"| {part} | {ours[part]:.1f} | {plain[part]:.1f} |" for part in ours]
    return [*lines, f"| **whole** | **{sum(ours.values()):.1f}** | **{sum(plain.values()):.1f}** |"]


def _open(found: Result) -> list[str]:
    lines = [
        "## Visitors who come at their own times",
        "",
        "One message each every 10 seconds on average (Poisson); the time counts from when the message was "
        "due, however long earlier ones took.",
        "",
        "| visitors | | turns | p50 | p95 | p99 | unanswered |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for count in found[OURS]:
        lines += [f"| {count} {_row(name, quantiles(each[count]['turns']))}" for name, each in found.items()]
    return lines


def _saturation(found: Result) -> list[str]:
    counts = sorted({int(count) for each in found.values() for count in each})
    lines = ["## Saturation", "", "Answers a second when so many ask on at once:", ""]
    lines += [f"| at once | {' | '.join(map(str, counts))} |", f"|---|{'--:|' * len(counts)}"]
    for name, each in found.items():
        lines.append(f"| {name} | {' | '.join(str(each.get(str(count), '–')) for count in counts)} |")
    return lines


def _long(found: Result) -> list[str]:
    turns = len(found[OURS][0])
    lines = [
        "## Long conversations",
        "",
        f"{len(found[OURS])} conversations of {turns} turns; medians of the ten turns from the second on, "
        "and of the last ten, with the same messages.",
        "",
        f"| | from turn 2 | to turn {turns} | times |",
        "|---|--:|--:|--:|",
    ]
    for name, conversations in found.items():
        first, last = growth(conversations)
        lines.append(f"| {name} | {first:.1f} | {last:.1f} | {last / first:.2f} |")
    return lines


def _memory(found: Result) -> list[str]:
    samples = found[OURS]
    shown = samples[:: max(1, len(samples) // 10)]
    lines = ["## Memory", "", "Megabytes of all processes together:", ""]
    lines += [f"| messages | {' | '.join(str(done) for done, _ in shown)} |", f"|---|{'--:|' * len(shown)}"]
    return [*lines, f"| {OURS} | {' | '.join(str(mb) for _, mb in shown)} |"]


def _start(found: Result) -> list[str]:
    lines = [
        "## Start-up",
        "",
        "Seconds until all processes are ready, over the files of an earlier start:",
        "",
    ]
    lines += ["| | first | second |", "|---|--:|--:|"]
    return lines + [f"| {name} | {' | '.join(map(str, each))} |" for name, each in found.items()]


def _row(name: str, found: dict[str, float]) -> str:
    values = " | ".join(f"{found[key]:g}" for key in ("turns", "p50", "p95", "p99", "unanswered"))
    return f"| {name} | {values} |"

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import cycle, pairwise
from pathlib import Path
from statistics import fmean, pstdev

import pytest

from benchmarks.plain_rasa.building import fingerprint
from benchmarks.turns.loads import Due, Taken, arrivals, closed_loop, open_loop, throughput
from benchmarks.turns.measures import WINDOW, growth
from benchmarks.turns.report import quantiles, report, targets
from benchmarks.turns.split import Noted, read_stages, shares
from benchmarks.turns.systems import OURS, PLAIN
from benchmarks.turns.texts import examples

ROOT = Path(__file__).resolve().parents[2]


def texts() -> Iterator[str]:
    return cycle(["phí", "fee"])


class TestArrivals:
    def test_visitors_come_independently_of_each_other_once_in_ten_seconds(self) -> None:
        due = arrivals(200, 10.0, 1000.0, seed=1)
        assert len(due) == pytest.approx(200 * 1000 / 10, rel=0.02)
        assert [d.at for d in due] == sorted(d.at for d in due)
        assert {d.visitor for d in due} == set(range(200))
        gaps = [b.at - a.at for a, b in pairwise(due)]
        assert fmean(gaps) == pytest.approx(10 / 200, rel=0.02)
        assert pstdev(gaps) == pytest.approx(fmean(gaps), rel=0.05), "exponential: as wide as its mean"

    def test_the_same_seed_gives_the_same_plan(self) -> None:
        assert arrivals(5, 10.0, 100.0, seed=1) == arrivals(5, 10.0, 100.0, seed=1)
        assert arrivals(5, 10.0, 100.0, seed=1) != arrivals(5, 10.0, 100.0, seed=2)


async def test_a_message_that_had_to_wait_counts_from_when_it_was_due() -> None:
    """One stall of 0.3 s: all four messages that were due meanwhile are late, not only the first."""
    one_at_a_time, stalls = asyncio.Lock(), iter([0.3])

    async def ask(_visitor: int, _text: str) -> bool:
        async with one_at_a_time:
            await asyncio.sleep(next(stalls, 0.0))
        return True

    plan = [Due(0.05 * n, n) for n in range(4)]
    turns = await open_loop(plan, texts(), ask)
    assert [turn.due for turn in turns] == [due.at for due in plan]
    for turn in turns:
        assert turn.ms >= 1000 * (0.29 - turn.due)


async def test_in_a_closed_loop_a_visitor_waits_for_the_turn() -> None:
    busy: set[int] = set()

    async def ask(visitor: int, _text: str) -> bool:
        assert visitor not in busy
        busy.add(visitor)
        await asyncio.sleep(0.01)
        busy.remove(visitor)
        return visitor == 0

    turns = await closed_loop(2, 0.1, texts(), ask)
    assert {turn.answered for turn in turns} == {True, False}
    assert all(turn.due < 0.1 for turn in turns)


def test_throughput_counts_answers_that_were_complete_in_time() -> None:
    in_time, late, failed = Taken(0.0, 900, True), Taken(1.5, 900, True), Taken(0.5, 10, False)
    assert throughput([in_time, late, failed], 2.0) == 0.5


def test_quantiles_of_raw_rows() -> None:
    rows = [[0.0, float(ms), int(ms != 7)] for ms in range(1, 102)]
    assert quantiles(rows) == {"turns": 101, "p50": 51.0, "p95": 96.0, "p99": 100.0, "unanswered": 1}


def test_growth_compares_turns_with_the_same_messages() -> None:
    turns = [1000.0] + [10.0] * WINDOW + [500.0] * 179 + [11.0] * WINDOW
    assert growth([turns, turns]) == (10.0, 11.0)


def test_the_stages_are_read_out_of_the_portals_figures() -> None:
    page = (
        'heza_stage_seconds_bucket{le="0.01",stage="rasa"} 1.0\n'
        'heza_stage_seconds_count{stage="rasa"} 4.0\n'
        'heza_stage_seconds_sum{stage="rasa"} 0.2\n'
    )
    assert read_stages(page) == {"rasa": (0.2, 4.0)}


def test_the_parts_of_a_turn_are_together_the_whole() -> None:
    inside = [{"nlu": 10.0, "policies": 3.0, "action": 20.0, "store": 4.0, "rasa": 40.0}]
    noted = Noted([15.0, 17.0], {"rasa": 42.0, "store": 2.0, "finish": 3.0})
    ours = shares([50.0], inside, noted)
    assert sum(ours.values()) == pytest.approx(50.0)
    assert (ours["action: itself"], ours["action: call (HTTP, checks)"]) == (16.0, 4.0)
    plain = shares([50.0], inside, Noted([16.0], {}))
    assert sum(plain.values()) == pytest.approx(50.0)
    assert (plain["portal: store"], plain["portal: HTTP, session, masking, order"]) == (0.0, 0.0)
    assert plain["Rasa: HTTP and channel"] == 10.0


def measured(ours: float, plain: float) -> dict[str, object]:
    return {
        name: {"turns": [[0.0, ms, 1]] * 3, "split": {}, "processor_ms": 1.0}
        for name, ms in ((OURS, ours), (PLAIN, plain))
    }


@pytest.mark.parametrize(("plain", "met"), [(50.0, True), (49.0, False)])
def test_a_target_that_is_missed_is_said_to_be(plain: float, met: bool) -> None:
    parts = {"one": {"found": measured(50.0, plain)}}
    assert [good for *_, good in targets(parts)] == [met, met]


@pytest.mark.parametrize(
    ("last", "met"), [([10_000, 104.0], True), ([10_000, 106.0], False), ([400, 100.0], False)]
)
def test_memory_is_judged_by_ten_thousand_turns_only(last: list[float], met: bool) -> None:
    found = {OURS: [[20, 90.0], [40, 100.0], last]}
    ((_wanted, measured, good),) = targets({"memory": {"found": found}})
    assert good is met
    assert ("not known beyond" in measured) is (last[0] < 10_000)


def test_the_page_tells_what_was_measured_only() -> None:
    about = {
        "date": "2026-11-23",
        "commit": "abc",
        "machine": {"system": "Linux", "cores": 2},
        "processor": "a processor",
        "versions": {"rasa (bot)": "3.6.21"},
        "texts": 3,
        "seed": 1,
        "turns_a_session": 5,
    }
    saturation = {"at": "t", "load": 1.25, "found": {OURS: {"1": 10.0, "2": 15.0}, PLAIN: {"1": 10.0}}}
    page = report({"about": about, "parts": {"saturation": saturation}})
    assert "15.0 against 10.0 turns a second: 1.50 times | yes |" in page
    assert f"| {PLAIN} | 10.0 | – |" in page
    assert "load average of one minute when it began: 1.2" in page
    assert "## Memory" not in page


def test_messages_are_examples_of_both_languages() -> None:
    found = examples(ROOT / "data" / "nlu")
    assert len(found) > 1000
    assert not any(text.startswith(("-", "[")) or not text for text in found)
    assert any("how much" in text.lower() for text in found)
    assert any("bao nhiêu" in text.lower() for text in found)


def test_the_plain_assistant_learns_anew_when_an_example_changes(tmp_path: Path) -> None:
    for name in ("domain.yml", "data/rules.yml", "data/nlu/vi/greet.yml", "benchmarks/plain_rasa/config.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a")
    (tmp_path / "benchmarks/plain_rasa/rules.yml").write_text("a")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    (tmp_path / "data/nlu/vi/greet.yml").write_text("b")
    assert fingerprint(tmp_path) != before

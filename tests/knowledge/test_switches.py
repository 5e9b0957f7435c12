"""What is switched off says nothing, wherever it would be shown, and soon."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from knowledge.answer import Notice, Outcome
from knowledge.database import writing
from knowledge.loading import load
from knowledge.model import Kind
from knowledge.nlu_export import export
from knowledge.plain import plain
from knowledge.rendering import Renderer, When
from knowledge.search import Searcher
from knowledge.store import Store
from knowledge.switches import Switches, UnknownTopic, switch
from knowledge.texts import texts
from tests.samples import both, make_content, make_entry, make_zone, rule

PERMIT = make_entry(
    "procedure.permit",
    "Cấp giấy phép",
    "Permit",
    facets={
        "time_limit": {
            "asks": {"vi": ["bao lâu có giấy phép"]},
            "rules": [rule("Trong 15 ngày.", "15 days.")],
        },
        "fee": [rule("Không thu phí.", "No fee.")],
    },
)
DOUBT = {**both("diện tích chưa chắc", "area not certain"), "confirm_at": "heza"}
PARK = make_zone(
    "trang-due", "KCN Tràng Duệ", "Trang Due", area_ha=400, doubts={"area_ha": DOUBT}, status="operating"
)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    load(store, make_content(PERMIT, PARK))
    yield store
    store.close()


def turn(store: Store, topic: str, off: bool = True) -> bool:
    with writing(store.engine) as connection:
        news = switch(connection, topic, off, "Lan", "new decree")
    store.forget_cache()
    return news


def said(store: Store, entry: str, *facets: str, lang: str = "en") -> str:
    return plain(Renderer(store, lang).answer(entry, facets, When()))


@pytest.mark.parametrize("topic", ["procedure", "procedure.permit", "procedure.permit#fee"])
def test_what_is_switched_off_answers_that_it_is_under_review(store: Store, topic: str) -> None:
    turn(store, topic)
    for lang in ("vi", "en"):
        answer = Renderer(store, lang).answer(PERMIT.id, ["fee"], When())
        name = PERMIT.name.get(lang)
        text = texts(lang)("under_review.entry", name=name)
        assert answer.blocks == [Notice(level="warning", text=text)]
        assert (answer.outcome, answer.citations, answer.caveats) == (Outcome.NO_ANSWER, [], [])
        assert [s.ask.action for s in answer.suggestions] == ["human"]


def test_switched_on_again_it_answers_as_before(store: Store) -> None:
    before = said(store, PERMIT.id, "fee")
    turn(store, PERMIT.id)
    turn(store, PERMIT.id, off=False)
    assert said(store, PERMIT.id, "fee") == before
    assert store.switches == Switches()


def test_other_facets_of_an_entry_go_on_answering(store: Store) -> None:
    turn(store, "procedure.permit#fee")
    assert "15 days." in said(store, PERMIT.id, "time_limit")
    both_asked = said(store, PERMIT.id, "time_limit", "fee")
    assert "15 days." in both_asked
    assert texts("en")("under_review.facet", facet="Fees") in both_asked
    assert "No fee" not in both_asked


def test_what_is_switched_off_is_not_offered(store: Store) -> None:
    def offered() -> list[str | None]:
        answer = Renderer(store, "en").answer(PARK.id, ["overview"], When())
        return [s.ask.facet for s in answer.suggestions]

    assert offered()[0] == "area"
    turn(store, "zone.trang-due#area")
    assert "area" not in offered()


def test_no_reader_of_the_store_gets_a_fact_that_is_switched_off(store: Store) -> None:
    turn(store, PERMIT.id)
    turn(store, "zone.trang-due#area")
    permit, park = store.entries[PERMIT.id], store.entries[PARK.id]
    assert "15" not in permit.model_dump_json(include={"facets": {"time_limit": {"rules"}}})
    assert permit.facets["time_limit"].asks.vi == ["bao lâu có giấy phép"]
    assert park.zone
    assert (park.zone.area_ha, park.zone.doubts, park.zone.status) == (None, {}, "operating")
    assert "400" not in park.model_dump_json()
    assert "operating" in park.facets["overview"].rules[0].text.en


def test_a_question_about_it_still_finds_it(store: Store) -> None:
    turn(store, PERMIT.id)
    best = Searcher(store).search("bao lau co giay phep")[0]
    assert (best.entry, best.facet) == (PERMIT.id, "time_limit")


def test_training_does_not_depend_on_switches(store: Store) -> None:
    before = export(store)
    turn(store, "procedure")
    turn(store, "zone.trang-due#area")
    assert export(store) == before


def test_what_is_switched_off_is_listed_with_who_and_why(store: Store) -> None:
    assert turn(store, "zone.trang-due#area") is True
    assert turn(store, "zone.trang-due#area") is False
    (found,) = store.switches.off.values()
    assert (found.topic, found.reason, found.changed_by) == ("zone.trang-due#area", "new decree", "Lan")
    assert store.switches.concern(Kind.ZONE)
    assert not store.switches.concern(Kind.PROCEDURE)


@pytest.mark.parametrize("topic", ["zone.nowhere", "zone.trang-due#fee", "procedure.permit#area", "tax", ""])
@pytest.mark.parametrize("off", [True, False])
def test_a_topic_has_to_exist(store: Store, topic: str, off: bool) -> None:
    with pytest.raises(UnknownTopic):
        turn(store, topic, off)


def test_what_left_the_content_can_be_switched_on_again(store: Store) -> None:
    turn(store, PERMIT.id)
    load(store, make_content(PARK))
    assert turn(store, PERMIT.id, off=False) is True
    assert store.switches.off == {}


WATCHER = """
import sys, time
from knowledge.rendering import Renderer, When
from knowledge.store import Store

store = Store(sys.argv[1])
before = None
while True:
    outcome = Renderer(store, "en").answer("procedure.permit", ["fee"], When()).outcome
    if outcome != before:
        print(outcome, flush=True)
    before = outcome
    time.sleep(0.01)
"""


def test_another_process_follows_within_a_second(store: Store, database: str) -> None:
    command = [sys.executable, "-c", WATCHER, database]
    environment = {**os.environ, "PYTHONPATH": "."}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watcher:
        try:
            assert watcher.stdout
            assert watcher.stdout.readline() == "answered\n"
            for off, outcome in ((True, "no_answer"), (False, "answered")):
                turn(store, PERMIT.id, off)
                started = time.monotonic()
                assert watcher.stdout.readline() == f"{outcome}\n"
                assert time.monotonic() - started < 1
        finally:
            watcher.kill()

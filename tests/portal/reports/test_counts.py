"""The figures and the turn log: nothing is lost, nothing counted twice, whatever was erased meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from benchmarks.postgresql import Postgresql
from knowledge.answer import Outcome
from knowledge.dates import HANOI
from knowledge.loading import load
from knowledge.store import Store
from portal.privacy.retention import erase_older
from portal.reports.counts import LANGUAGES, PENDING
from portal.reports.report import RESULTS
from portal.reports.tables import turn_counts
from portal.staff.calls import TOPICS
from portal.staff.permissions import Role
from portal.staff.tables import staff_calls
from portal.tables import feedback, sessions, turns
from tests.portal.conftest import PERMIT
from tests.portal.reports.conftest import NOON, Log, later
from tests.portal.staff.conftest import MakeDesk, make_desk
from tests.portal.stubs import Portal, StubRasa, answer
from tests.samples import make_content

__all__ = ["make_desk"]
BREAKDOWNS = ("days", "hours", "languages", "topics", "outcomes", "results")
WITH_CALLS = ("days", "hours", "languages", "topics")


def sums(report: dict[str, Any], measure: str, parts: tuple[str, ...] = BREAKDOWNS) -> set[int]:
    return {sum(line[measure] for line in report[part]) for part in parts}


def test_every_outcome_has_one_result() -> None:
    listed = [outcome for outcomes in RESULTS.values() for outcome in outcomes]
    assert sorted(listed) == sorted([*Outcome, PENDING])


def test_turns_are_counted_by_day_hour_language_topic_and_outcome(log: Log) -> None:
    one, two = log.session(), log.session("en")
    log.turn(one, entry="procedure.permit", vote="up")
    log.turn(one, "no_answer", at=later(hours=1), vote="down")
    log.turn(two, "dossier", at=later(days=1), lang="en")
    log.turn(two, None, at=later(days=1))
    days, hours = log.shown("days", "day"), log.shown("hours", "hour")
    assert {day: line["turns"] for day, line in days.items() if line["turns"]} == {
        "2026-11-10": 2,
        "2026-11-11": 2,
    }
    assert len(days) == 30
    assert {hour: line["turns"] for hour, line in hours.items() if line["turns"]} == {12: 3, 13: 1}
    languages = log.shown("languages", "lang")
    assert {lang: line["turns"] for lang, line in languages.items()} == {"vi": 2, "en": 2, "unknown": 0}
    topics = {topic: line["turns"] for topic, line in log.shown("topics", "topic").items() if line["turns"]}
    assert topics == {"procedure": 1, "dossier": 1, "other": 2}
    outcomes = {key: line["turns"] for key, line in log.shown("outcomes", "outcome").items() if line["turns"]}
    assert outcomes == {"answered": 1, "no_answer": 1, "dossier": 1, "pending": 1}
    totals = log.report()["totals"]
    assert totals == {"conversations": 2, "turns": 4, "up": 1, "down": 1, "calls": 0, "calls_solved": 0}


@pytest.mark.parametrize(
    ("moment", "day", "hour"),
    [
        (datetime(2026, 11, 10, 0, 0, tzinfo=HANOI), "2026-11-10", 0),
        (datetime(2026, 11, 10, 6, 59, 59, 999999, tzinfo=HANOI), "2026-11-10", 6),
        (datetime(2026, 11, 10, 23, 59, 59, 999999, tzinfo=HANOI), "2026-11-10", 23),
        (datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=HANOI), "2026-11-30", 23),
        (datetime(2026, 11, 1, 0, 0, tzinfo=HANOI), "2026-11-01", 0),
    ],
)
def test_days_and_hours_are_those_of_viet_nam(log: Log, moment: datetime, day: str, hour: int) -> None:
    log.turn(log.session(), at=moment)
    assert [line["day"] for line in log.report()["days"] if line["turns"]] == [day]
    assert [line["hour"] for line in log.report()["hours"] if line["turns"]] == [hour]


@pytest.mark.parametrize(
    "moment", [datetime(2026, 10, 31, 23, 59, 59, tzinfo=HANOI), datetime(2026, 12, 1, tzinfo=HANOI)]
)
def test_what_lies_outside_the_days_is_not_counted(log: Log, moment: datetime) -> None:
    session = log.session()
    log.turn(session, at=moment)
    log.erasures.erase(session)
    log.turn(log.session(), at=moment)
    assert sums(log.report(), "turns") == {0}


def test_a_conversation_counts_where_it_began(log: Log) -> None:
    session = log.session()
    log.turn(session, at=later(days=-20))
    log.turn(session)
    assert log.report()["totals"]["conversations"] == 0
    assert log.report()["totals"]["turns"] == 1


def test_calls_stand_beside_chats(log: Log) -> None:
    log.turn(log.session(), entry="zone.trang-due")
    log.call("zone", "en")
    log.call("zone", solved=False)
    log.call("other", at=later(days=-20))
    line = log.shown("topics", "topic")["zone"]
    assert (line["turns"], line["calls"], line["calls_solved"]) == (1, 2, 1)
    assert sums(log.report(), "calls", WITH_CALLS) == {2}


def test_erasing_a_session_changes_no_figure_about_turns(log: Log) -> None:
    for number in range(3):
        session = log.session()
        log.turn(session, entry="procedure.permit", vote="up")
        log.turn(session, "clarify", at=later(hours=number), vote="down")
        log.turn(session, None)
    before = log.report()
    with log.engine.connect() as connection:
        ids = list(connection.execute(select(sessions.c.id)).scalars())
    for session in (*ids, ids[0]):  # once more: nothing is left to be counted
        log.erasures.erase(session)
    after = log.report()
    assert {part: after[part] for part in ("totals", *BREAKDOWNS)} == {
        part: before[part] for part in ("totals", *BREAKDOWNS)
    }
    with log.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(turns)).scalar() == 0
        kept = str(connection.execute(turn_counts.select()).all())
    assert [word for word in ("session-", "turn-", "phí") if word in kept] == []


def test_retention_keeps_the_counts_as_well(log: Log) -> None:
    session = log.session()
    log.turn(session)
    with log.engine.begin() as connection:
        connection.execute(sessions.update().values(created_at=NOON - timedelta(days=1)))
    assert erase_older(log.erasures, -3650) == 1
    assert sums(log.report(), "turns") == {1}


def test_a_session_erased_while_the_report_is_made_is_counted_once(
    make_log: Callable[[str], Log], postgresql_server: Postgresql
) -> None:
    """SQLite's readers see one moment anyway; on PostgreSQL it takes another level of isolation."""
    log = make_log(postgresql_server.new_database())
    session = log.session()
    log.turn(session)
    erased = []

    def erase(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM turn_counts" in statement and not erased:
            erased.append(session)
            log.erasures.erase(session)

    event.listen(log.engine, "before_cursor_execute", erase)
    assert sums(log.report(), "turns") == {1}
    assert erased == [session]
    assert sums(log.report(), "turns") == {1}


_MOMENTS = st.datetimes(datetime(2026, 10, 30), datetime(2026, 12, 2), timezones=st.just(HANOI))
_TURNS = st.tuples(
    st.integers(0, 4),
    st.sampled_from([*(outcome.value for outcome in Outcome), None]),
    _MOMENTS,
    st.sampled_from(["vi", "en"]),
    st.sampled_from([None, "procedure.permit", "zone.trang-due", "unheard.of"]),
    st.sampled_from([None, "up", "down"]),
)
_CALLS = st.tuples(st.sampled_from(TOPICS), st.sampled_from(["vi", "en"]), st.booleans(), _MOMENTS)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(_TURNS, max_size=25),
    called=st.lists(_CALLS, max_size=8),
    erased=st.sets(st.integers(0, 4)),
    data=st.data(),
)
def test_each_breakdown_adds_up_to_the_log(
    log: Log, said: list[Any], called: list[Any], erased: set[int], data: st.DataObject
) -> None:
    """Against a count in Python of what was put in, sessions erased or not."""
    _empty(log)
    names = [log.session(data.draw(st.sampled_from(["vi", "en", None]))) for _ in range(5)]
    for number, outcome, moment, lang, entry, vote in said:
        log.turn(names[number], outcome, moment, vote if outcome else None, lang=lang, entry=entry)
    for topic, lang, solved, moment in called:
        log.call(topic, lang, solved, moment)
    for number in erased:
        log.erasures.erase(names[number])
    report = log.report()
    inside = [turn for turn in said if turn[2].month == 11]
    assert sums(report, "turns") == {len(inside)} == {report["totals"]["turns"]}
    for vote in ("up", "down"):
        assert sums(report, vote) == {sum(turn[5] == vote and turn[1] is not None for turn in inside)}
    assert sums(report, "conversations", WITH_CALLS) == {_begun(said)} == {report["totals"]["conversations"]}
    assert sums(report, "calls", WITH_CALLS) == {sum(call[3].month == 11 for call in called)}
    counted = {line["outcome"]: line["turns"] for line in report["outcomes"] if line["turns"]}
    assert counted == Counter(turn[1] or PENDING for turn in inside)
    days = {line["day"]: line["turns"] for line in report["days"] if line["turns"]}
    assert days == Counter(turn[2].date().isoformat() for turn in inside)
    for line in report["topics"]:
        assert line["turns"] == sum(line[result] for result in RESULTS)
    assert {line["lang"] for line in report["languages"]} == set(LANGUAGES)


def _empty(log: Log) -> None:
    """Hypothesis tries many logs in one database."""
    with log.engine.begin() as connection:
        for table in (feedback, turns, sessions, turn_counts, staff_calls):
            connection.execute(table.delete())


def _begun(said: list[Any]) -> int:
    first: dict[int, datetime] = {}
    for number, _, moment, *_ in said:
        first.setdefault(number, moment)
    return sum(moment.month == 11 for moment in first.values())


async def test_the_report_agrees_with_the_log_of_a_real_portal(
    make_desk: MakeDesk, rasa_url: str, rasa: StubRasa, database: str
) -> None:
    store = Store(database)
    load(store, make_content(PERMIT))
    store.close()
    desk = await make_desk(rasa_url=rasa_url, database_url=database)
    editor = await desk.browser(Role.EDITOR)
    visitor = Portal((await desk.new_browser()).client)
    first, second = await visitor.session(), await visitor.session(lang="en")
    turn = await visitor.ask(first, "lệ phí")
    rated = {"turn": turn["id"], "value": "down", "reason": "sai"}
    assert (await visitor.call("POST", "/v1/feedback", first, json=rated)).status == 204
    rasa.reply = answer(outcome="no_answer", entries=[], citations=[], lang="en")
    await visitor.ask(second, "visa")
    await visitor.ask(second, "Visa?")
    await visitor.call("DELETE", "/v1/session", first)
    report = (await editor.call("GET", "/reports")).json
    assert sums(report, "turns") == {3}
    assert report["totals"]["conversations"] == 2
    assert [(line["question"], line["turns"]) for line in report["questions"]] == [("Visa?", 2)]
    topics = {line["topic"]: line["down"] for line in report["topics"] if line["down"]}
    assert topics == {"procedure": 1}

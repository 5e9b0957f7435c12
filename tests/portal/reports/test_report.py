"""What is no count of turns: times, requests for an officer, tickets, dossiers, words of visitors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.handoff.tables import handoffs, tickets
from portal.problems import Problem
from portal.reports.span import Span, read_span
from portal.reports.times import percentile
from portal.tables import events
from tests.dossiers.conftest import event
from tests.portal.reports.conftest import NOON, Log, later

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.95, 7),
        ([1, 2, 3, 4], 0.5, 2),
        ([1, 2, 3, 4, 5], 0.5, 3),
        (range(1, 101), 0.95, 95),
    ],
)
def test_percentiles_are_values_that_occurred(values: Any, share: float, expected: float | None) -> None:
    assert percentile([(value, 1) for value in values], share) == expected


def test_a_value_counts_as_often_as_it_occurs() -> None:
    assert percentile([(10, 95), (900, 5)], 0.95) == 10
    assert percentile([(10, 94), (900, 6)], 0.95) == 900


def test_times_are_those_of_the_assistants_answers(log: Log) -> None:
    session = log.session()
    for took in (10, 20, 30, 4000):
        log.turn(session, took_ms=took)
    log.turn(session, "handed_off", took_ms=0)
    log.turn(session, None)
    assert log.report()["times"] == {"answers": 4, "p50_ms": 20, "p95_ms": 4000}
    assert log.report(Span(date(2026, 9, 1), date(2026, 9, 2)))["times"] == {
        "answers": 0,
        "p50_ms": None,
        "p95_ms": None,
    }


def request(log: Log, state: str, asked: datetime = NOON, **more: Any) -> str:
    """A request for an officer; return its session."""
    session = log.session()
    row = {"id": f"h-{session}", "session": session, "state": state, "lang": "vi", "told": False}
    with log.engine.begin() as connection:
        connection.execute(handoffs.insert(), {**row, "requested_at": asked, **more})
    return session


def say(log: Log, session: str, number: int, at: datetime, kind: str = "agent") -> None:
    row = {"session": session, "id": number, "kind": kind, "data": {}, "created_at": at}
    with log.engine.begin() as connection:
        connection.execute(events.insert(), row)


def test_the_wait_for_an_officer_ends_with_their_first_word(log: Log) -> None:
    quick = request(log, "closed", closed_at=later(minutes=30), solved=True)
    say(log, quick, 1, later(seconds=1), "state")
    say(log, quick, 2, later(seconds=40))
    say(log, quick, 3, later(seconds=90))
    slow = request(log, "claimed")
    say(log, slow, 1, later(hours=-1))
    say(log, slow, 2, later(minutes=5))
    late = request(log, "unanswered", closed_at=later(minutes=10))
    say(log, late, 1, later(days=1))  # the reply to the ticket that was left instead
    request(log, "queued", later(days=-30))
    assert log.report()["desk"] == {
        "requests": 3,
        "queued": 0,
        "claimed": 1,
        "returned": 0,
        "closed": 1,
        "unanswered": 1,
        "solved": 1,
        "answered": 2,
        "first_word_p50_s": 40,
        "first_word_p95_s": 300,
    }


def ticket(log: Log, state: str, due: datetime, answered: datetime | None = None) -> None:
    session = log.session()
    row = {
        "id": f"t-{session}",
        "session": session,
        "code": session,
        "secret": "-",
        "state": state,
        "lang": "vi",
    }
    times = {"consented_at": NOON, "created_at": NOON, "due_at": due, "answered_at": answered}
    with log.engine.begin() as connection:
        connection.execute(tickets.insert(), {**row, **times})


def test_tickets_are_held_to_their_deadlines(log: Log) -> None:
    ticket(log, "answered", later(days=2), later(days=1))
    ticket(log, "closed", later(days=2), later(days=3))
    ticket(log, "open", NOW - timedelta(minutes=1))
    ticket(log, "open", NOW + timedelta(hours=2))
    ticket(log, "open", NOW + timedelta(days=3))
    assert log.report()["tickets"] == {
        "issued": 5,
        "open": 3,
        "answered": 1,
        "closed": 1,
        "in_time": 1,
        "late": 1,
        "overdue": 1,
        "due_within_a_day": 1,
        "solved": 0,
    }


def test_overdue_dossiers_are_counted_by_unit(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.reports.report.today", lambda: date(2026, 11, 10))
    due = {"received_on": "2026-10-01", "due_on": "2026-11-09"}
    log.dossiers.apply_events(
        [
            event("000.19.H24-261001-0001", unit="Phòng Đầu tư", **due),
            event("000.19.H24-261001-0002", unit="Phòng Đầu tư", **{**due, "due_on": "2026-11-10"}),
            event("000.19.H24-261001-0003", unit="Phòng Đầu tư", state="Đã trả kết quả", **due),
            event("000.19.H24-261001-0004", unit="Phòng Lao động", received_on="2026-11-01"),
            event("000.19.H24-261001-0005", **due),
        ],
        "test",
    )
    assert log.report()["units"] == [
        {"unit": "Phòng Đầu tư", "open": 2, "overdue": 1, "undated": 0},
        {"unit": None, "open": 1, "overdue": 1, "undated": 0},
        {"unit": "Phòng Lao động", "open": 1, "overdue": 0, "undated": 1},
    ]


def test_questions_that_differ_in_spelling_only_are_one(log: Log) -> None:
    session = log.session()
    for question in ("Thuê đất bao nhiêu?", "thue dat bao nhieu", "Thuê đất bao nhiêu?"):
        log.turn(session, "no_answer", question=question)
    log.turn(session, "clarify", question="thuê đất, bao nhiêu")
    log.turn(session, "out_of_scope", question="thời tiết")
    log.turn(session, question="lệ phí")
    assert log.report()["questions"] == [
        {"question": "Thuê đất bao nhiêu?", "turns": 4, "no_answer": 3, "clarify": 1, "out_of_scope": 0},
        {"question": "thời tiết", "turns": 1, "no_answer": 0, "clarify": 0, "out_of_scope": 1},
    ]


def test_reasons_of_votes_are_listed(log: Log) -> None:
    session = log.session()
    for _ in range(2):
        log.turn(session, vote="down", reason="cũ rồi")
    log.turn(session, vote="up", reason="rõ ràng")
    log.turn(session, vote="up")
    assert log.report()["reasons"] == [
        {"vote": "down", "reason": "cũ rồi", "votes": 2},
        {"vote": "up", "reason": "rõ ràng", "votes": 1},
    ]
    assert (log.report(with_words=False)["reasons"], log.report(with_words=False)["questions"]) == (
        None,
        None,
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-02", "2026-11-01"),
        ("2025-11-01", "2026-11-02"),
        ("1/11/2026", None),
        (None, "2026-02-30"),
        ("", "x"),
    ],
)
def test_impossible_days_are_refused(first: str | None, last: str | None) -> None:
    with pytest.raises(Problem) as refused:
        read_span(first, last)
    assert (refused.value.status, refused.value.key) == (400, "invalid")


def test_a_span_covers_its_days_in_viet_nam() -> None:
    span = read_span("2026-11-01", "2026-11-30")
    assert span.start == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert span.end == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert len(list(span.days())) == 30
    assert len(list(read_span(None, None).days())) == 30

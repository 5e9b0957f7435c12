from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dossiers.deadlines import OnSupplement, TimeLimit, Unit
from dossiers.limits import CLOCKS, Clock, load_clocks, time_limit
from knowledge.content import Content
from knowledge.database import writing
from knowledge.store import Store
from knowledge.switches import switch
from tests.conftest import TODAY, MakeStore
from tests.samples import both, make_entry, rule

PERMIT = "procedure.permit"
DOUBT = {**both("chưa rõ"), "confirm_at": "heza"}
FILED = date(2026, 5, 4)


def read(
    *rules: dict[str, Any], clock: Clock | None = None, received: date = FILED, **fields: Any
) -> TimeLimit | None:
    entry = make_entry(PERMIT, "Giấy phép", facets={"time_limit": list(rules)}, **fields)
    return time_limit({PERMIT: entry}, {PERMIT: clock or Clock()}, PERMIT, received, TODAY)


def ten_days(**fields: Any) -> dict[str, Any]:
    return rule("10 ngày làm việc", **{"figures": ["10 working_day"], **fields})


def test_a_single_figure_is_the_limit() -> None:
    assert read(ten_days()) == TimeLimit(10)
    assert read(rule("15 ngày", figures=["15 day"])) == TimeLimit(15, Unit.DAY)


def test_the_clock_of_the_procedure_comes_with_it() -> None:
    limit = read(ten_days(), clock=Clock(on_supplement=OnSupplement.RESTART))
    assert limit == TimeLimit(10, on_supplement=OnSupplement.RESTART)


def test_the_law_is_that_of_the_day_of_filing() -> None:
    rules = (
        ten_days(effective_from="2026-03-31"),
        rule("15 ngày", figures=["15 day"], effective_from="2021-01-01", effective_to="2026-03-30"),
    )
    assert read(*rules, received=date(2026, 3, 30)) == TimeLimit(15, Unit.DAY)
    assert read(*rules, received=date(2026, 3, 31)) == TimeLimit(10)
    assert read(*rules, received=date(2020, 12, 31)) is None


def test_a_rule_that_has_ended_gives_no_limit() -> None:
    assert read(ten_days(effective_to="2026-05-03")) is None
    assert read(ten_days(effective_to="2026-05-04")) == TimeLimit(10)


@pytest.mark.parametrize(
    "doubtful",
    [
        ten_days(unconfirmed=DOUBT),
        ten_days(disagreement=DOUBT),
        ten_days(confidence="low"),
        ten_days(scope=both("dự án nhóm A")),
        ten_days(licensed={"from": "2020-01-01"}),
        ten_days(figures=["10 working_day", "3 working_day"]),
        ten_days(figures=["6 working_hour"]),
        ten_days(figures=["1.5 day"]),
        ten_days(figures=["0 day"]),
        ten_days(figures=["5000 day"]),
        ten_days(figures=[]),
    ],
    ids=lambda doubtful: str({k: v for k, v in doubtful.items() if k != "text"}),
)
def test_whatever_is_in_doubt_gives_no_limit(doubtful: dict[str, Any]) -> None:
    assert read(doubtful) is None


def test_two_rules_for_one_day_give_no_limit() -> None:
    assert read(ten_days(), rule("15 ngày", figures=["15 day"])) is None


def test_an_entry_of_low_confidence_gives_no_limit() -> None:
    assert read(ten_days(), confidence="low") is None


def test_one_of_several_figures_can_be_named() -> None:
    several = ten_days(figures=["10 working_day", "3 working_day"])
    assert read(several, clock=Clock.model_validate({"figure": "3 working_day"})) == TimeLimit(3)
    assert read(several, clock=Clock.model_validate({"figure": "8 working_day"})) is None, (
        "the law has changed"
    )


def test_a_procedure_that_is_not_listed_or_not_known_gives_no_limit() -> None:
    entry = make_entry(PERMIT, "Giấy phép", facets={"time_limit": [ten_days()]})
    assert time_limit({PERMIT: entry}, {}, PERMIT, FILED, TODAY) is None
    assert time_limit({}, {PERMIT: Clock()}, PERMIT, FILED, TODAY) is None
    silent = make_entry(PERMIT, "Giấy phép", facets={"fee": [rule("không thu phí")]})
    assert time_limit({PERMIT: silent}, {PERMIT: Clock()}, PERMIT, FILED, TODAY) is None


def test_each_listed_procedure_is_known_and_has_a_limit_on_some_day(shipped_store: Store) -> None:
    days = [date(2025, 3, 3), date(2025, 10, 1), date(2026, 3, 9), TODAY]
    for procedure in load_clocks():
        limits = [time_limit(shipped_store.entries, load_clocks(), procedure, day, TODAY) for day in days]
        assert any(limits), procedure


@pytest.mark.parametrize(
    ("procedure", "received", "limit"),
    [
        ("procedure.irc-issue", date(2026, 2, 27), TimeLimit(15, Unit.DAY)),
        ("procedure.irc-issue", date(2026, 3, 9), None),
        ("procedure.irc-issue", date(2026, 5, 4), None),
        ("procedure.work-permit", date(2025, 8, 6), None),
        ("procedure.work-permit", date(2026, 5, 4), TimeLimit(10, on_supplement=OnSupplement.RESTART)),
        ("procedure.construction-permit", date(2026, 6, 30), TimeLimit(20, Unit.DAY)),
        ("procedure.construction-permit", date(2026, 7, 1), None),
        ("procedure.collective-agreement", date(2026, 5, 4), None),
    ],
)
def test_limits_of_the_content_that_ships(
    shipped_store: Store, procedure: str, received: date, limit: TimeLimit | None
) -> None:
    assert time_limit(shipped_store.entries, load_clocks(), procedure, received, TODAY) == limit


def test_a_restart_is_claimed_only_where_the_text_says_so(shipped: Content) -> None:
    for procedure, clock in load_clocks().items():
        said = [rule.text.vi for rule in shipped.entries[procedure].facets["time_limit"].rules]
        if clock.on_supplement is OnSupplement.RESTART:
            assert all("đủ hồ sơ" in text for text in said), procedure


def test_a_limit_under_review_is_not_used(make_store: MakeStore) -> None:
    entry = make_entry(
        PERMIT, "Giấy phép", facets={"time_limit": [ten_days()], "fee": [rule("không thu phí")]}
    )
    store = make_store(entry)
    clocks = {PERMIT: Clock()}
    assert time_limit(store.entries, clocks, PERMIT, FILED, TODAY) == TimeLimit(10)
    with writing(store.engine) as connection:
        switch(connection, f"{PERMIT}#time_limit", True, "Lan", "new decree")
    store.forget_cache()
    assert time_limit(store.entries, clocks, PERMIT, FILED, TODAY) is None


def test_clocks_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / CLOCKS.name
    path.write_text("procedure.permit: {on_supplement: sometimes}\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="on_supplement"):
        load_clocks(path)

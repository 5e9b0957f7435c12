"""Withdrawing a version: the knowledge changes, open sessions are told once, whatever dies midway."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from portal.recall import telling
from portal.recall.orders import Orders
from portal.recall.tables import recall_sessions, recalls
from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from portal.tables import sessions, turns
from tests.portal.recall.conftest import ENTRY, RIGHT, TEXT, WRONG, House, MakeHouse


def limit(house: House) -> str:
    """What the entry says now."""
    house.store.forget_cache()
    return house.store.entries[ENTRY].facets["time_limit"].rules[-1].text.vi


async def test_the_earlier_version_holds_and_open_sessions_are_corrected(house: House) -> None:
    vi, en, other = await house.shown(), await house.shown("en"), await house.shown(version=1)
    assert limit(house) == WRONG
    made = await house.withdraw()
    assert (made.status, made.json["state"], made.json["version_now"]) == (201, "acted", 3)
    assert limit(house) == RIGHT
    assert len(await house.go_on()) == 2
    [told] = await house.corrections(vi)
    assert told["outcome"] == "answered", "as the present version is"
    assert told["question"] == ""
    assert told["entries"] == [{"id": ENTRY, "version": 3, "facets": ["time_limit"]}]
    assert [citation["document"] for citation in told["citations"]] == ["35/2022/NĐ-CP"]
    texts = [block["text"] for block in told["blocks"] if "text" in block]
    assert texts[0].startswith("Đính chính: câu trả lời lúc ")
    assert "“bao lâu”" in texts[0]
    assert (texts[1], texts[3]) == (TEXT["vi"], RIGHT)
    [told] = await house.corrections(en)
    assert (told["lang"], told["blocks"][1]["text"]) == ("en", TEXT["en"])
    assert await house.corrections(other) == []


async def test_a_correction_names_the_turn_that_it_corrects(house: House) -> None:
    token = await house.shown()
    [first] = await house.office.events(token, "turn")
    await house.withdraw()
    await house.go_on()
    [told] = await house.corrections(token)
    assert told["corrects"] == first["id"]


async def test_it_comes_once_and_again_only_to_who_reads_again(house: House) -> None:
    token = await house.shown()
    await house.withdraw()
    await house.go_on()
    assert await house.go_on() == []
    assert len(await house.corrections(token)) == 1
    [number] = [turn["seq"] for turn in await house.corrections(token)]
    again = await house.office.visitor.call("GET", f"/v1/messages?after={number}", token)
    assert again.json["events"] == []


async def test_two_portals_tell_a_session_once(house: House) -> None:
    tokens = [await house.shown() for _ in range(5)]
    await house.withdraw()
    both = await asyncio.gather(*(house.go_on() for _ in range(2)))
    assert sum(len(told) for told in both) == 5
    assert [len(await house.corrections(token)) for token in tokens] == [1] * 5


async def test_switching_off_says_so_and_cites_nothing(house: House) -> None:
    token = await house.shown()
    made = await house.withdraw(act="switch_off", target=None)
    assert made.status == 201
    await house.go_on()
    [told] = await house.corrections(token)
    assert (told["outcome"], told["citations"], told["entries"]) == ("no_answer", [], [])
    assert told["blocks"][1]["text"] == TEXT["vi"]
    assert ENTRY in house.store.switches.off


async def test_a_portal_that_dies_before_the_knowledge_changed_leaves_it_to_another(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await house.shown()

    def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(Orders, "_change", dies)
        assert (await house.withdraw()).status == 500
    assert limit(house) == WRONG
    await house.go_on()
    assert limit(house) == RIGHT
    assert len(await house.corrections(token)) == 1


async def test_one_that_dies_after_it_changed_is_followed_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await house.shown()
    change = Orders._change

    def dies(*given: Any) -> None:
        change(*given)
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(Orders, "_change", dies)
        assert (await house.withdraw()).status == 500
    await house.go_on()
    [recall] = (await house.approver.call("GET", "/recalls")).json["recalls"]
    assert (recall["state"], recall["version_now"]) == ("acted", 3)
    assert len(await house.corrections(token)) == 1


async def test_one_that_dies_among_the_sessions_tells_nobody_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [await house.shown() for _ in range(3)]
    await house.withdraw()
    tell, count = telling.record, 0

    def dies_at_the_second(*given: Any, **more: Any) -> str:
        nonlocal count
        count += 1
        if count == 2:
            raise RuntimeError("killed")
        return tell(*given, **more)

    with monkeypatch.context() as killed:
        killed.setattr(telling, "record", dies_at_the_second)
        with pytest.raises(RuntimeError):
            await house.go_on()
    assert sum([len(await house.corrections(token)) for token in tokens]) == 1
    await house.go_on()
    assert [len(await house.corrections(token)) for token in tokens] == [1, 1, 1]


async def test_the_same_order_is_one_order(house: House) -> None:
    order = {"client_id": str(uuid4())}
    first, second = await house.withdraw(**order), await house.withdraw(**order)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert (await house.withdraw(**order, reason="khác")).status == 409
    with house.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(recalls)).scalar_one() == 1


async def test_a_session_whose_token_is_over_is_counted_but_kept_no_longer(house: House) -> None:
    await house.shown()
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with house.engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(sessions).values(created_at=long_ago))
    await house.withdraw()
    assert await house.go_on() == []
    with house.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(turns)).scalar_one() == 1
        [noted] = connection.execute(recall_sessions.select()).all()
    assert (noted.told, noted.turns) == (False, 1)


@pytest.mark.parametrize(
    ("order", "status", "problem"),
    [
        ({"target": 2}, 409, "withdrawn_version"),
        ({"versions": [1, 2], "target": 1}, 409, "withdrawn_version"),
        ({"act": "keep", "target": None}, 409, "withdrawn_version"),
        ({"target": 7}, 409, "withdrawn_version"),
        ({"versions": [7]}, 404, "unknown_entry"),
        ({"entry": "procedure.none"}, 404, "unknown_entry"),
        ({"target": None}, 400, "invalid"),
        ({"text": {"vi": "từ " * 81, "en": "x"}}, 400, "invalid"),
        ({"text": {"vi": "Gọi 0912345678.", "en": "x"}}, 400, "personal_data"),
        ({"reason": "của lan@example.com"}, 400, "personal_data"),
    ],
)
async def test_an_unsound_order_changes_nothing(
    house: House, order: dict[str, Any], status: int, problem: str
) -> None:
    made = await house.withdraw(**order)
    assert (made.status, made.json["type"]) == (status, f"urn:heza:problem:{problem}")
    assert limit(house) == WRONG
    with house.engine.connect() as connection:
        assert connection.execute(recalls.select()).all() == []


async def test_what_cannot_be_brought_back_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.editing import UnknownVersion
    from portal.recall import orders

    def refuses(*_: Any) -> int:
        raise UnknownVersion("it names an entry that is gone")

    monkeypatch.setattr(orders, "rollback", refuses)
    made = await house.withdraw()
    assert (made.status, made.json["type"]) == (409, "urn:heza:problem:cannot_withdraw")
    [recall] = (await house.approver.call("GET", "/recalls")).json["recalls"]
    assert (recall["state"], recall["failure"]) == ("failed", "it names an entry that is gone")


async def test_only_approvers_withdraw(house: House) -> None:
    for role in (Role.EDITOR, Role.OFFICER, Role.ADMINISTRATOR):
        browser = await house.office.desk.browser(role, name=f"a-{role}")
        made = await browser.call("POST", "/recalls", json={})
        assert made.status == 403


async def test_it_stands_in_the_audit_log(house: House) -> None:
    await house.withdraw()
    with house.engine.connect() as connection:
        logged = connection.execute(select(staff_audit.c.who, staff_audit.c.act, staff_audit.c.target)).all()
    withdrawn = [tuple(row) for row in logged if row.act.startswith("entry.withdraw")]
    assert withdrawn == [
        ("approver", "entry.withdraw", ENTRY),
        ("approver", "entry.withdraw.acted", ENTRY),
    ]


async def test_after_the_watch_it_is_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = (await house.withdraw()).json
    await house.go_on()
    assert (await house.approver.call("GET", f"/recalls/{made['id']}")).json["state"] == "acted"
    late = await house.shown()
    await house.go_on()
    assert len(await house.corrections(late)) == 1, "a turn that was under way"
    monkeypatch.setattr(telling, "WATCH", timedelta())
    await house.go_on()
    assert (await house.approver.call("GET", f"/recalls/{made['id']}")).json["state"] == "done"


async def test_the_portal_tells_by_itself(make_house: MakeHouse) -> None:
    house = await make_house(by_itself=True)
    token = await house.shown()
    await house.withdraw()
    async with asyncio.timeout(20):
        while not await house.corrections(token):  # noqa: ASYNC110 - another process would not tell either
            await asyncio.sleep(0.05)

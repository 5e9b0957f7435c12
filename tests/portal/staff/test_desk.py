"""The hotline desk over HTTP: search, answer cards, the read-only copy, the log of calls."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from knowledge.database import connect, writing
from knowledge.loading import load
from knowledge.store import LOOK_EVERY, Store
from knowledge.switches import switch
from portal.staff.permissions import Role
from portal.staff.tables import staff_calls
from tests.portal.conftest import PERMIT, TRANG_DUE
from tests.portal.staff.conftest import Desk, MakeDesk
from tests.samples import make_content


async def test_what_is_typed_finds_entries_once_with_their_facets(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("GET", "/search", params={"q": "giay phep l", "lang": "en"})
    assert said.status == 200
    first = said.json["results"][0]
    assert (first["entry"], first["version"], first["name"]) == ("procedure.permit", 1, "Work permit")
    assert (first["facet"], first["label"], first["text"]) == ("time_limit", "Time limit", "Within 10 days.")
    assert len({result["entry"] for result in said.json["results"]}) == len(said.json["results"])


@pytest.mark.parametrize("params", [{"q": " "}, {"q": "a", "limit": "0"}, {"q": "a", "lang": "fr"}])
async def test_a_search_for_nothing_is_refused(desk: Desk, params: dict[str, str]) -> None:
    officer = await desk.browser(Role.OFFICER)
    assert (await officer.call("GET", "/search", params=params)).status == 400


async def test_a_card_is_read_aloud_shows_everything_and_says_where_it_stands(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    card = (await officer.call("GET", "/card/procedure.permit")).json
    assert card["aloud"]["text"].startswith("Trong mười ngày.")
    assert "ngày mùng một tháng mười năm hai nghìn không trăm hai mươi lăm" in card["aloud"]["text"]
    assert [facet["facet"] for facet in card["facets"]] == ["time_limit"]
    assert card["facets"][0]["blocks"][0]["text"] == "Trong 10 ngày."
    assert card["sources"][0]["document"] == "35/2022/NĐ-CP"
    assert "35/2022/NĐ-CP" in card["sources"][0]["line"]
    assert (card["collected_on"], card["verified_on"], card["version"]) == ("2026-01-10", None, 1)
    english = (await officer.call("GET", "/card/procedure.permit?lang=en")).json
    assert english["aloud"]["text"].startswith("Within ten days.")


async def test_a_card_of_a_former_day_says_so_aloud(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    card = (await officer.call("GET", "/card/procedure.permit?as_of=2025-05-01&lang=en")).json
    assert card["aloud"]["text"].startswith("Within fifteen days.")
    assert "September twenty twenty-five" in card["aloud"]["text"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/card/procedure.unknown", 404),
        ("/card/procedure.permit?facet=fee", 404),
        ("/card/procedure.permit?as_of=2025-13-01", 400),
        ("/card/procedure.permit?licensed_on=soon", 400),
    ],
)
async def test_a_card_that_cannot_be_is_refused(desk: Desk, path: str, status: int) -> None:
    officer = await desk.browser(Role.OFFICER)
    assert (await officer.call("GET", path)).status == status


async def test_what_is_switched_off_is_neither_read_aloud_nor_copied(
    make_desk: MakeDesk, database: str
) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    with writing(store.engine) as connection:
        switch(connection, "procedure", True, "Lan", "new decree")
    store.close()
    desk = await make_desk(database_url=database)
    officer = await desk.browser(Role.OFFICER)
    card = await officer.call("GET", "/card/procedure.permit?lang=en")
    assert card.json["outcome"] == "no_answer"
    for said in (
        card,
        await officer.call("GET", "/search?q=work&lang=en"),
        await officer.call("GET", "/copy"),
    ):
        assert "days" not in json.dumps(said.json)


async def test_the_copy_holds_both_languages_and_is_sent_once(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("GET", "/copy")
    assert said.headers["Content-Encoding"] == "gzip"
    found: dict[str, Any] = {entry["entry"]: entry for entry in said.json["entries"]}
    permit = found["procedure.permit"]
    assert permit["en"]["facets"][0]["aloud"].startswith("Within ten days.")
    assert permit["vi"]["name"] == "Cấp giấy phép lao động"
    assert "35/2022/NĐ-CP" in permit["vi"]["sources"][0]
    officer.headers["If-None-Match"] = said.headers["ETag"]
    assert (await officer.call("GET", "/copy")).status == 304


async def test_the_copy_follows_the_content(make_desk: MakeDesk, database: str) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    desk = await make_desk(database_url=database)
    officer = await desk.browser(Role.OFFICER)
    before = (await officer.call("GET", "/copy")).headers["ETag"]
    engine = connect(database)
    with writing(engine) as connection:
        switch(connection, "zone", True, "Lan", "check")
    engine.dispose()
    await asyncio.sleep(2 * LOOK_EVERY)
    assert (await officer.call("GET", "/copy")).headers["ETag"] != before
    store.close()


async def test_a_call_is_logged_without_anything_about_the_caller(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    given = {"lang": "vi", "entry": "procedure.permit", "version": 1, "solved": True}
    assert (await officer.call("POST", "/calls", json=given)).status == 201
    assert (
        await officer.call("POST", "/calls", json={"topic": "other", "lang": "en", "solved": False})
    ).status == 201
    with desk.staff.reading() as connection:
        rows = connection.execute(staff_calls.select().order_by(staff_calls.c.id)).all()
    assert [(r.topic, r.lang, r.entry, r.version, r.solved) for r in rows] == [
        ("procedure", "vi", "procedure.permit", 1, True),
        ("other", "en", None, None, False),
    ]


async def test_a_call_that_is_sent_again_is_logged_once(desk: Desk) -> None:
    officer, colleague = await desk.browser(Role.OFFICER), await desk.browser(Role.OFFICER, name="mai")
    given = {"topic": "other", "lang": "vi", "solved": True, "client_id": str(uuid4())}
    first = await officer.call("POST", "/calls", json={**given, "seconds_ago": 7_200})
    again = await officer.call("POST", "/calls", json={**given, "seconds_ago": 7_260})
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    another = await officer.call("POST", "/calls", json={**given, "solved": False})
    assert (another.status, another.json["type"]) == (409, "urn:heza:problem:conflict")
    assert (await colleague.call("POST", "/calls", json=given)).json != first.json
    with desk.staff.reading() as connection:
        mine, other = connection.execute(staff_calls.select().order_by(staff_calls.c.at)).all()
    assert timedelta(hours=2) <= datetime.now(UTC) - mine.at < timedelta(hours=2, minutes=5)
    assert other.account != mine.account


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"lang": "vi", "topic": "other", "solved": True, "client_id": "7"}, 400),
        ({"lang": "vi", "topic": "other", "solved": True, "seconds_ago": -1}, 400),
        ({"lang": "vi", "topic": "other", "solved": True, "seconds_ago": 40 * 86_400}, 400),
        ({"lang": "vi", "solved": True}, 400),
        ({"lang": "vi", "entry": "procedure.permit", "solved": True}, 400),
        ({"lang": "vi", "entry": "procedure.permit", "version": 9, "solved": True}, 404),
        ({"lang": "vi", "entry": "procedure.unknown", "version": 1, "solved": True}, 404),
        ({"lang": "vi", "topic": "Ông A, 0900000000", "solved": True}, 400),
        ({"lang": "vi", "topic": "other", "solved": True, "note": "Ông A"}, 400),
    ],
)
async def test_a_call_that_cannot_be_is_refused(desk: Desk, given: dict[str, Any], status: int) -> None:
    officer = await desk.browser(Role.OFFICER)
    assert (await officer.call("POST", "/calls", json=given)).status == status

"""The feed of the one-stop system over HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from dossiers.feed_keys import FEED_KEYS, FeedKeys
from knowledge.loading import load
from knowledge.store import Store
from portal.api import feed as feed_calls
from tests.portal.conftest import PERMIT, TRANG_DUE, MakePortal
from tests.portal.identity.conftest import CODE, NOBODYS, OTHER, look_up, raw
from tests.portal.stubs import Portal, Reply
from tests.samples import make_content


async def put(portal: Portal, key: str | None, code: str = CODE, **fields: Any) -> Reply:
    event = {k: v for k, v in raw(code, **fields).items() if k != "code"}
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    async with portal.client.put(f"/v1/dossiers/{code}", headers=headers, json=event) as response:
        return Reply(response.status, response.headers, await response.text())


async def batch(portal: Portal, key: str | None, *events: dict[str, Any]) -> Reply:
    return await portal.call("POST", "/v1/dossiers/batch", key, json={"events": list(events)})


async def test_a_dossier_is_put_and_looked_up(make_portal: MakePortal, feed_key: str, database: str) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    store.close()
    portal = await make_portal(database_url=database)
    assert (await put(portal, feed_key)).json == {"result": "created"}
    assert (await put(portal, feed_key)).json == {"result": "unchanged"}
    assert (await put(portal, feed_key, version=2, step=3)).json == {"result": "updated"}
    assert (await put(portal, feed_key)).json == {"result": "superseded"}
    conflict = await put(portal, feed_key, version=2, step=4)
    assert (conflict.status, conflict.json["type"]) == (409, "urn:heza:problem:event_conflict")
    assert (await look_up(portal, await portal.session())).json["dossier"]["step"] == 3


async def test_a_batch_is_taken_in_as_a_whole(portal: Portal, feed_key: str) -> None:
    reply = await batch(portal, feed_key, raw(), raw(OTHER), raw())
    assert reply.json == {
        "results": ["created", "created", "unchanged"],
        "counts": {"created": 2, "unchanged": 1},
    }


async def test_one_bad_event_and_nothing_is_applied(portal: Portal, feed_key: str) -> None:
    reply = await batch(
        portal,
        feed_key,
        raw(),
        raw("no code"),
        raw(OTHER, phone="77", colour="red"),
        raw(NOBODYS, due_on="2020-01-01"),
    )
    assert (reply.status, reply.json["type"]) == (422, "urn:heza:problem:bad_events")
    reasons = {event["index"]: event["reasons"] for event in reply.json["events"]}
    assert reasons.keys() == {1, 2, 3}
    assert reasons[1] == ["code: no dossier code (agency)"]
    assert sorted(reason.split(":")[0] for reason in reasons[2]) == ["colour", "phone"]
    assert reasons[3] == ["due_on: before received_on"]
    assert "77" not in reply.text.replace("7799", "")
    assert (await look_up(portal, await portal.session())).json["outcome"] == "dossier_denied"


@pytest.mark.parametrize("key", [None, "hzf_1_wrong", "é"])
async def test_the_feed_needs_a_key(portal: Portal, feed_key: str, key: str | None) -> None:
    for reply in (await batch(portal, key, raw()), await put(portal, key)):
        assert (reply.status, reply.json["type"]) == (401, "urn:heza:problem:feed_key")


async def test_a_session_is_no_key_and_a_revoked_key_is_none(
    portal: Portal, feed_key: str, tmp_path: Path
) -> None:
    assert (await batch(portal, await portal.session(), raw())).status == 401
    assert (await portal.call("POST", "/v1/messages", feed_key, json={"text": "x"})).status == 401
    keys = FeedKeys(tmp_path / FEED_KEYS)
    keys.revoke(keys.all()[0].id)
    assert (await batch(portal, feed_key, raw())).status == 401


async def test_a_batch_may_be_larger_than_a_message_but_not_endless(
    portal: Portal, feed_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [raw(f"000.19.H24-241105-{n:04}", result="x" * 400) for n in range(1, 101)]
    assert len(json.dumps(many)) > 50_000
    assert (await batch(portal, feed_key, *many)).json["counts"] == {"created": 100}
    monkeypatch.setattr(feed_calls, "MAX_BATCH_BYTES", 50_000)
    assert (await batch(portal, feed_key, *many)).status == 413
    assert (await put(portal, feed_key, result="x" * 20_000)).status == 413


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"events": []}', b'{"events": [1]}', b'{"events": {}}'])
async def test_a_batch_of_another_form(portal: Portal, feed_key: str, body: bytes) -> None:
    assert (await portal.call("POST", "/v1/dossiers/batch", feed_key, data=body)).status == 400


async def test_the_code_of_address_and_body_agree(portal: Portal, feed_key: str) -> None:
    headers = {"Authorization": f"Bearer {feed_key}"}
    for code, status in ((CODE.lower(), 200), (OTHER, 422)):
        event = raw(code)
        async with portal.client.put(f"/v1/dossiers/{CODE}", headers=headers, json=event) as response:
            assert response.status == status
    async with portal.client.put(
        f"/v1/dossiers/{CODE}", headers=headers, data=b'{"\\ud800": 1, "version": 1, "state": "x"}'
    ) as response:
        assert response.status == 422


async def test_sessions_that_verified_a_dossier_hear_that_it_changed(portal: Portal, feed_key: str) -> None:
    await batch(portal, feed_key, raw(), raw(OTHER))
    token, stranger = await portal.session(), await portal.session()
    await look_up(portal, token)
    await look_up(portal, stranger, OTHER)
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": "1"}
    async with portal.client.get("/v1/stream", headers=headers) as stream:
        await put(portal, feed_key, version=2, step=3)
        async with asyncio.timeout(10):
            lines: list[bytes] = []
            while len(lines) < 2:
                line = await stream.content.readline()
                if line.startswith((b"event", b"data")):
                    lines.append(line)
    assert lines == [b"event: state\n", b'data: {"state": "dossier_changed"}\n']
    await put(portal, feed_key, version=2, step=3)  # nothing new
    told = [
        [e["event"] for e in (await portal.call("GET", "/v1/messages", who)).json["events"]]
        for who in (token, stranger)
    ]
    assert told == [["turn", "state"], ["turn"]]


async def test_the_description_knows_the_key_of_the_feed(portal: Portal) -> None:
    description = await portal.description()
    assert description["components"]["securitySchemes"].keys() == {"session", "feed"}
    for path, method in (("/v1/dossiers/{code}", "put"), ("/v1/dossiers/batch", "post")):
        assert description["paths"][path][method]["security"] == [{"feed": []}]

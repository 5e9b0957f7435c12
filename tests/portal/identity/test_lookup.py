"""The look-up by form: who is entitled hears, nobody else learns anything."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from dossiers.guard import Limits
from dossiers.service import Dossiers
from knowledge.store import Store
from portal.identity.desk import DossierDesk, Values
from portal.identity.reading import Read
from portal.identity.state import NOTHING, Identity
from portal.stored import Question, Stored
from tests.conftest import MakeStore
from tests.portal.conftest import PERMIT
from tests.portal.identity.conftest import CODE, FACTOR, NOBODYS, OTHER, SECRET, WRONG, Feed, look_up, raw
from tests.portal.privacy.planted import leaking_files, leaks
from tests.portal.stubs import Portal, StubRasa, make_desk

VARYING = {"Date", "X-Request-ID"}


async def test_code_and_factor_open_a_dossier(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed()
    reply = await look_up(portal, await portal.session(lang="en"))
    assert (reply.status, reply.json["outcome"], reply.json["question"]) == (
        200,
        "dossier",
        "Dossier status look-up",
    )
    assert rasa.calls == []


async def test_a_secret_opens_it_as_well(portal: Portal, feed: Feed) -> None:
    feed(raw(secret=SECRET))
    assert (await look_up(portal, await portal.session(), factor=SECRET)).json["outcome"] == "dossier"


async def test_nobody_learns_why_a_look_up_failed(portal: Portal, feed: Feed) -> None:
    """Wrong factor, unknown code, malformed factor: one body, but for what names the turn, and one length."""
    feed()
    tries = [(CODE, WRONG), (NOBODYS, FACTOR), (OTHER, WRONG), (NOBODYS, "no factor")]
    replies = []
    for code, factor in tries:
        replies.append(await look_up(portal, await portal.session(lang="vi"), code, factor))
    bodies = [{k: v for k, v in r.json.items() if k not in {"id", "suggestions"}} for r in replies]
    assert bodies[0]["outcome"] == "dossier_denied"
    assert bodies[0]["took_ms"] == 0
    assert all(body == bodies[0] for body in bodies)
    assert len({len(r.text) for r in replies}) == 1
    headers = [{k: v for k, v in r.headers.items() if k not in VARYING} for r in replies]
    assert all(h == headers[0] for h in headers)
    assert {len(r.headers["X-Request-ID"]) for r in replies} == {16}


async def test_too_many_failures_lock_the_client_out(portal: Portal, feed: Feed) -> None:
    feed()
    for _ in range(5):
        assert (await look_up(portal, await portal.session(), factor=WRONG)).json[
            "outcome"
        ] == "dossier_denied"
    turn = (await look_up(portal, await portal.session(lang="vi"))).json
    assert turn["outcome"] == "locked"
    assert "tạm dừng đến" in turn["blocks"][0]["text"]
    assert "mã tham chiếu" in turn["text"]
    assert {"type": "link", "text": "Cổng Dịch vụ công quốc gia", "url": "https://dichvucong.gov.vn"} in turn[
        "blocks"
    ]
    assert [s["text"] for s in turn["suggestions"]] == ["Liên hệ cán bộ"]
    assert turn["dossier"] is None


async def test_what_is_no_code_is_told_why(portal: Portal) -> None:
    turn = (await look_up(portal, await portal.session(lang="en"), "hello", FACTOR)).json
    assert turn["outcome"] == "needs_identity"
    assert turn["blocks"][0]["text"].startswith("A dossier code begins with")


@pytest.mark.parametrize(
    "body",
    [
        {"code": CODE},
        {"code": CODE, "factor": ""},
        {"code": CODE, "factor": 7671},
        {"code": "\ud800", "factor": FACTOR},
        {"code": "0" * 65, "factor": FACTOR},
        {"code": CODE, "factor": FACTOR, "lang": "vi"},
    ],
)
async def test_a_form_that_is_not_filled_in(portal: Portal, body: dict[str, Any]) -> None:
    reply = await portal.call("POST", "/v1/dossiers/lookup", await portal.session(), json=body)
    assert (reply.status, reply.json["type"]) == (400, "urn:heza:problem:invalid")


async def test_a_look_up_needs_a_session(portal: Portal) -> None:
    reply = await portal.call("POST", "/v1/dossiers/lookup", json={"code": CODE, "factor": FACTOR})
    assert reply.status == 401


@pytest.mark.parametrize("code", ["\x00", "’ OR 1=1 --", " "])
async def test_odd_input_is_answered(portal: Portal, code: str) -> None:
    assert (await look_up(portal, await portal.session(), code, code)).json["outcome"] == "needs_identity"
    denied = await look_up(portal, await portal.session(), CODE, code)
    assert denied.json["outcome"] == "dossier_denied"


async def test_neither_value_is_found_anywhere(
    portal: Portal, rasa: StubRasa, feed: Feed, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    factor, other = "PLANTED7F392Q", "PLANTED8F392Q"
    feed(raw(secret=factor))
    caplog.set_level(logging.DEBUG)
    token = await portal.session(lang="vi")
    turns = [
        (await look_up(portal, token, CODE, other)).text,
        str(await portal.ask(token, f"{NOBODYS} {factor}")),
        str(await portal.ask(token, CODE)),
        (await look_up(portal, token, CODE, factor)).text,
        str(await portal.ask(token, f"{OTHER} mã tra cứu {other}")),
    ]
    values = [CODE, NOBODYS, OTHER, factor, other, "0000007671", "Nguyễn Văn Thử"]
    assert "'outcome': 'dossier'" in turns[2]
    assert leaks("".join(turns).encode(), values) == []
    assert leaks(str(rasa.calls).encode(), values) == []
    assert leaks(caplog.text.encode(), values) == []
    assert leaking_files(tmp_path, values) == {}


async def test_metrics_count_look_ups(make_all: Any, aiohttp_client: Any, feed: Feed, rasa_url: str) -> None:
    feed()
    apps = make_all(rasa_url=rasa_url)
    portal, metrics = Portal(await aiohttp_client(apps.public)), await aiohttp_client(apps.metrics)
    await look_up(portal, await portal.session())
    await look_up(portal, await portal.session(), factor=WRONG)
    told = await (await metrics.get("/metrics")).text()
    assert 'heza_dossier_lookups_total{outcome="found"} 1.0' in told
    assert 'heza_dossier_lookups_total{outcome="denied"} 1.0' in told


async def test_a_store_that_does_not_answer_is_no_silence(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Dossiers, *_: object) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT * FROM missing")

    monkeypatch.setattr(Dossiers, "lookup", fail)
    assert (await look_up(portal, await portal.session())).json["outcome"] == "service_down"


class TestDesk:
    """The desk alone, with a clock that holds replies back only in name."""

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        return make_store(PERMIT)

    async def given(self, desk: DossierDesk, code: str, factor: str, identity: Identity = NOTHING) -> Any:
        act = await desk.take_in("s", Read("given", code, factor), "192.0.2.1", form=True)
        return await desk.answer(Stored("m", 2, "s", Question("-", "vi", identity=act)), identity, None)

    async def test_replies_are_held_back_for_their_delay(self, tmp_path: Path, store: Store) -> None:
        held: list[float] = []

        async def sleep(seconds: float) -> None:
            held.append(seconds)

        desk = make_desk(tmp_path, store, limits=Limits(client=(), network=()), sleep=sleep)
        for _ in range(7):
            assert (await self.given(desk, CODE, WRONG)).answer.outcome == "dossier_denied"
        assert held[:5] == [0.0] * 5
        assert 0 < held[5] <= 2
        assert held[5] < held[6] <= 4  # the failure before it counts from when it was answered

    async def test_a_code_that_was_guessed_too_often_is_slowed_not_tried(
        self, tmp_path: Path, store: Store
    ) -> None:
        async def sleep(_seconds: float) -> None:
            pass

        limits = Limits(client=(), network=(), free=1, doubling=1)
        desk = make_desk(tmp_path, store, limits=limits, sleep=sleep)
        outcomes = [(await self.given(desk, CODE, WRONG)).answer.outcome for _ in range(8)]
        assert outcomes[0] == "dossier_denied"
        assert outcomes[-1] == "locked"

    async def test_a_lock_ends_what_was_awaited(self, tmp_path: Path, store: Store) -> None:
        desk = make_desk(tmp_path, store)
        for _ in range(5):
            settled = await self.given(desk, CODE, WRONG)
        assert settled.identity.awaiting == "factor"
        settled = await self.given(desk, CODE, WRONG, settled.identity)
        assert (settled.answer.outcome, settled.identity) == ("locked", NOTHING)

    async def test_a_ticket_opens_the_vault_once(self, tmp_path: Path, store: Store) -> None:
        desk = make_desk(tmp_path, store)
        act = await desk.take_in("s", Read("given", CODE, FACTOR), "192.0.2.1", form=True)
        stored = Stored("m", 2, "s", Question("-", "en", identity=act))
        assert (await desk.answer(stored, NOTHING, None)).answer.outcome == "dossier_denied"
        assert (await desk.answer(stored, NOTHING, None)).answer.outcome == "needs_identity"

    async def test_a_factor_of_another_session_is_of_no_use(self, tmp_path: Path, store: Store) -> None:
        desk = make_desk(tmp_path, store)
        act = await desk.take_in("s", Read("given", CODE, FACTOR), "192.0.2.1", form=True)
        stored = Stored("m", 2, "another", Question("-", "en", identity=act))
        assert (await desk.answer(stored, NOTHING, None)).answer.outcome == "needs_identity"


def test_what_waits_in_the_vault_is_not_printed() -> None:
    assert "7671" not in repr(Values(CODE, FACTOR))

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import unused_port
from openapi_spec_validator import validate
from pytest_aiohttp import AiohttpServer

from actions.base import Desk
from dossiers.service import Dossiers
from portal.conversations import Conversations
from portal.problems import portal_texts
from portal.tokens import LIFETIME, TokenSigner
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, Reply, StubRasa, answer


def assert_problem(reply: Reply, status: int, key: str, lang: str = "vi") -> None:
    """The reply is a problem+json (RFC 9457) with our texts in ``lang``."""
    assert (reply.status, reply.json["type"]) == (status, f"urn:heza:problem:{key}")
    assert reply.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert reply.headers["Content-Language"] == lang
    assert reply.json["status"] == status
    assert reply.json["title"] == portal_texts(lang)(f"problem.{key}.title")
    assert reply.json["detail"]


class TestSession:
    async def test_a_session_starts_with_a_token(self, portal: Portal) -> None:
        reply = await portal.call("POST", "/v1/session", json={"lang": "en", "page": "https://heza.gov.vn/x"})
        assert (reply.status, reply.json["lang"]) == (201, "en")
        left = datetime.fromisoformat(reply.json["expires_at"]) - datetime.now(UTC)
        assert timedelta() < left <= LIFETIME
        assert (await portal.post(reply.json["token"], text="phí")).status == 200

    @pytest.mark.parametrize("body", [b"", b"{}", b'{"lang": null}'])
    async def test_nothing_has_to_be_said_to_start_one(self, portal: Portal, body: bytes) -> None:
        reply = await portal.call("POST", "/v1/session", data=body)
        assert (reply.status, reply.json["lang"]) == (201, "vi")

    @pytest.mark.parametrize(
        ("body", "key"),
        [
            ('{"lang": "fr"}', "invalid"),
            ('{"page": 5}', "invalid"),
            ('{"colour": "red"}', "invalid"),
            (f'{{"page": "{"x" * 2001}"}}', "invalid"),
            ("[]", "not_json"),
            ("lang=vi", "not_json"),
            (b"\xff", "not_json"),
            ("[" * 9000, "not_json"),
        ],
    )
    async def test_a_wrong_request_starts_none(self, portal: Portal, body: str | bytes, key: str) -> None:
        assert_problem(await portal.call("POST", "/v1/session", data=body), 400, key)

    async def test_half_a_character_is_left_out(self, portal: Portal) -> None:
        reply = await portal.call("POST", "/v1/session", data=r'{"page": "https://heza.gov.vn/\ud800"}')
        assert reply.status == 201

    async def test_sessions_have_tokens_of_their_own(self, portal: Portal) -> None:
        assert await portal.session() != await portal.session()


BAD_MESSAGES = [
    ({}, "invalid"),
    ({"text": ""}, "empty"),
    ({"text": " \n\t "}, "empty"),
    ({"text": "\u0000\u0007\u202e\u200b\u2066"}, "empty"),
    ({"text": "x" * 4001}, "too_long"),
    ({"text": "ế" * 1400}, "too_long"),
    ({"text": "x" * 10_000}, "too_long"),
    ({"text": 5}, "invalid"),
    ({"text": None}, "invalid"),
    ({"text": ["phí"]}, "invalid"),
    ({"text": "phí", "choice": "x"}, "invalid"),
    ({"text": "phí", "colour": "red"}, "invalid"),
    ({"text": "phí", "lang": "fr"}, "invalid"),
    ({"text": "phí", "lang": True}, "invalid"),
    ({"text": "phí", "client_id": "1"}, "invalid"),
    ({"text": "phí", "client_id": 7}, "invalid"),
    ({"text": "phí", "as_of": 2025}, "invalid"),
    ({"text": "phí", "as_of": "2025-02-30"}, "bad_date"),
    ({"text": "phí", "as_of": "2025"}, "bad_date"),
    ({"text": "phí", "as_of": "01/10/2025"}, "bad_date"),
    ({"text": "phí", "as_of": "20251001"}, "bad_date"),
    ({"text": "phí", "as_of": "2025-W01-1"}, "bad_date"),
    ({"text": "phí", "as_of": "2025-10-01T00:00"}, "bad_date"),
    ({"text": "phí", "as_of": ""}, "bad_date"),
    ({"text": "phí", "licensed_on": "2025-13"}, "bad_date"),
    ({"text": "phí", "licensed_on": "31/12/2024"}, "bad_date"),
    ({"text": "phí", "licensed_on": "２０２５"}, "bad_date"),
    ({"text": "phí", "licensed_on": 2024}, "invalid"),
    ({"choice": ""}, "unknown_choice"),
    ({"choice": "x" * 65}, "invalid"),
]


class TestRefusals:
    @pytest.mark.parametrize(("body", "key"), BAD_MESSAGES, ids=lambda value: str(value)[:40])
    async def test_a_wrong_message_is_refused_and_not_stored(
        self, portal: Portal, rasa: StubRasa, body: dict[str, Any], key: str
    ) -> None:
        token = await portal.session(lang="vi")
        reply = await portal.post(token, **body)
        assert_problem(reply, 404 if key == "unknown_choice" else 400, key)
        assert rasa.calls == []
        assert (await portal.ask(token))["seq"] == 1

    @pytest.mark.parametrize(
        "raw",
        [b"", b"text=x", b"[]", b'"text"', b"null", b'{"text": "\xff"}', b"{" * 9000, b'{"text": "x"'],
        ids=range(8),
    )
    async def test_a_body_that_is_no_json_object_is_refused(self, portal: Portal, raw: bytes) -> None:
        reply = await portal.call("POST", "/v1/messages", await portal.session(), data=raw)
        assert_problem(reply, 400, "not_json" if raw else "invalid")

    async def test_a_choice_that_is_no_text_is_refused(self, portal: Portal) -> None:
        reply = await portal.call(
            "POST", "/v1/messages", await portal.session(), data=rb'{"choice": "\ud800"}'
        )
        assert reply.status in {400, 404}

    async def test_a_body_that_is_too_large_is_refused(self, portal: Portal) -> None:
        reply = await portal.post(await portal.session(), text="x" * 20_000)
        assert_problem(reply, 413, "too_large")

    @pytest.mark.parametrize("lang", ["vi", "en"])
    @pytest.mark.parametrize(("body", "key"), [({"text": ""}, "empty"), ({"text": 5}, "invalid")])
    async def test_the_problem_is_told_in_the_language_of_the_session(
        self, portal: Portal, lang: str, body: dict[str, Any], key: str
    ) -> None:
        other = {"Accept-Language": "vi" if lang == "en" else "en"}
        token = await portal.session(lang=lang)
        reply = await portal.call("POST", "/v1/messages", token, json=body, headers=other)
        assert_problem(reply, 400, key, lang)

    async def test_a_message_with_a_language_is_refused_in_it(self, portal: Portal) -> None:
        reply = await portal.post(await portal.session(lang="vi"), text="fee", lang="en", as_of="2025")
        assert_problem(reply, 400, "bad_date", "en")

    @pytest.mark.parametrize(
        ("accepted", "lang"), [("en-GB,en;q=0.9", "en"), ("vi", "vi"), ("fr", "vi"), ("", "vi")]
    )
    async def test_without_a_session_the_browser_chooses_the_language(
        self, portal: Portal, accepted: str, lang: str
    ) -> None:
        reply = await portal.call("GET", "/nowhere", headers={"Accept-Language": accepted})
        assert_problem(reply, 404, "not_found", lang)

    async def test_a_method_that_is_not_offered_is_refused(self, portal: Portal) -> None:
        reply = await portal.call("PUT", "/v1/messages", json={})
        assert_problem(reply, 405, "method_not_allowed")
        assert set(reply.headers["Allow"].split(",")) >= {"GET", "POST"}

    async def test_a_fault_of_ours_is_told_without_its_cause(
        self, portal: Portal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = await portal.session()
        monkeypatch.setattr(Conversations, "store", lambda *_: 1 / 0)
        response = await portal.client.post(
            "/v1/messages", json={"text": "phí"}, headers={"Authorization": f"Bearer {token}"}
        )
        reply = Reply(response.status, response.headers, await response.text())
        assert_problem(reply, 500, "internal")
        assert "Zero" not in reply.text


class TestTokens:
    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer é"]
    )
    async def test_without_a_token_of_ours_nothing_is_answered(
        self, portal: Portal, header: str | None
    ) -> None:
        headers = {} if header is None else {"Authorization": header}
        for call in ({"method": "POST", "json": {"text": "phí"}}, {"method": "GET"}):
            assert_problem(
                await portal.call(path="/v1/messages", headers=headers, **call), 401, "unauthorized"
            )

    async def test_an_expired_token_is_refused_as_such(self, portal: Portal, tmp_path: Path) -> None:
        await portal.session()
        signer = TokenSigner.from_file(tmp_path / "token-keys.json")
        token, _ = signer.issue("s", now=datetime.now(UTC) - LIFETIME - timedelta(seconds=1))
        assert_problem(await portal.post(token, text="phí"), 401, "expired")

    async def test_a_token_signed_by_others_is_refused(self, portal: Portal) -> None:
        token, _ = TokenSigner(lambda: {"1": "a key of somebody else, long enough to sign"}).issue("s")
        assert_problem(await portal.post(token, text="phí"), 401, "unauthorized")

    async def test_a_session_that_is_gone_is_refused(self, portal: Portal, tmp_path: Path) -> None:
        await portal.session()
        token, _ = TokenSigner.from_file(tmp_path / "token-keys.json").issue("never opened")
        assert_problem(await portal.post(token, text="phí"), 403, "gone")


class TestTurn:
    async def test_a_question_is_answered_with_a_whole_turn(self, portal: Portal) -> None:
        turn = await portal.ask(await portal.session(), "Lệ phí bao nhiêu?")
        assert (turn["seq"], turn["lang"], turn["outcome"]) == (1, "vi", "answered")
        assert turn["question"] == "Lệ phí bao nhiêu?"
        assert turn["blocks"] == [{"type": "para", "text": "Trong 15 ngày."}]
        assert turn["text"].startswith("Trong 15 ngày.\n")
        assert [c["document"] for c in turn["citations"]] == ["35/2022/NĐ-CP"]
        assert turn["entries"] == [{"id": "procedure.permit", "version": 3, "facets": []}]
        assert turn["release"] == "content abc; model heza"
        assert [s["text"] for s in turn["suggestions"]] == ["Lệ phí?", "Hồ sơ?"]
        assert (turn["as_of"], turn["licensed_on"], turn["dossier"]) == ("2026-11-22", None, None)

    async def test_the_turns_of_a_session_are_numbered(self, portal: Portal) -> None:
        token = await portal.session()
        assert [(await portal.ask(token))["seq"] for _ in range(3)] == [1, 2, 3]
        assert (await portal.ask(await portal.session()))["seq"] == 1

    @pytest.mark.parametrize("wait", ["yes", "1", "TRUE", ""])
    async def test_waiting_is_true_or_false(self, portal: Portal, wait: str) -> None:
        reply = await portal.call(
            "POST", f"/v1/messages?wait={wait}", await portal.session(), json={"text": "phí"}
        )
        assert_problem(reply, 400, "invalid")

    async def test_rasa_is_told_the_dates_the_language_and_whether_it_is_the_first_turn(
        self, portal: Portal, rasa: StubRasa
    ) -> None:
        token = await portal.session(lang="en")
        await portal.ask(token, "fee", lang="vi", as_of="2025-09-30", licensed_on="2019-05")
        await portal.ask(token, "fee")
        first, second = rasa.calls
        assert first["text"] == "fee"
        assert first["metadata"].pop("request_id")
        assert first["metadata"] == {
            "lang": "vi",
            "session_lang": "en",
            "as_of": "2025-09-30",
            "licensed_on": "2019-05",
            "ask": None,
            "first": True,
            "masked": [],
        }
        assert (second["metadata"]["as_of"], second["metadata"]["first"]) == (None, False)
        assert first["conversation"] == second["conversation"]
        assert first["conversation"] not in token

    async def test_the_session_takes_the_language_of_the_answer(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session()
        rasa.reply = answer(lang="en")
        assert (await portal.ask(token))["lang"] == "en"
        await portal.ask(token)
        assert [c["metadata"]["session_lang"] for c in rasa.calls] == [None, "en"]
        assert_problem(await portal.post(token, text=""), 400, "empty", "en")

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("/restart", "/restart"),
            ('/ask_fee{"zone": "x"}', '/ask_fee{"zone": "x"}'),
            ("ti\u0302m hie\u0302\u0309u", "tîm hiểu"),
            ("le\u0000 \u202ephi\u200b\u2066", "le phi"),
            ("  phí\r\n\r\n  bao\tnhiêu ", "phí bao nhiêu"),
            ("<b>phí</b>", "<b>phí</b>"),
        ],
    )
    async def test_the_text_is_cleaned_and_otherwise_ordinary(
        self, portal: Portal, rasa: StubRasa, sent: str, stored: str
    ) -> None:
        turn = await portal.ask(await portal.session(), sent)
        assert (turn["question"], rasa.calls[0]["text"]) == (stored, stored)

    async def test_a_text_of_four_thousand_bytes_is_taken(self, portal: Portal) -> None:
        assert (await portal.ask(await portal.session(), "x" * 4000))["outcome"] == "answered"


class TestIdempotency:
    async def test_the_same_message_again_is_the_same_turn(self, portal: Portal, rasa: StubRasa) -> None:
        token, client_id = await portal.session(), str(uuid4())
        first = await portal.ask(token, client_id=client_id)
        assert await portal.ask(token, client_id=client_id) == first
        assert await portal.ask(token, client_id=client_id.upper()) == first
        accepted = await portal.call(
            "POST", "/v1/messages", token, json={"text": "lệ phí", "client_id": client_id}
        )
        assert (accepted.status, accepted.json) == (202, {"id": first["id"], "seq": 1})
        assert len(rasa.calls) == 1

    async def test_two_at_once_are_one_turn(self, portal: Portal, rasa: StubRasa) -> None:
        token, client_id = await portal.session(), str(uuid4())
        turns = await asyncio.gather(*(portal.ask(token, client_id=client_id) for _ in range(5)))
        assert len({json.dumps(turn) for turn in turns}) == 1
        assert len(rasa.calls) == 1

    @pytest.mark.parametrize("change", [{"text": "hồ sơ"}, {"lang": "en"}, {"as_of": "2025-01-01"}])
    async def test_another_message_under_the_same_id_is_refused(
        self, portal: Portal, rasa: StubRasa, change: dict[str, str]
    ) -> None:
        token, client_id = await portal.session(lang="vi"), str(uuid4())
        await portal.ask(token, client_id=client_id)
        reply = await portal.post(token, **{"text": "lệ phí", "client_id": client_id, **change})
        assert_problem(reply, 409, "conflict", change.get("lang", "vi"))
        assert len(rasa.calls) == 1

    async def test_the_id_belongs_to_its_session(self, portal: Portal, rasa: StubRasa) -> None:
        client_id = str(uuid4())
        first = await portal.ask(await portal.session(), client_id=client_id)
        second = await portal.ask(await portal.session(), client_id=client_id)
        assert first["id"] != second["id"]
        assert len(rasa.calls) == 2


class TestChoices:
    async def test_a_quick_reply_asks_what_the_house_remembers(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session()
        offered = (await portal.ask(token))["suggestions"][1]
        reply = await portal.post(token, choice=offered["id"])
        assert (reply.status, reply.json["question"]) == (200, "Hồ sơ?")
        assert rasa.calls[1]["text"] == "Hồ sơ?"
        asked = rasa.calls[1]["metadata"]["ask"]
        assert (asked["action"], asked["entry"], asked["facet"]) == (
            "answer",
            "procedure.permit",
            "components",
        )

    async def test_the_dates_of_a_quick_reply_are_kept_unless_others_are_given(
        self, portal: Portal, rasa: StubRasa
    ) -> None:
        ask = {"entry": "procedure.permit", "as_of": "2025-01-01", "licensed_on": "2019"}
        rasa.reply = answer(suggestions=[{"text": "Khi đó?", "ask": ask}])
        token = await portal.session()
        for extra in ({}, {"licensed_on": "2020"}):
            offered = (await portal.ask(token))["suggestions"][0]["id"]
            await portal.post(token, choice=offered, **extra)
        dates = [(c["metadata"]["as_of"], c["metadata"]["licensed_on"]) for c in rasa.calls[1::2]]
        assert dates == [("2025-01-01", "2019"), ("2025-01-01", "2020")]

    async def test_a_superseded_quick_reply_is_refused(self, portal: Portal) -> None:
        token = await portal.session()
        offered = (await portal.ask(token))["suggestions"][0]["id"]
        await portal.ask(token, "câu khác")
        assert_problem(await portal.post(token, choice=offered), 409, "superseded")

    async def test_a_quick_reply_is_used_once(self, portal: Portal) -> None:
        token = await portal.session()
        offered = (await portal.ask(token))["suggestions"][0]["id"]
        assert (await portal.post(token, choice=offered)).status == 200
        assert_problem(await portal.post(token, choice=offered), 409, "superseded")

    async def test_the_same_choice_sent_again_is_the_same_turn(self, portal: Portal) -> None:
        token, client_id = await portal.session(), str(uuid4())
        offered = (await portal.ask(token))["suggestions"][0]["id"]
        first = await portal.post(token, choice=offered, client_id=client_id)
        again = await portal.post(token, choice=offered, client_id=client_id)
        assert (again.status, again.json) == (200, first.json)

    async def test_a_quick_reply_of_another_session_is_not_known(self, portal: Portal) -> None:
        offered = (await portal.ask(await portal.session()))["suggestions"][0]["id"]
        other = await portal.session()
        await portal.ask(other)
        assert_problem(await portal.post(other, choice=offered), 404, "unknown_choice")

    async def test_the_ids_cannot_be_guessed(self, portal: Portal) -> None:
        token = await portal.session()
        ids = [s["id"] for _ in range(3) for s in (await portal.ask(token))["suggestions"]]
        assert len(set(ids)) == 6
        assert all(len(choice) >= 12 and "procedure" not in choice for choice in ids)


class TestServiceDown:
    async def assert_down(self, portal: Portal, token: str, lang: str = "vi") -> dict[str, Any]:
        turn = await portal.ask(token, lang=lang)
        assert (turn["outcome"], turn["lang"]) == ("service_down", lang)
        assert (turn["citations"], turn["entries"], turn["suggestions"]) == ([], [], [])
        assert turn["blocks"][1]["url"] == "https://heza.gov.vn"
        return turn

    @pytest.mark.parametrize("lang", ["vi", "en"])
    async def test_without_rasa_the_portal_answers_itself(self, make_portal: MakePortal, lang: str) -> None:
        portal = await make_portal(rasa_url=f"http://127.0.0.1:{unused_port()}")
        turn = await self.assert_down(portal, await portal.session(), lang)
        assert turn["blocks"][0]["text"] == portal_texts(lang)("service_down.site")

    async def test_the_hotline_is_named_where_there_is_one(self, make_portal: MakePortal) -> None:
        portal = await make_portal(rasa_url=f"http://127.0.0.1:{unused_port()}", desk=Desk("1800 0000"))
        turn = await self.assert_down(portal, await portal.session())
        assert turn["blocks"][0]["text"] == portal_texts("vi")("service_down.hotline", hotline="1800 0000")

    async def test_a_slow_rasa_is_given_up_at_the_deadline(
        self, make_portal: MakePortal, rasa: StubRasa
    ) -> None:
        portal = await make_portal(deadline=0.2)
        token = await portal.session()
        rasa.gate.clear()
        started = time.monotonic()
        turn = await self.assert_down(portal, token)
        took = time.monotonic() - started
        rasa.gate.set()  # nothing came through it: without a deadline the turn would wait still
        assert took >= 0.2
        assert turn["took_ms"] >= 200

    @pytest.mark.parametrize("status", [401, 500, 502, 504])
    async def test_a_turn_that_failed_in_rasa_is_a_service_down(
        self, portal: Portal, rasa: StubRasa, status: int
    ) -> None:
        rasa.status = status
        await self.assert_down(portal, await portal.session())

    @pytest.mark.parametrize(
        "reply",
        [
            "no JSON",
            None,
            [],
            "{}",
            {},
            answer(outcome="unheard_of"),
            answer(blocks=[{"type": "html", "text": "<b>"}]),
            answer(lang="fr"),
            answer(as_of="2025-99-99"),
        ],
        ids=range(9),
    )
    async def test_an_answer_that_is_none_is_a_service_down(
        self, portal: Portal, rasa: StubRasa, reply: Any
    ) -> None:
        rasa.reply = reply
        await self.assert_down(portal, await portal.session())

    async def test_the_portal_recovers_without_a_restart(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session()
        rasa.status = 500
        await self.assert_down(portal, token)
        rasa.status = 200
        assert (await portal.ask(token))["outcome"] == "answered"

    async def test_a_failure_does_not_change_the_language_of_the_session(
        self, portal: Portal, rasa: StubRasa
    ) -> None:
        token = await portal.session(lang="en")
        rasa.status = 500
        await self.assert_down(portal, token, "vi")
        rasa.status = 200
        await portal.ask(token)
        assert rasa.calls[-1]["metadata"]["session_lang"] == "en"


async def events_of(portal: Portal, token: str, count: int, after: int = 0) -> list[dict[str, Any]]:
    """Poll until there are ``count`` events, as a client without streams does."""
    async with asyncio.timeout(10):
        while True:
            reply = await portal.call("GET", f"/v1/messages?after={after}", token)
            assert reply.status == 200
            if len(reply.json["events"]) >= count:
                events: list[dict[str, Any]] = reply.json["events"]
                return events


class TestPolling:
    async def test_a_message_is_accepted_and_its_turn_comes_later(
        self, portal: Portal, rasa: StubRasa
    ) -> None:
        token = await portal.session()
        rasa.gate.clear()
        accepted = await portal.call("POST", "/v1/messages", token, json={"text": "lệ phí"})
        assert (accepted.status, accepted.json["seq"]) == (202, 1)
        assert (await portal.call("GET", "/v1/messages?after=0", token)).json == {"events": []}
        rasa.gate.set()
        (event,) = await events_of(portal, token, 1)
        assert (event["id"], event["event"], event["data"]["id"]) == (1, "turn", accepted.json["id"])
        assert event["data"]["outcome"] == "answered"

    async def test_only_the_turns_after_a_number_come_in_order(self, portal: Portal) -> None:
        token = await portal.session()
        for _ in range(3):
            await portal.ask(token)
        assert [e["id"] for e in await events_of(portal, token, 2, after=1)] == [2, 3]
        assert [e["id"] for e in await events_of(portal, token, 3)] == [1, 2, 3]

    async def test_nobody_sees_the_turns_of_another_session(self, portal: Portal) -> None:
        await portal.ask(await portal.session())
        reply = await portal.call("GET", "/v1/messages", await portal.session())
        assert (reply.status, reply.json) == (200, {"events": []})

    @pytest.mark.parametrize("after", ["x", "1.5", "", "²"])
    async def test_a_number_that_is_none_is_refused(self, portal: Portal, after: str) -> None:
        reply = await portal.call("GET", "/v1/messages", await portal.session(), params={"after": after})
        assert_problem(reply, 400, "invalid")

    async def test_a_number_beyond_all_turns_has_none_after_it(self, portal: Portal) -> None:
        token = await portal.session()
        await portal.ask(token)
        reply = await portal.call("GET", f"/v1/messages?after={10**30}", token)
        assert reply.status in {200, 400}

    async def test_a_turn_outlives_the_client_that_hung_up(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session()
        rasa.gate.clear()
        hasty = asyncio.create_task(portal.ask(token))
        await rasa.arrived.wait()
        hasty.cancel()
        rasa.gate.set()
        (event,) = await events_of(portal, token, 1)
        assert event["data"]["outcome"] == "answered"

    async def test_the_turns_of_a_session_come_one_after_the_other(
        self, portal: Portal, rasa: StubRasa
    ) -> None:
        token = await portal.session()
        rasa.gate.clear()
        for text in ("một", "hai", "ba"):
            accepted = await portal.call("POST", "/v1/messages", token, json={"text": text})
            assert accepted.status == 202
        await rasa.arrived.wait()
        assert (await portal.call("GET", "/healthz")).status == 200
        rasa.gate.set()
        await events_of(portal, token, 3)
        assert [call["text"] for call in rasa.calls] == ["một", "hai", "ba"]
        assert rasa.most_active == 1

    async def test_sessions_do_not_wait_for_each_other(self, portal: Portal, rasa: StubRasa) -> None:
        slow, quick = await portal.session(), await portal.session()
        rasa.gate.clear()
        waiting = asyncio.create_task(portal.ask(slow))
        await rasa.arrived.wait()
        rasa.arrived.clear()
        other = asyncio.create_task(portal.ask(quick))
        async with asyncio.timeout(10):
            await rasa.arrived.wait()
        rasa.gate.set()
        assert [t["outcome"] for t in await asyncio.gather(waiting, other)] == ["answered", "answered"]
        assert rasa.most_active == 2


class TestSearch:
    async def test_the_knowledge_is_searched_without_a_session(self, portal: Portal) -> None:
        reply = await portal.call("GET", "/v1/search", params={"q": "giay phep lao dong", "lang": "en"})
        assert (reply.status, reply.json["q"], reply.json["lang"]) == (200, "giay phep lao dong", "en")
        best = reply.json["results"][0]
        assert (best["entry"], best["kind"], best["name"]) == ("procedure.permit", "procedure", "Work permit")
        assert best["outcome"] == "answered"
        assert best["blocks"][0] == {"type": "para", "text": "Within 10 days."}
        assert best["citations"][0]["document"] == "35/2022/NĐ-CP"
        assert 0 < best["score"] <= 1

    async def test_the_law_is_read_on_the_day_asked_for(self, portal: Portal) -> None:
        reply = await portal.call(
            "GET", "/v1/search", params={"q": "giấy phép lao động", "as_of": "2025-09-30"}
        )
        assert reply.json["results"][0]["blocks"][0] == {"type": "para", "text": "Trong 15 ngày."}

    async def test_the_results_are_of_the_kind_asked_for(self, portal: Portal) -> None:
        reply = await portal.call(
            "GET", "/v1/search", params={"q": "giấy phép khu công nghiệp tràng duệ", "kind": "zone"}
        )
        assert {result["kind"] for result in reply.json["results"]} == {"zone"}

    async def test_no_more_results_come_than_asked_for(self, portal: Portal) -> None:
        reply = await portal.call("GET", "/v1/search", params={"q": "tràng duệ", "limit": "1"})
        assert len(reply.json["results"]) == 1

    async def test_nothing_found_is_an_empty_list(self, portal: Portal) -> None:
        reply = await portal.call("GET", "/v1/search", params={"q": "zqxwvk"})
        assert (reply.status, reply.json["results"]) == (200, [])

    @pytest.mark.parametrize("question", ["z", "zq", '"', "a* OR", "'; DROP TABLE entries; --", "x" * 4000])
    async def test_any_text_may_be_searched_for(self, portal: Portal, question: str) -> None:
        reply = await portal.call("GET", "/v1/search", params={"q": question})
        assert (reply.status, reply.json["q"]) == (200, question)

    @pytest.mark.parametrize(
        ("params", "key"),
        [
            ({}, "empty"),
            ({"q": "\u202e"}, "empty"),
            ({"q": "x" * 4001}, "too_long"),
            ({"q": "phí", "lang": "fr"}, "invalid"),
            ({"q": "phí", "kind": "faq"}, "invalid"),
            ({"q": "phí", "limit": "0"}, "invalid"),
            ({"q": "phí", "limit": "21"}, "invalid"),
            ({"q": "phí", "limit": "-1"}, "invalid"),
            ({"q": "phí", "limit": "²"}, "invalid"),
            ({"q": "phí", "as_of": "2025"}, "bad_date"),
            ({"q": "phí", "as_of": "2025-02-30"}, "bad_date"),
            ({"q": "phí", "as_of": "2025-W01-1"}, "bad_date"),
        ],
    )
    async def test_a_wrong_search_is_refused(self, portal: Portal, params: dict[str, str], key: str) -> None:
        assert_problem(await portal.call("GET", "/v1/search", params=params), 400, key)


class TestHealth:
    async def test_a_process_that_lives_says_so(self, portal: Portal) -> None:
        reply = await portal.call("GET", "/healthz")
        assert (reply.status, reply.json) == (200, {"status": "ok"})

    async def test_a_portal_is_ready_when_all_its_parts_are(
        self, make_all: Any, make_portal: MakePortal, aiohttp_server: AiohttpServer
    ) -> None:
        actions = await aiohttp_server(make_all().actions)
        portal = await make_portal(actions_port=actions.port)
        reply = await portal.call("GET", "/readyz")
        ok = dict.fromkeys(("database", "dossiers", "rasa", "actions"), "ok")
        assert (reply.status, reply.json) == (200, {"status": "ready", "checks": ok})

    @pytest.mark.parametrize("part", ["database", "dossiers", "rasa", "actions"])
    async def test_a_part_that_is_down_is_named(
        self,
        part: str,
        make_all: Any,
        make_portal: MakePortal,
        aiohttp_server: AiohttpServer,
        rasa: StubRasa,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        actions = await aiohttp_server(make_all().actions)
        port = unused_port() if part == "actions" else actions.port
        portal = await make_portal(actions_port=port)
        rasa.loaded = part != "rasa"
        if part == "database":
            monkeypatch.setattr(Conversations, "ping", lambda _: 1 / 0)
        if part == "dossiers":
            monkeypatch.setattr(Dossiers, "ping", lambda _: 1 / 0)
        reply = await portal.call("GET", "/readyz")
        assert (reply.status, reply.json["status"]) == (503, "not ready")
        assert reply.json["checks"] == {
            **dict.fromkeys(("database", "dossiers", "rasa", "actions"), "ok"),
            part: "down",
        }

    async def test_a_portal_without_rasa_lives_but_is_not_ready(self, make_portal: MakePortal) -> None:
        portal = await make_portal(rasa_url=f"http://127.0.0.1:{unused_port()}")
        assert (await portal.call("GET", "/healthz")).status == 200
        assert (await portal.call("GET", "/readyz")).json["checks"]["rasa"] == "down"


class TestDescription:
    async def test_the_description_is_valid_openapi(self, portal: Portal) -> None:
        description = await portal.description()
        validate(description)
        assert description["openapi"].startswith("3.1")

    async def test_the_description_names_every_call_that_is_served(self, portal: Portal) -> None:
        described = {
            (path, method.upper())
            for path, operations in (await portal.description())["paths"].items()
            for method in operations
        }
        served = {
            (route.resource.canonical, route.method)
            for route in portal.client.app.router.routes()
            if route.resource and route.method != "HEAD"
        }
        public = {(path, method) for path, method in served if path.startswith("/v1/") or path.endswith("z")}
        assert public == described


class TestPublicPort:
    @pytest.mark.parametrize(
        "path", ["/webhook", "/webhooks/portal/turns", "/webhooks/portal/ready", "/metrics", "/health"]
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_the_private_services_are_not_there(self, portal: Portal, method: str, path: str) -> None:
        assert_problem(await portal.call(method, path), 404, "not_found")

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/", 200),
            ("GET", "/static/pages.css", 200),
            ("GET", "/healthz", 200),
            ("GET", "/v1/openapi.json", 200),
            ("POST", "/v1/session", 201),
            ("POST", "/v1/messages", 401),
            ("GET", "/nowhere", 404),
            ("GET", "/v1/session", 405),
        ],
    )
    async def test_every_response_carries_the_security_headers(
        self, portal: Portal, method: str, path: str, status: int
    ) -> None:
        reply = await portal.call(method, path)
        assert reply.status == status
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "Set-Cookie" not in reply.headers

    async def test_a_refused_origin_gets_the_headers_as_well(self, portal: Portal) -> None:
        reply = await portal.call("GET", "/healthz", headers={"Origin": "null"})
        assert (reply.status, reply.headers["X-Content-Type-Options"]) == (403, "nosniff")

    async def test_answers_are_not_kept_by_caches(self, portal: Portal) -> None:
        token = await portal.session()
        for reply in (await portal.post(token, text="phí"), await portal.post(token, text="")):
            assert reply.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"]
    )
    async def test_nothing_but_the_static_files_is_served(self, portal: Portal, path: str) -> None:
        reply = await portal.call("GET", path)
        assert reply.status in {403, 404}
        assert "import" not in reply.text

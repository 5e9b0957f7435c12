"""Feedback, and the record that a visitor may keep."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from portal.tables import feedback
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, Reply, StubRasa, answer
from tests.portal.test_metrics import shown

HOSTILE = '<script>alert(1)</script> & "quoted" <img src=x onerror=alert(1)>'


def stored(tmp_path: Path) -> list[tuple[str, str, str | None]]:
    engine = create_engine(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    with engine.connect() as connection:
        rows = connection.execute(select(feedback.c.turn, feedback.c.value, feedback.c.reason)).all()
    engine.dispose()
    return [tuple(row) for row in rows]


async def rate(portal: Portal, token: str, **body: Any) -> Reply:
    return await portal.call("POST", "/v1/feedback", token, json=body)


class TestFeedback:
    async def test_it_is_stored_and_replaced_when_it_is_given_again(
        self, portal: Portal, tmp_path: Path
    ) -> None:
        token = await portal.session()
        turn = (await portal.ask(token))["id"]
        reply = await rate(portal, token, turn=turn, value="down", reason=" sai \u202e mức phí ")
        assert (reply.status, reply.text) == (204, "")
        assert stored(tmp_path) == [(turn, "down", "sai mức phí")]
        assert (await rate(portal, token, turn=turn, value="up")).status == 204
        assert stored(tmp_path) == [(turn, "up", None)]

    async def test_only_turns_of_the_own_session_are_rated(self, portal: Portal, tmp_path: Path) -> None:
        token, other = await portal.session(), await portal.session()
        turn = (await portal.ask(token))["id"]
        for who, what in ((other, turn), (token, "no turn")):
            reply = await rate(portal, who, turn=what, value="up")
            assert (reply.status, reply.json["type"]) == (404, "urn:heza:problem:unknown_turn")
        assert stored(tmp_path) == []

    async def test_a_message_without_an_answer_cannot_be_rated(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session()
        rasa.gate.clear()
        message = await portal.call("POST", "/v1/messages", token, json={"text": "phí"})
        assert (await rate(portal, token, turn=message.json["id"], value="up")).status == 404
        rasa.gate.set()

    @pytest.mark.parametrize(
        "change",
        [
            {"value": "sideways"},
            {"value": None},
            {"turn": 5},
            {"reason": "x" * 1001},
            {"more": 1},
            {"turn": None},
        ],
    )
    async def test_what_is_not_feedback_is_refused(self, portal: Portal, change: dict[str, Any]) -> None:
        token = await portal.session()
        turn = (await portal.ask(token))["id"]
        assert (await rate(portal, token, **{"turn": turn, "value": "up", **change})).status == 400

    async def test_it_needs_a_token(self, portal: Portal) -> None:
        assert (await portal.call("POST", "/v1/feedback", json={"turn": "t", "value": "up"})).status == 401

    async def test_it_is_counted(self, make_all: Any, aiohttp_client: Any, rasa_url: str) -> None:
        apps = make_all(rasa_url=rasa_url)
        portal = Portal(await aiohttp_client(apps.public))
        token = await portal.session()
        await rate(portal, token, turn=(await portal.ask(token))["id"], value="up", reason="bí mật")
        text = await shown(aiohttp_client, apps.metrics)
        assert 'heza_feedback_total{value="up"} 1.0' in text
        assert "bí mật" not in text


class TestTranscript:
    @pytest.mark.parametrize(
        ("form", "kind"), [("txt", "text/plain"), ("html", "text/html"), ("json", "application/json")]
    )
    async def test_it_is_a_file_to_keep(self, portal: Portal, form: str, kind: str) -> None:
        token = await portal.session()
        await portal.ask(token, "Lệ phí bao nhiêu?")
        reply = await portal.call("GET", f"/v1/transcript?format={form}", token)
        assert (reply.status, reply.headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
        assert re.fullmatch(
            rf'attachment; filename="heza-\d{{4}}-\d\d-\d\d\.{form}"', reply.headers["Content-Disposition"]
        )
        assert reply.headers["Cache-Control"] == "no-store"
        for part in ("Lệ phí bao nhiêu?", "Trong 15 ngày.", "35/2022/NĐ-CP", "Điều 26"):
            assert part in reply.text

    async def test_every_question_stands_before_its_answer_with_sources_and_dates(
        self, portal: Portal, rasa: StubRasa
    ) -> None:
        token = await portal.session()
        for number, text in enumerate(("một", "hai", "ba")):
            rasa.reply = answer(f"trả lời {number}")
            await portal.ask(token, text)
        text = (await portal.call("GET", "/v1/transcript", token)).text
        order = [text.index(part) for part in ("một", "trả lời 0", "hai", "trả lời 1", "ba", "trả lời 2")]
        assert order == sorted(order)
        assert text.count("35/2022/NĐ-CP") == 3
        assert len(re.findall(r"\[\d\d/\d\d/\d{4} \d\d:\d\d\] Quý vị:", text)) == 3

    async def test_nothing_in_the_page_is_markup(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session()
        rasa.reply = answer(HOSTILE)
        await portal.ask(token, HOSTILE)
        page = (await portal.call("GET", "/v1/transcript?format=html", token)).text
        assert "<script" not in page
        assert "<img" not in page
        assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
        assert not re.search(r'\son\w+="|javascript:', page)

    async def test_the_page_may_load_nothing_and_says_so_itself(self, portal: Portal) -> None:
        reply = await portal.call("GET", "/v1/transcript?format=html", await portal.session())
        (style,) = re.findall(r"<style>(.*?)</style>", reply.text, re.DOTALL)
        allowed = b64encode(sha256(style.encode()).digest()).decode()
        policy = reply.headers["Content-Security-Policy"]
        assert f"style-src 'sha256-{allowed}'" in policy
        assert "sandbox" in policy
        assert f"sha256-{allowed}" in re.findall(r'Policy" content="(.*?)">', reply.text)[0]
        assert "http" not in reply.text.replace("http-equiv", "")

    async def test_a_conversation_in_english_is_kept_in_english(self, portal: Portal, rasa: StubRasa) -> None:
        token = await portal.session(lang="en")
        rasa.reply = answer("Within 15 days.", lang="en")
        await portal.ask(token, "how long?")
        assert "Assistant:\nWithin 15 days." in (await portal.call("GET", "/v1/transcript", token)).text
        page = (await portal.call("GET", "/v1/transcript?format=html", token)).text
        assert '<html lang="en">' in page

    async def test_officers_messages_and_open_questions_are_part_of_it(
        self, portal: Portal, rasa: StubRasa, tmp_path: Path
    ) -> None:
        from portal.conversations import Conversations

        token = await portal.session()
        await portal.ask(token, "một")
        conversations = Conversations(f"sqlite:///{tmp_path / 'portal.sqlite'}")
        data = {"text": "Chào <b>quý vị</b>", "at": "2026-11-22T10:00:00Z", "name": "Lan"}
        conversations.publish(rasa.calls[0]["conversation"], "agent", data)
        conversations.close()
        rasa.gate.clear()
        await portal.call("POST", "/v1/messages", token, json={"text": "hai"})
        said = (await portal.call("GET", "/v1/transcript?format=json", token)).json["said"]
        assert [(s["question"], s["turn"] is None, s["agent"]) for s in said] == [
            ("một", False, None),
            (None, True, data),
            ("hai", True, None),
        ]
        text = (await portal.call("GET", "/v1/transcript", token)).text
        assert "Lan:\nChào <b>quý vị</b>" in text
        assert "hai" in text.partition("(chưa có câu trả lời)")[0]
        assert "&lt;b&gt;" in (await portal.call("GET", "/v1/transcript?format=html", token)).text
        rasa.gate.set()

    async def test_it_holds_nothing_of_other_sessions(self, portal: Portal) -> None:
        await portal.ask(await portal.session(), "của người khác")
        reply = await portal.call("GET", "/v1/transcript?format=json", await portal.session())
        assert reply.json["said"] == []

    async def test_an_unknown_form_or_no_token_is_refused(self, portal: Portal) -> None:
        token = await portal.session()
        assert (await portal.call("GET", "/v1/transcript?format=pdf", token)).status == 400
        assert (await portal.call("GET", "/v1/transcript")).status == 401


async def test_records_are_kept_on_either_database(make_portal: MakePortal, database: str) -> None:
    from knowledge.loading import load
    from knowledge.store import Store
    from tests.portal.conftest import PERMIT
    from tests.samples import make_content

    store = Store(database)
    load(store, make_content(PERMIT))
    portal = await make_portal(database_url=database)
    token = await portal.session()
    turn = (await portal.ask(token))["id"]
    for value in ("up", "down"):
        assert (await rate(portal, token, turn=turn, value=value)).status == 204
    record = json.loads((await portal.call("GET", "/v1/transcript?format=json", token)).text)
    assert [s["turn"]["id"] for s in record["said"]] == [turn]
    store.close()

"""The public port: what it refuses, what it hides, and that it is never silent."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout

from evaluation.client import Portal

PATHS = (
    "/webhook",
    "/webhooks/portal/turns",
    "/webhooks/rest/webhook",
    "/metrics",
    "/health",
    "/model/parse",
)


@pytest.mark.parametrize("path", PATHS)
async def test_actions_metrics_and_rasa_do_not_answer_on_the_public_port(system: Any, path: str) -> None:
    async with ClientSession() as http:
        for method in ("GET", "POST"):
            async with http.request(method, f"{system.url}{path}") as response:
                assert response.status == 404


async def test_the_action_webhook_demands_the_secret_and_caps_size(system: Any) -> None:
    url = f"http://127.0.0.1:{system.actions_port}/webhook"
    async with ClientSession() as http:
        async with http.post(url, json={"next_action": "action_answer"}) as response:
            assert response.status == 401
        async with http.post(url, data=b"x" * 400_000) as response:
            assert response.status in {401, 413}


async def test_metrics_count_turns_on_their_own_port(system: Any) -> None:
    async with Portal(system.url) as portal:
        await portal.ask(await portal.session(), text="xin chào")
    async with (
        ClientSession() as http,
        http.get(f"http://127.0.0.1:{system.metrics_port}/metrics") as response,
    ):
        assert 'heza_turns_total{outcome="small_talk"}' in await response.text()


async def test_the_chat_page_is_served(system: Any) -> None:
    async with ClientSession() as http, http.get(system.url) as response:
        assert response.status == 200
        assert "text/html" in response.headers["Content-Type"]
        assert "<script" in await response.text()


async def test_a_slow_rasa_is_answered_for_within_five_seconds_and_recovers(system: Any) -> None:
    rasa = system.child("rasa run")
    async with Portal(system.url) as portal:
        token = await portal.session()
        os.kill(rasa, signal.SIGSTOP)
        try:
            started = time.monotonic()
            turn = await portal.ask(token, text="Trang Due rong bao nhieu", lang="vi")
            took = time.monotonic() - started
        finally:
            os.kill(rasa, signal.SIGCONT)
        assert turn["outcome"] == "service_down"
        assert "heza.gov.vn" in turn["text"]
        assert took < 5
        again = await portal.ask(await portal.session(), text="KCN Tràng Duệ 3 rộng bao nhiêu?")
    assert again["outcome"] in {"answered", "stale"}
    assert "652,73" in again["text"]


async def test_ten_kilobytes_are_refused_in_the_language_of_the_session(system: Any) -> None:
    async with ClientSession(timeout=ClientTimeout(total=10)) as http:
        async with http.post(f"{system.url}/v1/session", json={"lang": "en"}) as response:
            token = (await response.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with http.post(
            f"{system.url}/v1/messages", json={"text": "a" * 10_000}, headers=headers
        ) as response:
            problem = await response.json(content_type="application/problem+json")
            assert response.status == 400
            assert "4000 bytes" in problem["detail"]

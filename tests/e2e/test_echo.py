"""The answers come from the knowledge base: with an echo for an action server, every check fails."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web

from tests.e2e.conftest import ROOT, free_port
from tests.e2e.test_answers import CASES, judge

SECRET = "echo-secret"


async def _echo(request: web.Request) -> web.Response:
    """Play an action server that repeats the question as a well-formed answer."""
    call = await request.json()
    text = call["tracker"]["latest_message"]["text"]
    answer = {"outcome": "answered", "lang": "vi", "blocks": [{"type": "para", "text": text}]}
    custom = {**answer, "citations": [], "caveats": [], "entries": [], "suggestions": [], "text": text}
    return web.json_response({"events": [], "responses": [{"custom": custom}]})


@pytest.fixture
async def echoing_rasa(tmp_path: Path) -> AsyncIterator[str]:
    """A Rasa of its own whose actions are served by an echo."""
    actions, port = free_port(), free_port()
    app = web.Application()
    app.router.add_post("/webhook", _echo)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", actions).start()
    environment = {
        **os.environ,
        "HEZA_SECRET": SECRET,
        "HEZA_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        "HEZA_TRACKER": str(tmp_path / "tracker.sqlite"),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONPATH": ".",
    }
    options = ["--model", "models/heza.tar.gz", "--interface", "127.0.0.1", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(
        str(ROOT / "var/venv-bot/bin/python"), "-m", "rasa", "run", *options,
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}/webhooks/portal"
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)
        await runner.cleanup()


async def test_no_question_passes_with_an_echo(echoing_rasa: str) -> None:
    headers = {"Authorization": f"Bearer {SECRET}"}
    questions = [case["turns"][0] for case in CASES if case["sort"] == "factual"][:20]
    async with ClientSession(headers=headers) as http:
        await _ready(http, echoing_rasa)
        for number, expected in enumerate(questions):
            body = {"conversation": f"echo-{number}", "text": expected["say"], "metadata": {}}
            async with http.post(f"{echoing_rasa}/turns", json=body) as response:
                assert response.status == 200
                turn: dict[str, Any] = (await response.json())["answer"]
            assert turn["text"] == expected["say"]
            assert judge(turn, expected) != []


async def _ready(http: ClientSession, url: str) -> None:
    for _ in range(240):
        try:
            async with http.get(f"{url}/ready") as response:
                if response.status == 200:
                    return
        except ClientError:
            pass
        await asyncio.sleep(0.5)
    raise AssertionError("Rasa was not ready in time")

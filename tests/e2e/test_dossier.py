"""A dossier looked up in the whole system: in words, by form, and again."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientSession

from dossiers.demo import demo_codes
from dossiers.simulator import FACTOR
from tests.e2e.conftest import System
from tests.portal.privacy.planted import leaking_files

CODE = demo_codes()[0]
QUESTION = {"vi": "hồ sơ của tôi đến đâu rồi?", "en": "What is the status of my dossier?"}


async def _session(http: ClientSession, system: System, lang: str) -> dict[str, str]:
    async with http.post(f"{system.url}/v1/session", json={"lang": lang}) as response:
        assert response.status == 201
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


async def _post(http: ClientSession, url: str, headers: dict[str, str], **body: str) -> dict[str, Any]:
    async with http.post(url, headers=headers, json=body) as response:
        assert response.status == 200
        turn: dict[str, Any] = await response.json()
        return turn


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_a_dossier_in_words(system: System, lang: str) -> None:
    url = f"{system.url}/v1/messages?wait=true"
    async with ClientSession() as http:
        headers = await _session(http, system, lang)
        asked = [await _post(http, url, headers, text=text) for text in (QUESTION[lang], CODE, FACTOR)]
        assert [turn["outcome"] for turn in asked] == ["needs_identity", "needs_identity", "dossier"]
        assert asked[2]["dossier"]["step"] == 2
        assert asked[2]["entries"][0]["id"] == "procedure.irc-issue"
        assert asked[2]["citations"]
        again = await _post(http, url, headers, text=QUESTION[lang])
        assert (again["outcome"], again["dossier"]) == ("dossier", asked[2]["dossier"])
    assert leaking_files(system.var, [CODE]) == {}


async def test_a_dossier_by_form(system: System) -> None:
    url = f"{system.url}/v1/dossiers/lookup"
    async with ClientSession() as http:
        headers = await _session(http, system, "vi")
        assert (await _post(http, url, headers, code=CODE, factor="9999"))["outcome"] == "dossier_denied"
        turn = await _post(http, url, headers, code=demo_codes()[1], factor=FACTOR)
        assert (turn["outcome"], turn["dossier"]["status"]) == ("dossier", "supplement_requested")
        assert turn["dossier"]["action_required"]
        assert "DỮ LIỆU MINH HỌA" in turn["text"]

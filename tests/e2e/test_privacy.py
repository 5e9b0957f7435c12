"""What people type reaches no file of the whole system, and an erased conversation is in none either."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

from aiohttp import ClientSession

from tests.e2e.conftest import System
from tests.portal.privacy.planted import PLANTED, leaking_files, leaks

VALUES = list(PLANTED.values())
MARK = "zyxwvutsrq"
"""A word that nobody else uses; it is no personal data, so it is stored until the erasure."""


async def _session(http: ClientSession, system: System) -> dict[str, str]:
    page = f"https://heza.gov.vn/?phone={VALUES[4]}"
    async with http.post(f"{system.url}/v1/session", json={"page": page}) as response:
        assert response.status == 201
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


async def _ask(http: ClientSession, system: System, headers: dict[str, str], text: str) -> dict[str, Any]:
    url = f"{system.url}/v1/messages?wait=true"
    async with http.post(url, headers=headers, json={"text": text}) as response:
        assert response.status == 200
        turn: dict[str, Any] = await response.json()
        return turn


async def test_nothing_planted_is_found_in_any_file(system: System) -> None:
    async with ClientSession() as http:
        headers = await _session(http, system)
        turns = [await _ask(http, system, headers, text.format(value)) for text, value in PLANTED.items()]
        assert {turn["outcome"] for turn in turns} & {"service_down"} == set()
        async with http.get(f"http://127.0.0.1:{system.metrics_port}/metrics") as response:
            figures = await response.read()
    assert leaks(json.dumps(turns).encode(), VALUES) == []
    assert leaks(figures, VALUES) == []
    assert leaking_files(system.var, VALUES) == {}


async def test_a_dossier_is_understood_without_its_code(system: System) -> None:
    async with ClientSession() as http:
        headers = await _session(http, system)
        for text in ("hồ sơ 000.19.H24-241105-7712 đến đâu rồi", "000.19.H24-241105-7712"):
            assert (await _ask(http, system, headers, text))["outcome"] == "needs_identity"


async def test_no_message_stands_in_a_log_and_no_erased_one_in_a_database(system: System) -> None:
    async with ClientSession() as http:
        headers = await _session(http, system)
        await _ask(http, system, headers, f"lệ phí cấp giấy phép lao động {MARK}")
        found = leaking_files(system.var, [MARK])
        assert found
        assert [name for name in found if "log" in name.split("/")] == []
        async with http.delete(f"{system.url}/v1/session", headers=headers) as response:
            assert response.status == 204
    assert leaking_files(system.var, [MARK]) == {}
    with closing(sqlite3.connect(system.var / "tracker.sqlite")) as tracker:
        assert tracker.execute("SELECT count(*) FROM tombstones").fetchone()[0] >= 1

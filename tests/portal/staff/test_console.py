"""How the built console is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.portal.staff.conftest import Desk, MakeDesk


@pytest.fixture
def www(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path / "www" / "staff"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Desk")
    (folder / "worker.js").write_text("worker()")
    (folder / "assets" / "index-Ab_1-x.js").write_text("script()")
    (folder / "assets" / "index-Ab_1-x.js.gz").write_bytes(b"\x1f\x8b")
    (folder / "assets" / "secret.txt").write_text("no")
    return folder.parent


async def fetch(desk: Desk, path: str, **headers: str) -> ClientResponse:
    browser = await desk.new_browser()
    return await browser.client.get(path, headers=headers, allow_redirects=False, auto_decompress=False)


async def test_the_page_is_never_cached_and_runs_only_its_own_scripts(make_desk: MakeDesk, www: Path) -> None:
    reply = await fetch(await make_desk(www=www), "/staff/")
    assert (reply.status, await reply.text()) == (200, "<title>Desk")
    assert reply.headers["Cache-Control"] == "no-store"
    policy = dict(part.strip().split(" ", 1) for part in reply.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "heza-console",
    }


async def test_the_address_without_a_stroke_leads_to_the_page(make_desk: MakeDesk, www: Path) -> None:
    reply = await fetch(await make_desk(www=www), "/staff")
    assert (reply.status, reply.headers["Location"]) == (308, "/staff/")


async def test_assets_may_be_cached_for_ever_and_the_worker_not(make_desk: MakeDesk, www: Path) -> None:
    desk = await make_desk(www=www)
    asset = await fetch(desk, "/staff/assets/index-Ab_1-x.js", **{"Accept-Encoding": "identity"})
    assert (asset.status, await asset.text()) == (200, "script()")
    assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    worker = await fetch(desk, "/staff/worker.js")
    assert (await worker.text(), worker.headers["Cache-Control"]) == ("worker()", "no-cache")


async def test_who_decompresses_gets_the_small_file(make_desk: MakeDesk, www: Path) -> None:
    reply = await fetch(
        await make_desk(www=www), "/staff/assets/index-Ab_1-x.js", **{"Accept-Encoding": "gzip"}
    )
    assert (reply.headers["Content-Encoding"], await reply.read()) == ("gzip", b"\x1f\x8b")


@pytest.mark.parametrize("name", ["absent.js", "secret.txt", "index-Ab_1-x.js.gz", "..%2Findex.html"])
async def test_nothing_else_in_the_folder_is_served(make_desk: MakeDesk, www: Path, name: str) -> None:
    reply = await fetch(await make_desk(www=www), f"/staff/assets/{name}")
    assert reply.status == 404


@pytest.mark.parametrize("path", ["/staff/", "/staff/worker.js"])
async def test_a_console_that_was_not_built_says_what_to_do(
    make_desk: MakeDesk, tmp_path: Path, path: str
) -> None:
    reply: Any = await fetch(await make_desk(www=tmp_path / "empty"), path)
    problem = await reply.json()
    assert (reply.status, problem["type"]) == (503, "urn:heza:problem:console_not_built")
    assert "npm run build" in problem["detail"]

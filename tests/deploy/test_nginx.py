"""nginx with the configuration that ships, over two small servers in the place of each part."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from pytest_aiohttp import AiohttpServer

from launcher.ports import any_free
from tests.deploy.conftest import program
from tests.deploy.images import ROOT

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
TIMEOUT = ClientTimeout(total=20)


class Part:
    """A server that counts what reaches it; ``release`` lets its stream go on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: list[web.Request] = []
        self.release = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/stream", self.stream)
        app.router.add_post("/die", self.die)
        app.router.add_route("*", "/{path:.*}", self.reply)
        return app

    async def reply(self, request: web.Request) -> web.Response:
        self.calls.append(request)
        return web.json_response({"by": self.name, **{k.lower(): v for k, v in request.headers.items()}})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"event: turn\n\n")
        await self.release.wait()
        await response.write(b"event: end\n\n")
        return response

    async def die(self, request: web.Request) -> web.Response:
        self.calls.append(request)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


class Balancer:
    """nginx over its parts, by the name that the configuration gives them."""

    def __init__(self, parts: dict[str, Part], ports: dict[int, int]) -> None:
        self.parts = parts
        self._ports = ports

    def at(self, listen: int, path: str) -> str:
        return f"http://127.0.0.1:{self._ports[listen]}{path}"

    async def get(self, listen: int, path: str = "/", **headers: str) -> dict[str, str]:
        async with (
            ClientSession(timeout=TIMEOUT) as client,
            client.get(self.at(listen, path), headers=headers) as response,
        ):
            found: dict[str, str] = await response.json()
            return found


Start = Callable[..., Awaitable[Balancer]]


@pytest.fixture
async def start(aiohttp_server: AiohttpServer, tmp_path: Path) -> AsyncIterator[Start]:
    """Return a maker of a running nginx; parts named in ``away`` do not listen."""
    stack = ExitStack()

    async def make(away: tuple[str, ...] = ()) -> Balancer:
        text = CONFIGURATION.read_text().replace("/tmp/", f"{tmp_path}/")
        parts: dict[str, Part] = {}
        for name in dict.fromkeys(re.findall(r"server ([a-z]+-\d:\d+)", text)):
            parts[name] = Part(name)
            port = any_free() if name in away else (await aiohttp_server(parts[name].app())).port
            text = text.replace(f"server {name} ", f"server 127.0.0.1:{port} ")
        ports = {listen: any_free() for listen in (8080, 5055)}
        for listen, port in ports.items():
            text = text.replace(f"listen {listen};", f"listen 127.0.0.1:{port};")
        file = tmp_path / "nginx.conf"
        file.write_text(text)
        stack.enter_context(_nginx(file))
        await _until_listening(list(ports.values()))
        return Balancer(parts, ports)

    with stack:
        yield make


@contextmanager
def _nginx(file: Path) -> Iterator[None]:
    command = [program("nginx"), "-c", str(file), "-g", "daemon off;"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


async def _until_listening(ports: list[int]) -> None:
    async with asyncio.timeout(20):
        for port in ports:
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                break


async def test_the_names_are_those_of_the_services(start: Start) -> None:
    text = (ROOT / "compose.yml").read_text()
    for name in (await start()).parts:
        assert f"\n  {name.split(':')[0]}:" in text


async def test_visitors_are_shared_out(start: Start) -> None:
    balancer = await start()
    for listen in (8080, 5055):
        by = Counter([(await balancer.get(listen))["by"] for _ in range(10)])
        assert set(by) == {f"portal-{number}:{listen}" for number in (1, 2)}
        assert min(by.values()) >= 3  # each worker of nginx takes turns by itself


async def test_a_part_that_is_away_is_not_noticed(start: Start) -> None:
    balancer = await start(away=("portal-1:8080", "portal-2:5055"))
    assert {(await balancer.get(8080))["by"] for _ in range(6)} == {"portal-2:8080"}
    assert {(await balancer.get(5055))["by"] for _ in range(6)} == {"portal-1:5055"}


async def test_a_message_that_reached_a_portal_is_not_sent_twice(start: Start) -> None:
    balancer = await start()
    async with (
        ClientSession(timeout=TIMEOUT) as client,
        client.post(balancer.at(8080, "/die"), data=b"{}") as response,
    ):
        assert response.status == 502
    assert sum(len(part.calls) for part in balancer.parts.values()) == 1


async def test_events_pass_at_once(start: Start) -> None:
    """The first event is read while the portal has not ended the response."""
    balancer = await start()
    async with ClientSession(timeout=TIMEOUT) as client, client.get(balancer.at(8080, "/stream")) as response:
        assert await response.content.readuntil(b"\n\n") == b"event: turn\n\n"
        for part in balancer.parts.values():
            part.release.set()
        assert await response.content.read() == b"event: end\n\n"


async def test_the_portal_learns_who_called_and_no_forged_word_counts(start: Start) -> None:
    balancer = await start()
    headers = {"Host": "heza.test", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.test"}
    seen = await balancer.get(8080, "/", **headers, **{"X-Request-ID": "x\ty"})
    assert seen["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"  # the last hop is nginx's own word
    assert seen["x-forwarded-host"] == seen["host"] == "heza.test"
    assert re.fullmatch(r"[0-9a-f]{32}", seen["x-request-id"])


def test_nothing_personal_is_logged() -> None:
    form = re.search(r"log_format heza '(.*)'", CONFIGURATION.read_text())
    assert form
    assert not {"$request", "$args", "$query_string", "$http_authorization", "$http_referer"} & set(
        re.findall(r"\$\w+", form[1])
    )

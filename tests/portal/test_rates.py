from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any, get_args

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from limits import parse

from benchmarks.redis_server import RedisServer
from portal import rates as portal_rates
from portal.proxies import Caller
from portal.rates import DEFAULTS, Matter, Rates, default_limits, read_limits
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, Reply, StubRasa, answer
from tests.portal.test_metrics import shown

TIGHT = {**default_limits(), "messages": read_limits("session 2/hour, address 4/hour, network 6/hour")}


def caller(address: str) -> Caller:
    return Caller(ip_address(address), "https", "x")


async def passed(rates: Rates, address: str, session: str | None = None, tries: int = 10) -> int:
    """Return how many of several calls in a row were let through."""
    results = [await rates.take("messages", caller(address), session) for _ in range(tries)]
    assert all(refused.retry_after >= 1 for refused in results if refused)
    return results.count(None)


@pytest.fixture(params=["memory", "redis"])
def rates(request: pytest.FixtureRequest) -> Rates:
    """Rates with each storage in turn."""
    return Rates(TIGHT, request.getfixturevalue("redis").url if request.param == "redis" else None)


async def test_session_address_and_network_have_limits_of_their_own(rates: Rates) -> None:
    assert await passed(rates, "203.0.113.7", "s-1") == 2
    assert await passed(rates, "203.0.113.7", "s-2") == 2
    assert await passed(rates, "203.0.113.7", "s-3") == 0  # the address is used up
    assert await passed(rates, "203.0.113.8", "s-3") == 2  # refused calls counted nowhere
    assert await passed(rates, "203.0.113.9", "s-4") == 0  # the network is used up
    assert await passed(rates, "198.51.100.1", "s-4") == 2
    await rates.close()


async def test_ipv6_visitors_count_by_the_network_that_they_choose_addresses_from(rates: Rates) -> None:
    assert [await passed(rates, f"2001:db8::{n}", None, 2) for n in range(1, 5)] == [2, 2, 2, 0]
    assert await passed(rates, "2001:db8:0:1::1", None, 2) == 2
    await rates.close()


async def test_matters_are_counted_apart(rates: Rates) -> None:
    assert await passed(rates, "203.0.113.7") == 4
    assert await rates.take("search", caller("203.0.113.7"), None) is None
    await rates.close()


async def test_a_caller_without_an_address_is_limited_too() -> None:
    rates = Rates(TIGHT)
    results = [await rates.take("messages", Caller(None, "http", "x"), None) for _ in range(5)]
    assert [r.scope if r else None for r in results] == [None] * 4 + ["address"]


async def test_two_portals_count_together_in_redis(redis: RedisServer) -> None:
    here, there = Rates(TIGHT, redis.url), Rates(TIGHT, redis.url)
    assert await passed(here, "203.0.113.7") == 4
    assert await passed(there, "203.0.113.7") == 0
    await here.close()
    await there.close()


async def test_while_redis_is_away_each_portal_counts_for_itself(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(portal_rates, "_REDIS_PAUSE", 0.0)
    caplog.set_level("INFO", "portal.rates")
    rates = Rates(TIGHT, redis.url)
    redis.stop()
    assert await passed(rates, "203.0.113.7") == 4
    assert [r.levelname for r in caplog.records if r.name == "portal.rates"] == ["WARNING"]
    redis.start()
    assert await passed(rates, "203.0.113.7") == 4  # Redis has counted nothing yet
    assert caplog.records[-1].message == "rate limits are counted in Redis again"
    await rates.close()


async def test_too_many_messages_are_refused_with_the_time_to_wait(
    make_portal: MakePortal, rasa: StubRasa
) -> None:
    rasa.reply = answer(lang="en")
    portal = await make_portal(rate_limits=True, limits=TIGHT)
    token = await portal.session(lang="en")
    replies = [await portal.post(token, text="fee") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert_refused(replies[-1])
    assert (await portal.call("GET", "/v1/messages", token)).status == 200  # another matter
    assert (await portal.post(await portal.session(), text="phí")).status == 200


async def test_guessing_tokens_is_limited_by_address(make_portal: MakePortal) -> None:
    portal = await make_portal(rate_limits=True, limits=TIGHT)
    assert [(await portal.post("x.y.z", text="phí")).status for _ in range(5)] == [401] * 4 + [429]


@pytest.mark.parametrize(
    ("matter", "method", "path"),
    [
        ("sessions", "POST", "/v1/session"),
        ("messages", "POST", "/v1/messages"),
        ("search", "GET", "/v1/search"),
        ("feedback", "POST", "/v1/feedback"),
        ("other", "GET", "/v1/messages"),
        ("other", "GET", "/v1/stream"),
        ("other", "GET", "/v1/transcript"),
        ("other", "GET", "/v1/about"),
        ("other", "GET", "/readyz"),
        ("other", "GET", "/nowhere"),
    ],
)
async def test_every_call_falls_under_a_limit_of_its_matter(
    make_portal: MakePortal, matter: Matter, method: str, path: str
) -> None:
    once = {name: {"address": parse("1/hour")} for name in get_args(Matter)}
    portal = await make_portal(rate_limits=True, limits={**default_limits(), matter: once[matter]})
    await portal.description()
    statuses = [(await portal.call(method, path)).status for _ in range(3)]
    assert statuses[-1] == 429


@pytest.mark.parametrize("path", ["/healthz", "/static/pages.css"])
async def test_liveness_and_static_files_are_free(make_portal: MakePortal, path: str) -> None:
    limits = {matter: {"address": parse("1/hour")} for matter in DEFAULTS}
    portal = await make_portal(rate_limits=True, limits=limits)
    assert [(await portal.call("GET", path)).status for _ in range(3)] == [200, 200, 200]


async def test_behind_a_proxy_the_visitors_count_and_not_the_proxy(make_portal: MakePortal) -> None:
    limits = {**default_limits(), "sessions": read_limits("address 1/hour")}
    portal = await make_portal(rate_limits=True, limits=limits, proxies=(ip_network("127.0.0.0/8"),))

    async def status(visitor: str) -> int:
        reply = await portal.call("POST", "/v1/session", headers={"X-Forwarded-For": visitor})
        return reply.status

    visitors = ["203.0.113.7", "203.0.113.8", "203.0.113.7", "1.2.3.4, 203.0.113.7"]
    assert [await status(visitor) for visitor in visitors] == [201, 201, 429, 429]


async def test_refusals_are_counted(make_all: Any, aiohttp_client: Any) -> None:
    apps = make_all(rate_limits=True, limits={**default_limits(), "sessions": read_limits("network 1/hour")})
    portal = Portal(await aiohttp_client(apps.public))
    for headers in ({}, {}, {"Origin": "null"}):
        await portal.call("POST", "/v1/session", headers=headers)
    text = await shown(aiohttp_client, apps.metrics)
    assert 'heza_limited_total{matter="sessions",scope="network"} 1.0' in text
    assert 'heza_refusals_total{problem="too_many"} 1.0' in text
    assert 'heza_refusals_total{problem="foreign_origin"} 1.0' in text


def test_a_scope_that_is_not_named_keeps_its_default() -> None:
    limits = read_limits("session 5/minute", default_limits()["messages"])
    assert limits["session"] == parse("5/minute")
    assert limits["address"] == default_limits()["messages"]["address"]


@pytest.mark.parametrize(
    "text", ["5/minute", "person 5/minute", "session", "session often", "address 5", "address 5/"]
)
def test_limits_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_limits(text)


@pytest.mark.parametrize(
    ("pattern", "path", "matter"),
    [
        ("/v1/dossiers/{code}", "/v1/dossiers/000.19.H24-241105-0012", "feed"),
        ("/staff/api/card/{entry}", "/staff/api/card/procedure.permit", "staff"),
        ("/staff/assets/{name}", "/staff/assets/index-abc.js", None),
        ("/staff/", "/staff/", "other"),
    ],
)
def test_what_a_route_falls_under_is_told_by_its_pattern(
    pattern: str, path: str, matter: Matter | None
) -> None:
    async def nothing(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_put(pattern, nothing)
    info = app.router.resources()
    (resource,) = info
    (route,) = resource
    request = make_mocked_request("PUT", path)
    request._match_info = web.UrlMappingMatchInfo({}, route)
    assert portal_rates.matter_of(request) == matter


def assert_refused(reply: Reply) -> None:
    assert reply.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert reply.json["type"] == "urn:heza:problem:too_many"
    assert 1 <= int(reply.headers["Retry-After"]) <= 2 * 3600
    assert f"{reply.headers['Retry-After']} seconds" in reply.json["detail"]

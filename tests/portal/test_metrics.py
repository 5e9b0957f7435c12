from __future__ import annotations

from typing import Any

from pytest_aiohttp import AiohttpClient

from knowledge.answer import Outcome
from portal.metrics import Metrics, make_metrics_app
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, StubRasa


async def shown(aiohttp_client: AiohttpClient, app: Any) -> str:
    client = await aiohttp_client(app)
    response = await client.get("/metrics")
    assert response.status == 200
    assert response.content_type == "text/plain"
    return await response.text()


async def test_turns_are_counted_by_outcome_and_timed(aiohttp_client: AiohttpClient) -> None:
    metrics = Metrics()
    metrics.count(Outcome.ANSWERED, 0.02)
    metrics.count(Outcome.ANSWERED, 0.3)
    metrics.count(Outcome.SERVICE_DOWN, 4.0)
    text = await shown(aiohttp_client, make_metrics_app(metrics))
    assert 'heza_turns_total{outcome="answered"} 2.0' in text
    assert 'heza_turns_total{outcome="service_down"} 1.0' in text
    assert 'heza_turn_seconds_bucket{le="0.025"} 1.0' in text
    assert "heza_turn_seconds_count 3.0" in text


async def test_two_portals_in_one_process_count_apart(aiohttp_client: AiohttpClient) -> None:
    Metrics().count(Outcome.ANSWERED, 0.1)
    assert "answered" not in await shown(aiohttp_client, make_metrics_app(Metrics()))


async def test_the_turns_of_the_portal_are_shown_without_what_was_said(
    make_all: Any, make_portal: MakePortal, rasa_url: str, aiohttp_client: AiohttpClient
) -> None:
    apps = make_all(rasa_url=rasa_url)
    portal = Portal(await aiohttp_client(apps.public))
    await portal.ask(await portal.session(), "mã hồ sơ bí mật")
    text = await shown(aiohttp_client, apps.metrics)
    assert 'heza_turns_total{outcome="answered"} 1.0' in text
    assert "bí mật" not in text


async def test_the_port_of_the_metrics_serves_nothing_else(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(make_metrics_app(Metrics()))
    for path in ("/", "/v1/session", "/webhook"):
        assert (await client.get(path)).status == 404


async def test_stages_open_streams_and_the_breaker_are_shown(
    make_all: Any, rasa_url: str, rasa: StubRasa, aiohttp_client: AiohttpClient
) -> None:
    apps = make_all(rasa_url=rasa_url)
    portal = Portal(await aiohttp_client(apps.public))
    token = await portal.session()
    await portal.ask(token)
    async with portal.client.get("/v1/stream", headers={"Authorization": f"Bearer {token}"}) as response:
        await response.content.readline()
        text = await shown(aiohttp_client, apps.metrics)
    for stage in ("store", "rasa", "finish"):
        assert f'heza_stage_seconds_count{{stage="{stage}"}} 1.0' in text
    assert "heza_open_streams 1.0" in text
    assert "heza_rasa_breaker_open 0.0" in text
    assert "heza_rasa_workers_away 0.0" in text
    rasa.status = 500
    for _ in range(5):
        await portal.ask(token)
    assert "heza_rasa_breaker_open 1.0" in await shown(aiohttp_client, apps.metrics)

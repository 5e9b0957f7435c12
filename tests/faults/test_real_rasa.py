"""Two portals and two workers of the real Rasa over one PostgreSQL and one Redis."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.postgresql import Postgresql
from evaluation.client import Portal
from evaluation.parts import Part, actions_part, answers, portal_part, rasa_part, running
from knowledge.content import Content
from knowledge.loading import load
from knowledge.store import Store
from launcher.places import Places
from tests.conftest import private_redis
from tests.faults.visitors import crowd

AREA = "KCN Tràng Duệ 3 rộng bao nhiêu?"
DEVELOPER = "Chủ đầu tư là ai?"
QUESTIONS = (AREA, "Xin chào", "How long does a work permit take?", "Thời tiết hôm nay thế nào?")
TIME_TO_START = 240.0


@dataclass(frozen=True)
class Pair:
    """Two of each, running."""

    urls: list[str]
    portals: list[Part]
    workers: list[Part]
    rasa: list[str]
    settings: dict[str, str]
    folder: Path
    webhook: str


@pytest.fixture(scope="module")
def servers(postgresql_server: Postgresql, shipped: Content) -> Iterator[dict[str, str]]:
    """Settings of a database with the content that ships, and of a Redis."""
    url = postgresql_server.new_database()
    store = Store(url)
    load(store, shipped)
    store.close()
    with private_redis() as redis:
        yield {"DATABASE_URL": url, "REDIS_URL": redis.url}


@pytest.fixture(scope="module")
def pair(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    if not Places().model.exists():
        pytest.skip("no model has been trained: make train")
    folder = tmp_path_factory.mktemp("pair")
    actions, webhook = actions_part(folder, **servers)
    workers = [rasa_part(folder, webhook, **servers) for _ in range(2)]
    rasa = [url for _, url in workers]
    portals = [portal_part(folder, ",".join(rasa), **servers) for _ in range(2)]
    parts = [part for part, _ in workers]
    with running(actions, *parts, *(part for part, _ in portals), seconds=TIME_TO_START):
        doors = [part for part, _ in portals]
        yield Pair([url for _, url in portals], doors, parts, rasa, servers, folder, webhook)


@pytest.fixture
async def portals(pair: Pair) -> AsyncIterator[list[Portal]]:
    async with Portal(pair.urls[0]) as one, Portal(pair.urls[1]) as other:
        yield [one, other]


async def test_any_worker_gives_the_same_answer_and_keeps_the_context_of_one_that_died(
    pair: Pair, portals: list[Portal]
) -> None:
    for question in QUESTIONS:
        turns = [await portal.ask(await portal.session(), text=question) for portal in portals * 2]
        assert len({(turn["outcome"], turn["text"]) for turn in turns}) == 1
        assert turns[0]["outcome"] != "service_down"
    token = await portals[0].session()
    assert "652,73" in (await portals[0].ask(token, text=AREA))["text"]
    pair.workers[0].kill()
    followed = [await portal.ask(token, text=DEVELOPER) for portal in portals * 2]
    assert {turn["entries"][0]["id"] for turn in followed} == {"zone.trang-due-3"}
    pair.workers[0].begin()  # the next test waits for it


@pytest.mark.long
async def test_a_rolling_restart_with_another_model_loses_no_message_and_no_answer(
    pair: Pair, tmp_path: Path
) -> None:
    pair.workers[0].wait(TIME_TO_START)
    model = shutil.copy(Places().model, tmp_path / "swapped.tar.gz")
    async with crowd(*pair.urls, size=3) as visitors:
        await visitors.taken(5)
        for worker in pair.workers:
            worker.end()
            worker.use(Places().model, model)
            worker.start(TIME_TO_START)
            await visitors.taken(5)
        for portal in pair.portals:
            portal.end()
            await visitors.taken(5)
            portal.start()
        await visitors.recovered(*pair.urls)
        turns = await visitors.settle(pair.urls[0], seconds=180)
    assert {turn["outcome"] for turn in turns} == {"small_talk"}


@pytest.mark.long
async def test_a_worker_with_a_damaged_model_is_never_asked(
    pair: Pair, portals: list[Portal], tmp_path: Path
) -> None:
    whole = Places().model.read_bytes()
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(whole[: len(whole) // 2])
    sick, url = rasa_part(tmp_path, pair.webhook, damaged, **pair.settings)
    door, address = portal_part(pair.folder, f"{url},{pair.rasa[0]}", **pair.settings)
    with running(door):
        sick.begin()
        try:
            async with Portal(address) as portal:
                for _ in range(12):
                    turn = await portal.ask(await portal.session(), text=AREA)
                    assert "652,73" in turn["text"]
            assert not answers(f"{url}/webhooks/portal/ready")
        finally:
            sick.end()

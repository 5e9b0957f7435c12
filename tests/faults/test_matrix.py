"""Parts die, hang, slow down and run full while visitors talk: nothing acknowledged is lost.

Each cell of the table in docs/faults.md is a test; two samples of them run with every change.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.postgresql import Postgresql
from benchmarks.redis_server import RedisServer
from evaluation.parts import answers
from tests.faults import hurting
from tests.faults.house import House, house
from tests.faults.proxy import slow
from tests.faults.visitors import crowd

SOME = 12
ANSWERED, DOWN = {"small_talk"}, {"small_talk", "service_down"}


def hurt(
    part: str, fault: str, home: House, server: Postgresql, redis: RedisServer, url: str
) -> AbstractContextManager[None]:
    """Return what happens to a part."""
    parts = {
        "rasa": home.workers,
        "one rasa": home.workers[:1],
        "actions": [home.actions],
        "portal": home.portals[:1],
    }
    if part in parts:
        return {"kill": hurting.killed, "hang": hurting.hanging}[fault](*parts[part])
    found: dict[tuple[str, str], Any] = {
        ("database", "kill"): lambda: hurting.killed_database(server),
        ("database", "hang"): lambda: hurting.hanging(server),
        ("database", "full"): lambda: hurting.full_database(url),
        ("redis", "kill"): lambda: hurting.killed_redis(redis),
        ("redis", "hang"): lambda: hurting.hanging(redis),
        ("redis", "full"): lambda: hurting.full_redis(redis.url),
    }
    made: AbstractContextManager[None] = found[part, fault]()
    return made


@pytest.mark.parametrize(
    ("part", "fault", "works", "outcomes"),
    [
        ("rasa", "kill", True, DOWN),
        ("rasa", "hang", True, DOWN),
        ("one rasa", "kill", True, ANSWERED),
        ("one rasa", "hang", True, DOWN),
        ("actions", "kill", True, DOWN),
        ("actions", "hang", True, DOWN),
        ("portal", "kill", True, ANSWERED),
        ("portal", "hang", True, ANSWERED),
        ("database", "kill", False, DOWN),
        ("database", "hang", False, DOWN),
        ("database", "full", False, DOWN),
        ("redis", "kill", True, ANSWERED),
        ("redis", "hang", True, ANSWERED),
        ("redis", "full", True, ANSWERED),
    ],
)
@pytest.mark.long
async def test_a_cell(
    large: House,
    postgresql_server: Postgresql,
    redis: RedisServer,
    postgres_url: str,
    part: str,
    fault: str,
    works: bool,
    outcomes: set[str],
) -> None:
    async with crowd(*large.urls) as visitors:
        await visitors.taken(SOME)
        with hurt(part, fault, large, postgresql_server, redis, postgres_url):
            if works:
                await visitors.taken(SOME)
            else:
                await visitors.refused(SOME)
        await visitors.recovered(*large.urls)
        turns = await visitors.settle(large.urls[0])
    assert {turn["outcome"] for turn in turns} <= outcomes
    assert all(answers(f"{url}/readyz") for url in large.urls)


@pytest.mark.parametrize("part", ["database", "redis"])
@pytest.mark.long
async def test_a_slow_server_makes_turns_slow_and_loses_none(
    tmp_path: Path, postgres_url: str, postgresql_server: Postgresql, redis: RedisServer, part: str
) -> None:
    real = Path(redis.url.removeprefix("unix://"))
    target = postgresql_server.folder / ".s.PGSQL.5432" if part == "database" else real
    folder = target.parent / "slow"
    folder.mkdir()
    folder.chmod(0o777)
    settings = {"DATABASE_URL": postgres_url, "REDIS_URL": redis.url}
    with slow(target, folder / target.name) as proxy:
        if part == "database":
            settings["DATABASE_URL"] = postgres_url.replace(str(target.parent), str(folder))
        else:
            settings["REDIS_URL"] = f"unix://{folder / target.name}"
        with house(tmp_path, None, **settings) as home:
            async with crowd(*home.urls) as visitors:
                await visitors.taken(SOME)
                proxy.delay = 0.1
                await visitors.taken(SOME)
                proxy.delay = 0.0
                turns = await visitors.settle(home.urls[0])
    assert {turn["outcome"] for turn in turns} <= DOWN


async def test_a_sample_on_one_machine(small: House) -> None:
    """Over SQLite, without Redis: Rasa and actions killed, the disk full, the portal killed."""
    (url,), (portal,) = small.urls, small.portals
    async with crowd(url) as visitors:
        await visitors.taken(SOME)
        with hurting.killed(small.workers[0]):
            await visitors.taken(SOME)
        with hurting.killed(small.actions):
            await visitors.taken(SOME)
        with hurting.full_files(portal):
            await visitors.refused(SOME)
        await visitors.taken(SOME)
        with hurting.killed(portal):
            await visitors.refused(SOME)
        await visitors.recovered(url)
        turns = await visitors.settle(url)
    assert {turn["outcome"] for turn in turns} == DOWN


async def test_a_sample_on_several_machines(
    large: House, postgresql_server: Postgresql, redis: RedisServer
) -> None:
    """Over PostgreSQL and Redis: both killed, a worker and a portal killed."""
    async with crowd(*large.urls) as visitors:
        await visitors.taken(SOME)
        with hurting.killed_redis(redis), hurting.killed(large.workers[0], large.portals[1]):
            await visitors.taken(SOME)
        with hurting.killed_database(postgresql_server):
            await visitors.refused(SOME)
        await visitors.recovered(*large.urls)
        turns = await visitors.settle(large.urls[0])
    assert {turn["outcome"] for turn in turns} <= DOWN

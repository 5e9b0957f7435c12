"""Where the tracker lies, and that several workers may come up over it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from benchmarks.postgresql import Postgresql
from bot.databases import SCHEMA, tracker_url
from tests.bot.test_forgetting import opened, told


def test_a_path_is_a_sqlite_file() -> None:
    assert tracker_url("/var/lib/heza/tracker.sqlite") == "sqlite:////var/lib/heza/tracker.sqlite"
    assert tracker_url("sqlite:////var/x.sqlite") == "sqlite:////var/x.sqlite"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_url_of_the_portals_is_good_for_the_tracker_too(scheme: str) -> None:
    url = sa.engine.make_url(tracker_url(f"{scheme}://heza:p%40ss@db.example/heza"))
    assert (url.drivername, url.password, url.database) == ("postgresql+psycopg2", "p@ss", "heza")
    assert f"search_path={SCHEMA}" in url.query["options"]


async def test_workers_that_start_at_once_share_it_beside_the_tables_of_the_portal(
    server: Postgresql,
) -> None:
    url = server._url("postgres")
    portals = sa.create_engine(url.replace("+psycopg", "+psycopg2"))
    portals.execute("CREATE TABLE events (session varchar)")
    with ThreadPoolExecutor(4) as pool:
        workers = list(pool.map(opened, [url] * 4))
    await workers[0].save(told("s-1", "phí"))
    assert portals.execute("SELECT count(*) FROM public.events").scalar() == 0
    assert (await workers[3].retrieve("s-1")).latest_message.text == "phí"
    portals.execute(f"DROP TABLE events; DROP SCHEMA {SCHEMA} CASCADE")
    for engine in (portals, *(worker.engine for worker in workers)):
        engine.dispose()

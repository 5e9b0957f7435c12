from __future__ import annotations

from pathlib import Path

import tomllib

from actions.base import Desk
from portal.api.about import VERSION
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal


async def test_a_deployment_says_who_speaks_and_how_to_reach_a_person(make_portal: MakePortal) -> None:
    portal = await make_portal(desk=Desk("1800 0000", "8:00-17:00"))
    about = (await portal.call("GET", "/v1/about")).json
    assert (about["hotline"], about["hotline_hours"]) == ("1800 0000", "8:00-17:00")
    assert set(about["name"]) == set(about["languages"]) == {"vi", "en"}
    assert about["site"] == "https://heza.gov.vn"


async def test_without_a_hotline_none_is_named(portal: Portal) -> None:
    about = (await portal.call("GET", "/v1/about")).json
    assert (about["hotline"], about["hotline_hours"]) == (None, None)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION

"""The description of the staff API: valid, complete, guarded; and the page that people read."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from openapi_spec_validator import validate

from portal.api.staff.openapi import describe
from portal.staff.access import STAFF
from portal.staff.permissions import Role
from tests.portal.staff.conftest import Desk

DOCS = Path(__file__).resolve().parents[3] / "docs"


def served(app: web.Application) -> set[tuple[str, str]]:
    return {
        (route.resource.canonical, route.method.lower())
        for route in app.router.routes()
        if route.resource and route.resource.canonical.startswith("/staff/api/") and route.method != "HEAD"
    }


async def test_the_description_is_valid_and_guarded(desk: Desk) -> None:
    assert (await (await desk.new_browser()).call("GET", "/openapi.json")).status == 401
    officer = await desk.browser(Role.OFFICER)
    found = await officer.call("GET", "/openapi.json")
    assert found.status == 200
    validate(found.json)


async def test_what_is_served_is_described(desk: Desk) -> None:
    app = desk.app
    assert app[STAFF] is desk.staff
    described = {(path, method) for path, calls in describe()["paths"].items() for method in calls}
    assert served(app) == described


async def test_every_call_but_those_of_signing_in_asks_who_it_is(desk: Desk) -> None:
    browser = await desk.new_browser()
    open_ = ("/staff/api/sign-in", "/staff/api/enrolment", "/staff/api/oidc")
    for path, method in sorted(served(desk.app)):
        if not path.startswith(open_):
            url = path.removeprefix("/staff/api").replace("{", "").replace("}", "")
            said = await browser.call(method.upper(), url)
            assert (path, said.status) == (path, 401)


async def test_every_call_is_documented(desk: Desk) -> None:
    page = (DOCS / "staff-api.md").read_text(encoding="utf-8")
    for path, method in sorted(served(desk.app)):
        assert f"`{method.upper()} {path}" in page, (method, path)

"""Which pages may call, and the headers of every sort of response."""

from __future__ import annotations

import pytest

from portal.guard import normal_origin
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal

PAGE = "https://heza.gov.vn"
LISTED = frozenset({PAGE, "https://eform.example:8443"})


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://heza.gov.vn", PAGE),
        ("https://heza.gov.vn/", PAGE),
        ("HTTPS://HEZA.GOV.VN", PAGE),
        ("https://heza.gov.vn:443", PAGE),
        ("http://heza.gov.vn:80", "http://heza.gov.vn"),
        ("https://heza.gov.vn:8443", "https://heza.gov.vn:8443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, normal: str) -> None:
    assert normal_origin(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        *("null", "", "heza.gov.vn", "https://", "file:///etc", "data:text/html,x", "javascript:alert(1)"),
        *(
            "https://heza.gov.vn/page",
            "https://heza.gov.vn?x",
            "https://heza.gov.vn#x",
            "https://u@heza.gov.vn",
        ),
        *(
            "https://heza.gov.vn:99999",
            "https://*.gov.vn",
            "https://a.vn https://b.vn",
            "https://a.vn,https://b.vn",
        ),
        "chrome-extension://abc",
    ],
)
def test_what_is_no_origin_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normal_origin(text)


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "https://heza.gov.vn.evil.example", "https://evilheza.gov.vn"),
        *(
            "https://www.heza.gov.vn",
            "http://heza.gov.vn",
            "https://heza.gov.vn:8443",
            "https://eform.example",
        ),
        *(
            "https://heza.gov.vn/",
            "https://heza.gov.vn, https://evil.example",
            "https://heza.gov.vn@evil.example",
        ),
        *("file://", "chrome-extension://abc", "NULL"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/session"), ("GET", "/v1/search?q=phép"), ("OPTIONS", "/v1/messages")]
)
async def test_a_foreign_page_is_refused(
    make_portal: MakePortal, origin: str, method: str, path: str
) -> None:
    portal = await make_portal(origins=LISTED)
    reply = await portal.call(method, path, headers={"Origin": origin})
    assert (reply.status, reply.json["type"]) == (403, "urn:heza:problem:foreign_origin")
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]


async def test_two_origins_are_none(make_portal: MakePortal) -> None:
    portal = await make_portal(origins=LISTED)
    async with portal.client.get("/healthz", headers=[("Origin", PAGE), ("Origin", PAGE)]) as response:
        assert response.status == 403


async def test_the_own_page_and_tools_without_an_origin_are_accepted(portal: Portal) -> None:
    own = str(portal.client.make_url("")).rstrip("/")
    for headers in ({}, {"Origin": own}, {"Origin": own.upper()}):
        assert (await portal.call("POST", "/v1/session", json={}, headers=headers)).status == 201
    elsewhere = {"Origin": own, "Host": "rebound.example"}
    assert (await portal.call("POST", "/v1/session", json={}, headers=elsewhere)).status == 403


@pytest.mark.parametrize("origin", [PAGE, "https://HEZA.gov.vn", "https://heza.gov.vn:443"])
async def test_a_page_on_the_list_is_accepted_and_told_so(make_portal: MakePortal, origin: str) -> None:
    portal = await make_portal(origins=LISTED)
    reply = await portal.call("POST", "/v1/session", json={}, headers={"Origin": origin})
    assert reply.status == 201
    assert reply.headers["Access-Control-Allow-Origin"] == origin
    assert "Retry-After" in reply.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in reply.headers


async def test_a_page_on_the_list_reads_the_stream_and_refusals_too(make_portal: MakePortal) -> None:
    portal = await make_portal(origins=LISTED)
    headers = {"Origin": PAGE, "Authorization": f"Bearer {await portal.session()}"}
    async with portal.client.get("/v1/stream", headers=headers) as response:
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
    refused = await portal.call("POST", "/v1/messages", headers={"Origin": PAGE})
    assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, PAGE)


@pytest.mark.parametrize("wanted", ["POST", "DELETE", "GET"])
async def test_a_preflight_says_what_is_allowed(make_portal: MakePortal, wanted: str) -> None:
    portal = await make_portal(origins=LISTED)
    asked = {"Origin": PAGE, "Access-Control-Request-Method": wanted}
    reply = await portal.call("OPTIONS", "/v1/session", headers=asked)
    assert (reply.status, reply.text) == (204, "")
    methods = reply.headers["Access-Control-Allow-Methods"].split(", ")
    assert wanted in methods
    assert "PUT" not in methods  # the feed of the one-stop system comes from no page
    assert set(reply.headers["Access-Control-Allow-Headers"].split(", ")) == {
        *("Authorization", "Content-Type", "Last-Event-ID")
    }


async def test_without_a_list_no_foreign_page_gets_a_preflight(portal: Portal) -> None:
    assert (await portal.call("OPTIONS", "/v1/session", headers={"Origin": PAGE})).status == 403
    assert (await portal.call("OPTIONS", "/v1/session")).status == 405


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/static/pages.css", 200),
        ("GET", "/healthz", 200),
        ("GET", "/v1/openapi.json", 200),
        ("GET", "/v1/about", 200),
        ("POST", "/v1/session", 201),
        ("POST", "/v1/messages", 401),
        ("GET", "/v1/stream", 401),
        ("GET", "/nowhere", 404),
        ("GET", "/v1/session", 405),
    ],
)
async def test_every_response_carries_the_security_headers(
    portal: Portal, method: str, path: str, status: int
) -> None:
    reply = await portal.call(method, path)
    assert reply.status == status
    assert_guarded(reply.headers)
    policy = reply.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy


async def test_event_streams_and_transcripts_carry_them_too(portal: Portal) -> None:
    headers = {"Authorization": f"Bearer {await portal.session()}"}
    for path in ("/v1/stream", *(f"/v1/transcript?format={form}" for form in ("txt", "html", "json"))):
        async with portal.client.get(path, headers=headers) as response:
            assert response.status == 200
            assert_guarded(response.headers)
            assert response.headers["Cache-Control"] == "no-store"


async def test_a_refused_origin_gets_the_headers_as_well(portal: Portal) -> None:
    reply = await portal.call("GET", "/healthz", headers={"Origin": "null"})
    assert reply.status == 403
    assert_guarded(reply.headers)


def assert_guarded(headers: object) -> None:
    """Assert what holds for every response, whatever it is."""
    found = dict(headers)  # type: ignore[call-overload]
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "no-referrer"
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in found["Permissions-Policy"]
    assert "default-src 'none'" in found["Content-Security-Policy"]
    assert "unsafe" not in found["Content-Security-Policy"]
    assert "Set-Cookie" not in found
    assert found["Vary"] == "Origin"
    assert found["X-Request-ID"]

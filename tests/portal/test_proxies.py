from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from portal.proxies import Caller, Family, Proxies
from tests.portal.conftest import MakePortal

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]
VISITOR = "203.0.113.7"


def seen(peer: str, headers: list[tuple[str, str]], family: Family = "x-forwarded") -> Caller:
    class Transport:
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return (peer, 1234) if name == "peername" else default

    given = CIMultiDict([("Host", "inner:8080"), *headers])
    request = make_mocked_request("GET", "/", headers=given, transport=Transport())
    return Proxies(TRUSTED, family).caller(request)


@pytest.mark.parametrize(
    ("peer", "chain", "address"),
    [
        (VISITOR, "198.51.100.1", VISITOR),  # no proxy of ours: the header is the visitor's own
        ("10.0.0.1", VISITOR, VISITOR),
        ("10.0.0.1", f"198.51.100.1, {VISITOR}", VISITOR),  # the first one was made up
        ("10.0.0.1", f"198.51.100.1, {VISITOR}, 10.0.0.2", VISITOR),
        ("10.0.0.1", f"10.9.9.9, {VISITOR}", VISITOR),  # pretends to be a proxy
        ("10.0.0.1", f"{VISITOR},10.0.0.3,  10.0.0.2", VISITOR),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", f"{VISITOR}, junk, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", f"{VISITOR}:4711", VISITOR),
        ("10.0.0.1", "[2001:db8:9::1]:443", "2001:db8:9::1"),
        ("10.0.0.1", "2001:db8:9::1", "2001:db8:9::1"),
        ("2001:db8:1::5", VISITOR, VISITOR),
        ("::ffff:10.0.0.1", f"::ffff:{VISITOR}", VISITOR),
        ("10.0.0.1", f"{VISITOR}\u2028x", "10.0.0.1"),
    ],
)
def test_the_address_is_the_last_one_that_a_trusted_hop_wrote(peer: str, chain: str, address: str) -> None:
    assert seen(peer, [("X-Forwarded-For", chain)]).address == ip_address(address)


def test_lines_of_the_same_header_are_one_list() -> None:
    lines = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", f"{VISITOR}, 10.0.0.2")]
    assert seen("10.0.0.1", lines).address == ip_address(VISITOR)


def test_scheme_and_host_are_those_that_the_visitor_used() -> None:
    headers = [
        ("X-Forwarded-For", f"198.51.100.1, {VISITOR}, 10.0.0.2"),
        ("X-Forwarded-Proto", "https, http"),
        ("X-Forwarded-Host", "hoidap.example, inner"),
    ]
    assert seen("10.0.0.1", headers) == Caller(ip_address(VISITOR), "https", "hoidap.example", proxied=True)


@pytest.mark.parametrize(
    ("proto", "host"), [("gopher", "a b"), ("", ""), ("https://x", "x/y"), ("https\t", "é")]
)
def test_a_scheme_or_host_that_is_none_is_left_out(proto: str, host: str) -> None:
    headers = [("X-Forwarded-For", VISITOR), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host)]
    caller = seen("10.0.0.1", headers)
    assert caller.host == "inner:8080"
    assert caller.scheme in {"http", proto.strip()}


def test_a_visitor_cannot_pass_for_another_scheme_or_host() -> None:
    headers = [
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "heza.gov.vn"),
        ("Forwarded", "proto=https"),
    ]
    for family in ("x-forwarded", "forwarded"):
        caller = seen(VISITOR, headers, family)  # type: ignore[arg-type]
        assert caller == Caller(ip_address(VISITOR), "http", "inner:8080", proxied=False)


def test_the_standard_header_is_read_where_it_is_chosen() -> None:
    chain = f'for=198.51.100.1, for="{VISITOR}:80";proto=https;host=hoidap.example, for=10.0.0.2;proto=http'
    caller = seen("10.0.0.1", [("Forwarded", chain), ("X-Forwarded-For", "192.0.2.1")], "forwarded")
    assert caller == Caller(ip_address(VISITOR), "https", "hoidap.example", proxied=True)


def test_the_family_that_was_not_chosen_is_the_visitors_own_and_ignored() -> None:
    forwarded = ("Forwarded", "for=192.0.2.1;host=evil.example")
    assert seen("10.0.0.1", [forwarded, ("X-Forwarded-For", VISITOR)]).address == ip_address(VISITOR)
    assert seen("10.0.0.1", [forwarded]).address == ip_address("10.0.0.1")


async def test_the_own_page_behind_a_proxy_is_accepted_as_such(make_portal: MakePortal) -> None:
    page = {"Origin": "https://hoidap.example"}
    forwarded = {
        "X-Forwarded-For": VISITOR,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "hoidap.example",
    }
    behind = await make_portal(proxies=(ip_network("127.0.0.0/8"),))
    assert (await behind.call("POST", "/v1/session", headers={**page, **forwarded})).status == 201
    assert (await behind.call("POST", "/v1/session", headers=page)).status == 403
    alone = await make_portal()
    assert (await alone.call("POST", "/v1/session", headers={**page, **forwarded})).status == 403

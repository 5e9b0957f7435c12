"""Who calls, seen through the reverse proxies of the deployment.

A proxy appends the address of its own caller to ``X-Forwarded-For`` (or ``Forwarded``,
RFC 7239), so the list is read from the right, hop by hop, for as long as the hop that
wrote an entry is trusted. What stands further left was written by the client and
means nothing. Only one of the two families of headers is read: a proxy rewrites the
one that it is configured for and passes the other one on as the client sent it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

from aiohttp import web

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Family = Literal["x-forwarded", "forwarded"]
_HOST = re.compile(r"[A-Za-z0-9.\-_]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_PORT = re.compile(r"^(?:\[(?P<v6>[^\]]*)\]|(?P<v4>[^:]*))(?::\d{1,5})?$")


@dataclass(frozen=True)
class Caller:
    """Where a request comes from.

    Args:
        address: of the client; null when the connection tells none.
        scheme: ``http`` or ``https``, as the client used it.
        host: host and port that the client called.
        proxied: whether a trusted proxy handed the request on.
    """

    address: Address | None
    scheme: str
    host: str
    proxied: bool = False


CALLER = web.RequestKey("caller", Caller)


@dataclass(frozen=True)
class _Hop:
    address: Address | None
    scheme: str | None
    host: str | None


class Proxies:
    """The reverse proxies that are believed.

    Args:
        networks: where they are.
        family: which headers they write.
    """

    def __init__(self, networks: Iterable[Network] = (), family: Family = "x-forwarded") -> None:
        self._networks = tuple(networks)
        self._family = family

    def caller(self, request: web.Request) -> Caller:
        """Return who makes a request."""
        caller = Caller(_address(request.remote or ""), request.scheme, request.host)
        if not self._trusts(caller.address):
            return caller
        caller = replace(caller, proxied=True)
        for hop in self._hops(request):
            caller = replace(
                caller,
                address=hop.address or caller.address,
                scheme=hop.scheme or caller.scheme,
                host=hop.host or caller.host,
            )
            if not self._trusts(hop.address):
                break
        return caller

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(
            address.version == network.version and address in network for network in self._networks
        )

    def _hops(self, request: web.Request) -> Iterable[_Hop]:
        """Yield what the proxies say, the nearest one first."""
        if self._family == "forwarded":
            for element in reversed(request.forwarded):
                yield _hop(element.get("for", ""), element.get("proto", ""), element.get("host", ""))
            return
        names = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")
        lists = [_listed(request, name) for name in names]
        for number in range(1, max(map(len, lists)) + 1):
            yield _hop(*(values[-number] if number <= len(values) else "" for values in lists))


def _listed(request: web.Request, name: str) -> list[str]:
    return [value.strip() for line in request.headers.getall(name, []) for value in line.split(",")]


def _hop(address: str, scheme: str, host: str) -> _Hop:
    return _Hop(
        _address(address),
        scheme.lower() if scheme.lower() in {"http", "https"} else None,
        host if _HOST.fullmatch(host) else None,
    )


def _address(text: str) -> Address | None:
    """Read an address, with or without a port; an IPv4 address in IPv6 clothes becomes itself."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        parts = _PORT.match(text)
        try:
            address = ip_address((parts["v6"] or parts["v4"]) if parts else text)
        except ValueError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address

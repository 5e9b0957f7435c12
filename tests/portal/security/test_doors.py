"""Doors that are not there: files, other sessions, forged tokens, other servers, endless bodies."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_aiohttp import AiohttpServer
from yarl import URL

from portal.keys import keys_path, read_keys
from portal.openapi import describe
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, StubRasa

UP = [
    "/widget/../privacy-key",
    "/widget/..%2f..%2fprivacy-key/widget.js",
    "/widget/%2e%2e/widget.js",
    "/widget/..%5c..%5cprivacy-key",
    "/widget/latest%00/widget.js",
    "/static/../settings.py",
    "/static/..%2fsettings.py",
    "/static/%2e%2e%2fapp.py",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/..%2f..%2fetc/passwd",
    "//etc/passwd",
]


@pytest.mark.parametrize("path", UP)
async def test_no_path_leads_out_of_the_public_folders(portal: Portal, path: str) -> None:
    address = URL(str(portal.client.make_url("/")).rstrip("/") + path, encoded=True)
    async with portal.client.session.get(address) as response:
        assert response.status in {400, 403, 404}
        text = await response.text()
    assert "root:" not in text
    assert "import" not in text


async def test_pages_that_a_session_names_are_never_fetched(
    portal: Portal, aiohttp_server: AiohttpServer
) -> None:
    """Nothing that a visitor sends is an address to us (SSRF)."""
    hits: list[str] = []

    async def hit(request: web.Request) -> web.Response:
        hits.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hit)
    address = str((await aiohttp_server(app)).make_url("/x"))
    token = await portal.session(page=address)
    headers = {"X-Forwarded-Host": address.split("/")[2], "Referer": address, "X-Forwarded-For": "127.0.0.1"}
    reply = await portal.call(
        "POST", "/v1/messages?wait=true", token, json={"text": f"xem {address}"}, headers=headers
    )
    assert reply.status == 200
    await portal.call(
        "POST", "/v1/feedback", token, json={"turn": reply.json["id"], "value": "down", "reason": address}
    )
    await portal.call("GET", "/v1/search", params={"q": address})
    assert hits == []


def forged(header: Any, payload: Any, key: str = "") -> str:
    """A token in all but its right to be one."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, payload)
    )
    mac = hmac.new(key.encode(), head + b"." + body, hashlib.sha256).digest() if key else b""
    return b".".join([head, body, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()


async def test_no_forged_token_opens_a_session(portal: Portal, tmp_path: Path) -> None:
    token = await portal.session()
    head, body, mac = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    [(kid, key)] = read_keys(keys_path(tmp_path)).items()
    hs = {"alg": "HS256", "typ": "JWT"}
    tokens = [
        *(
            forged({"alg": alg, "typ": "JWT", "kid": kid}, claims)
            for alg in ("none", "None", "NONE", "HS256")
        ),
        *(forged({**hs, "kid": other}, claims, "x" * 32) for other in ("../../privacy-key", "0", "", kid)),
        *(
            forged({**hs, "kid": other}, claims, key.secret)
            for other in (None, 1, [kid], {kid: 1}, "/dev/null")
        ),
        forged(hs, claims, key.secret),
        forged({**hs, "kid": kid, "jku": "http://127.0.0.1/", "jwk": {}}, claims, "x" * 32),
        forged({"alg": "HS384", "kid": kid}, claims, key.secret),
        forged({**hs, "kid": kid}, {**claims, "exp": None}, key.secret),
        forged({**hs, "kid": kid}, {"sub": claims["sub"]}, key.secret),
        forged({**hs, "kid": kid}, {**claims, "exp": 10**30}, key.secret),
        forged({**hs, "kid": kid}, [claims], key.secret),
        f"{head}.{forged({}, {**claims, 'sub': 'x'}).split('.')[1]}.{mac}",
        f"{head}.{body}.",
        f"{head}.{body}",
        token + "x",
    ]
    for one in tokens:
        reply = await portal.call("GET", "/v1/messages?after=0", one)
        assert reply.status == 401, one
    assert (await portal.call("GET", "/v1/messages?after=0", token)).status == 200


async def test_a_token_for_a_session_that_never_was_tells_nothing(portal: Portal, tmp_path: Path) -> None:
    """With the key stolen, an id has still to be guessed; a guess is answered as an erased session is."""
    [(kid, key)] = read_keys(keys_path(tmp_path)).items()
    token = await portal.session()
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    guess = forged({"alg": "HS256", "typ": "JWT", "kid": kid}, {**claims, "sub": "guess"}, key.secret)
    assert (await portal.call("DELETE", "/v1/session", token)).status in {202, 204}
    erased = await portal.call("GET", "/v1/messages?after=0", token)
    never = await portal.call("GET", "/v1/messages?after=0", guess)
    assert (never.status, never.json) == (erased.status, erased.json)


async def test_what_belongs_to_others_looks_like_what_is_not_there(portal: Portal) -> None:
    """Enumeration: the reply to somebody else's id is that to an id of nothing."""
    owner, other = await portal.session(), await portal.session()
    turn = await portal.ask(owner)

    async def tries(turn_id: str, choice: str) -> list[tuple[int, Any]]:
        replies = [
            await portal.call("POST", "/v1/feedback", other, json={"turn": turn_id, "value": "up"}),
            await portal.post(other, choice=choice),
        ]
        return [(reply.status, reply.json) for reply in replies]

    theirs = await tries(turn["id"], turn["suggestions"][0]["id"])
    nothing = await tries("01JZZZZZZZZZZZZZZZZZZZZZZZ", "nothing-at-all-00000000")
    assert theirs == nothing
    assert [status for status, _ in theirs] == [404, 404]
    assert (await portal.call("GET", "/v1/messages?after=0", other)).json["events"] == []


async def test_a_ticket_that_is_not_there_looks_like_a_wrong_secret(portal: Portal) -> None:
    replies = [
        await portal.call("POST", "/v1/tickets/lookup", json={"code": code, "secret": "0" * 26})
        for code in ("HT-0000-0000", "HT-1111-1111", "' OR 1=1 --", "x" * 40)
    ]
    assert len({(reply.status, reply.text) for reply in replies}) == 1
    assert replies[0].status == 404


ENORMOUS = 50 * 1024 * 1024


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_small_body_that_unpacks_to_an_enormous_one_is_refused(portal: Portal, coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[coding]
    body = pack(b'{"text": "' + b" " * ENORMOUS + b'"}')
    assert len(body) < 100_000
    token = await portal.session()
    for path in ("/v1/messages", "/v1/session"):
        reply = await portal.call(
            "POST",
            path,
            token,
            data=body,
            headers={"Content-Encoding": coding, "Content-Type": "application/json"},
        )
        assert reply.status in {400, 413}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 16_000,
        b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
        b'{"text": ' + b"9" * 16_000 + b"}",
        b'{"text": 1e99999}',
        b'{"text": "\xff\xfe"}',
        b'{"text": "a", "text": 5}',
        b"\xef\xbb\xbf{}",
        b"NaN",
    ],
    ids=[
        "deep list",
        "deep object",
        "long number",
        "infinite",
        "no UTF-8",
        "twice",
        "BOM",
        "NaN",
    ],
)
async def test_json_that_is_a_trap_is_refused(portal: Portal, body: bytes) -> None:
    token = await portal.session()
    headers = {"Content-Type": "application/json"}
    reply = await portal.call("POST", "/v1/messages", token, data=body, headers=headers)
    assert reply.status in {400, 413}


async def test_half_a_character_is_left_out_wherever_it_stands(portal: Portal, rasa: StubRasa) -> None:
    token = await portal.session(page="https://heza.test/\ud83d")
    turn = await portal.ask(token, "lệ phí \ud83d?")
    assert rasa.calls[0]["text"] == turn["question"] == "lệ phí ?"
    body = {"turn": turn["id"], "value": "down", "reason": "sai \udc00 rồi"}
    assert (await portal.call("POST", "/v1/feedback", token, json=body)).status == 204
    assert (await portal.post(token, text="\ud83d")).status == 400


@pytest.mark.parametrize(
    "text",
    [
        "\ufdfa" * 1300,
        "a" + "\u0301" * 1900,
        "e\u0302\u0323" * 800,
        "\u202e\u2066" * 600 + "x",
        "👨‍👩‍👧‍👦" * 150,
        "\u1160" * 1300,
    ],
    ids=["ligature", "accents", "composed", "bidi", "joined", "fillers"],
)
async def test_unicode_that_swells_or_hides_is_a_text_like_others(
    portal: Portal, rasa: StubRasa, text: str
) -> None:
    reply = await portal.post(await portal.session(), text=text)
    assert reply.status in {200, 400}
    for call in rasa.calls:
        assert len(call["text"].encode()) <= 4 * 4000
        assert not {"\u202e", "\u2066"} & set(call["text"])


PATIENCE = 120
"""Seconds for what takes milliseconds: an expression that backtracks would take longer than anybody waits."""
PIECES = [
    *(
        "0",
        "0 ",
        "0-.",
        "a.",
        "a@",
        "a@a.",
        " a còng ",
        "(at)",
        "09 ",
        "không một hai ba ",
        "1.1",
        "+84 ",
        "000.19.H24-",
    ),
    *("(", "ngày 1 tháng 1 năm 1 ", " ", "\u0301", "-", "trên 500 ha ", "stk ", "MST:", "0\u2060"),
]
TRAPS = """
import json, sys
from portal.intake import clean_text
from portal.privacy.masking import Masker
from vietnamese.folding import fold
for piece in json.loads(sys.argv[1]):
    text = "a" + piece * (3990 // len(piece.encode())) + "x"
    fold(text)
    for lang in ("vi", "en"):
        Masker([]).mask(clean_text(text), lang)
"""


def test_no_text_makes_an_expression_backtrack_for_ever() -> None:
    done = subprocess.run([sys.executable, "-c", TRAPS, json.dumps(PIECES)], timeout=PATIENCE)
    assert done.returncode == 0


POSTS = sorted(path for path, calls in describe()["paths"].items() if "post" in calls and "{" not in path)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(POSTS),
    body=st.binary(max_size=300),
    kind=st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""]),
)
async def test_no_bytes_bring_a_call_down(portal: Portal, path: str, body: bytes, kind: str) -> None:
    """Fuzzing, bounded and the same at every run; `test_openapi_fuzz` has calls that are nearly right."""
    async with portal.client.post(
        path, data=body, headers={"Content-Type": kind} if kind else {}
    ) as response:
        assert response.status < 500
        await response.read()


async def test_the_private_parts_are_not_on_the_public_port(make_portal: MakePortal) -> None:
    portal = await make_portal()
    for method, path in (
        *(
            ("GET", path)
            for path in ("/metrics", "/health", "/webhooks/portal/ready", "/status", "/model", "/.env")
        ),
        *(("POST", path) for path in ("/webhook", "/webhooks/portal/turns", "/webhooks/rest/webhook")),
    ):
        async with portal.client.request(method, path) as response:
            assert response.status in {404, 405}, path

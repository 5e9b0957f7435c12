from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from portal.keys import LIFETIME
from portal.problems import Problem
from portal.tokens import TokenSigner

KEYS = {"1": "first key, long enough to sign with it", "2": "second key, long enough to sign with it"}
SIGNER = TokenSigner(lambda: KEYS)


def token(key: str = KEYS["2"], kid: Any = "2", algorithm: str = "HS256", **claims: Any) -> str:
    given = {"sub": "s-1", "exp": datetime.now(UTC) + LIFETIME, **claims}
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode({k: v for k, v in given.items() if v is not None}, key, algorithm, headers=headers)


def test_a_token_names_its_session_until_it_expires() -> None:
    now = datetime.now(UTC)
    issued, expires = SIGNER.issue("s-1", now)
    assert SIGNER.session_of(issued)[0] == "s-1"
    assert expires == now.replace(microsecond=0) + LIFETIME


def test_a_session_needs_no_more_than_its_name_in_the_token() -> None:
    issued, _ = SIGNER.issue("s-1")
    assert set(jwt.decode(issued, options={"verify_signature": False})) == {"sub", "exp"}


def test_the_newest_key_signs_and_the_older_ones_still_count() -> None:
    issued, _ = SIGNER.issue("s-1")
    assert jwt.get_unverified_header(issued)["kid"] == "2"
    assert SIGNER.session_of(token(KEYS["1"], "1"))[0] == "s-1"


def test_an_expired_token_is_refused_as_such() -> None:
    issued, _ = SIGNER.issue("s-1", datetime.now(UTC) - LIFETIME - timedelta(seconds=1))
    with pytest.raises(Problem) as problem:
        SIGNER.session_of(issued)
    assert (problem.value.status, problem.value.key) == (401, "expired")


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "x",
        "x.y.z",
        "é.y.z",
        "\udcff.y.z",
        "a" * 10_000,
        token("a key of somebody else, long enough to sign"),
        token(KEYS["1"], "2"),
        token(kid="3"),
        token(kid=None),
        token("", algorithm="none"),
        token(KEYS["2"] * 2, algorithm="HS512"),
        token(sub=None),
        token(exp=None),
        token(exp="soon"),
    ],
    ids=[
        *(
            "empty",
            "text",
            "three parts",
            "accent",
            "surrogate",
            "long",
            "foreign key",
            "wrong kid",
            "unknown kid",
        ),
        *("no kid", "unsigned", "other algorithm", "no session", "no end", "end that is none"),
    ],
)
def test_a_token_that_is_not_ours_is_refused(foreign: str) -> None:
    with pytest.raises(Problem) as problem:
        SIGNER.session_of(foreign)
    assert (problem.value.status, problem.value.key) == (401, "unauthorized")


def test_a_changed_token_is_refused() -> None:
    head, _, signature = SIGNER.issue("s-1")[0].split(".")
    body = SIGNER.issue("s-2")[0].split(".")[1]
    with pytest.raises(Problem) as problem:
        SIGNER.session_of(f"{head}.{body}.{signature}")
    assert (problem.value.status, problem.value.key) == (401, "unauthorized")


def test_the_first_key_is_made_for_the_owner_only_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token-keys.json"
    issued, _ = TokenSigner.from_file(path).issue("s-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text())["1"]["secret"]) >= 64
    assert TokenSigner.from_file(path).session_of(issued)[0] == "s-1"
    with pytest.raises(Problem):
        TokenSigner.from_file(tmp_path / "other.json").session_of(issued)

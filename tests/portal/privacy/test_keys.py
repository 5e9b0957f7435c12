from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.privacy.keys import PrivacyKey


def test_a_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "privacy-key"
    first = PrivacyKey.from_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PrivacyKey.from_file(path).derive("x") == first.derive("x")
    assert [f.name for f in path.parent.iterdir()] == ["privacy-key"]


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(PrivacyKey.from_file, [tmp_path / "privacy-key"] * 16))
    assert len({key.derive("x") for key in keys}) == 1


@pytest.mark.parametrize("content", ["", "abcd", "no hexadecimal digits"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "privacy-key"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"hex|no key"):
        PrivacyKey.from_file(path)


def test_each_purpose_has_a_key_of_its_own(key: PrivacyKey) -> None:
    assert key.derive("a") != key.derive("b")
    assert len(key.derive("a")) == 32


def test_a_fingerprint_tells_the_same_request_and_no_more(key: PrivacyKey) -> None:
    request = {"text": "sđt 0912345678", "lang": None}
    assert key.fingerprint(request) == key.fingerprint(dict(reversed(request.items())))
    assert key.fingerprint(request) != key.fingerprint({**request, "text": "sđt 0912345679"})
    assert key.fingerprint(request) != PrivacyKey(b"x" * 32).fingerprint(request)
    assert "0912345678" not in key.fingerprint(request)

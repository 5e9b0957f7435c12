from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from dossiers.feed_keys import FeedKeys
from dossiers.keys import KeyFault
from tests.dossiers.conftest import Clock


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> FeedKeys:
    return FeedKeys(tmp_path / "var" / "feed.json", clock)


def test_a_key_opens_the_feed_and_names_its_holder(keys: FeedKeys) -> None:
    token = keys.add("eHeza")
    assert keys.name_of(token) == f"eHeza ({keys.all()[0].id})"
    for wrong in ("", "x", token[:-1], token + "x", token.upper()):
        assert keys.name_of(wrong) is None


def test_without_a_file_nothing_opens(keys: FeedKeys) -> None:
    assert keys.all() == []
    assert keys.name_of("") is None


def test_keys_are_changed_without_a_pause(keys: FeedKeys) -> None:
    old, new = keys.add("eHeza"), keys.add("eHeza 2")
    assert keys.name_of(old)
    assert keys.name_of(new)
    assert keys.revoke(keys.all()[0].id)
    assert keys.name_of(old) is None
    assert keys.name_of(new)
    assert not keys.revoke(keys.all()[0].id)
    assert not keys.revoke("none")


def test_another_process_notices_at_once(keys: FeedKeys, tmp_path: Path) -> None:
    other = FeedKeys(tmp_path / "var" / "feed.json")
    token = keys.add("eHeza")
    assert other.name_of(token)
    keys.revoke(keys.all()[0].id)
    assert other.name_of(token) is None


def test_a_key_ends(keys: FeedKeys, clock: Clock) -> None:
    token = keys.add("eHeza", timedelta(days=30))
    clock.forward(days=29)
    assert keys.name_of(token)
    clock.forward(days=1)
    assert keys.name_of(token) is None


def test_the_file_holds_no_key_and_belongs_to_its_owner(keys: FeedKeys, tmp_path: Path) -> None:
    token = keys.add("eHeza")
    path = tmp_path / "var" / "feed.json"
    assert token.rsplit("_", 1)[1] not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyFault):
        keys.name_of(token)


def test_a_damaged_file_is_told(keys: FeedKeys, tmp_path: Path) -> None:
    keys.add("eHeza")
    path = tmp_path / "var" / "feed.json"
    for text in ("", "{", '[{"id": 1}]', "[1]"):
        path.write_text(text)
        with pytest.raises(KeyFault):
            keys.all()

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from dossiers.keys import Key, KeyFault, Keys, add_key, new_key, parse_keys, read_keys

ONE, TWO = Key("1", b"1" * 32), Key("2", b"2" * 32)


def test_a_hash_depends_on_key_purpose_salt_and_value() -> None:
    hashes = {
        ONE.hash("code", "a"),
        TWO.hash("code", "a"),
        ONE.hash("phone", "a"),
        ONE.hash("code", "b"),
        ONE.hash("code", "a", b"s" * 16),
    }
    assert len(hashes) == 5
    assert ONE.hash("code", "a") == Key("9", b"1" * 32).hash("code", "a")


def test_a_first_key_is_made_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    keys = read_keys(path, {})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_keys(path, {}).current == keys.current
    assert len(keys.current.value) == 32
    assert [f.name for f in path.parent.iterdir()] == ["keys.json"]


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    read_keys(path, {})
    path.chmod(0o640)
    with pytest.raises(KeyFault, match="chmod 600"):
        read_keys(path, {})


def test_a_new_key_is_the_current_one_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    old = read_keys(path, {}).current
    assert add_key(path) == "2"
    keys = read_keys(path, {})
    assert keys.current.id == "2"
    assert keys.of("1") == old
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    keys = read_keys(tmp_path / "keys.json", {"HEZA_DOSSIER_KEY": f"a:{new_key()}, b:{new_key()}"})
    assert [k.id for k in keys.all] == ["a", "b"]
    assert keys.current.id == "b"
    assert not (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("text", ["", "a", "a:", ":AAAA", "a:AAAA", "a:?", f"a:{new_key()},a:{new_key()}"])
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(KeyFault):
        parse_keys(text)


def test_a_file_that_is_no_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    for text in ("", "[]", json.dumps({"1": "short"})):
        path.write_text(text)
        with pytest.raises(KeyFault):
            read_keys(path, {})


def test_no_keys_at_all_are_refused() -> None:
    with pytest.raises(KeyFault):
        Keys([])

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.keys import (
    LIFETIME,
    Key,
    KeyFile,
    KeysError,
    keys_path,
    main,
    read_keys,
    retire,
    rotate,
    write_keys,
)
from portal.problems import Problem
from portal.tokens import TokenSigner
from tests.portal.conftest import MakePortal

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
OLD = "a key as release 0.1.0 wrote it, long enough"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = keys_path(tmp_path)
    KeyFile(path)
    return path


def test_a_rotated_key_signs_in_a_running_portal_and_the_old_one_still_counts(path: Path) -> None:
    signer = TokenSigner.from_file(path)
    before, _ = signer.issue("s-1")
    assert rotate(path) == "2"
    after, _ = signer.issue("s-2")
    assert list(KeyFile(path).secrets()) == ["1", "2"]
    assert (signer.session_of(before)[0], signer.session_of(after)[0]) == ("s-1", "s-2")
    retire(path, "1", force=True)
    with pytest.raises(Problem) as problem:
        signer.session_of(before)
    assert (problem.value.status, problem.value.key) == (401, "unauthorized")
    assert signer.session_of(after)[0] == "s-2"


async def test_a_portal_that_runs_takes_a_new_key_without_a_restart(
    make_portal: MakePortal, tmp_path: Path
) -> None:
    portal = await make_portal()
    old = await portal.session()
    rotate(keys_path(tmp_path))
    new = await portal.session()
    assert {(await portal.post(token, text="phí")).status for token in (old, new)} == {200}
    retire(keys_path(tmp_path), "1", force=True)
    assert [(await portal.post(token, text="phí")).status for token in (old, new)] == [401, 200]


def test_the_file_is_replaced_as_a_whole_and_for_the_owner_only(path: Path) -> None:
    before = path.stat().st_ino
    rotate(path)
    assert path.stat().st_ino != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_key_is_kept_until_its_tokens_have_expired(path: Path) -> None:
    rotate(path, NOW)
    with pytest.raises(KeysError, match="until 2026-11-22T22:00:00"):
        retire(path, "1", now=NOW + LIFETIME - timedelta(seconds=1))
    retire(path, "1", now=NOW + LIFETIME)
    assert list(read_keys(path)) == ["2"]


def test_the_key_that_signs_cannot_be_retired_nor_one_that_is_none(path: Path) -> None:
    for kid, reason in (("1", "rotate first"), ("7", "no key 7")):
        with pytest.raises(KeysError, match=reason):
            retire(path, kid, force=True)


def test_the_number_of_a_retired_key_is_not_given_again(path: Path) -> None:
    rotate(path)
    retire(path, "1", force=True)
    assert rotate(path) == "3"


def test_a_file_of_the_first_release_is_read_and_its_age_is_unknown(path: Path) -> None:
    path.write_text(json.dumps({"1": OLD, "2": OLD}))
    assert read_keys(path) == {"1": Key(OLD), "2": Key(OLD)}
    with pytest.raises(KeysError, match="up to 12 hours"):
        retire(path, "1")
    rotate(path, NOW)
    retire(path, "2", now=NOW + LIFETIME)
    assert list(read_keys(path)) == ["1", "3"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"1": 5}', '{"1": "short"}', '{"1": {"secret": "x"}}', "null"]
)
def test_what_holds_no_keys_stops_the_start_but_not_a_running_portal(path: Path, text: str) -> None:
    keys = KeyFile(path)
    good = keys.secrets()
    path.write_text(text)
    assert keys.secrets() == good
    with pytest.raises(KeysError, match=path.name):
        KeyFile(path)


def test_a_file_that_is_gone_leaves_the_keys_in_force(path: Path) -> None:
    keys = KeyFile(path)
    good = keys.secrets()
    path.unlink()
    assert keys.secrets() == good
    write_keys(path, {"9": Key(OLD)})
    assert keys.secrets() == {"9": OLD}


def test_of_two_processes_that_make_the_first_key_one_wins(path: Path) -> None:
    good = read_keys(path)
    write_keys(path, {"1": Key(OLD)}, replace=False)
    assert read_keys(path) == good
    assert list(path.parent.iterdir()) == [path]


def test_the_command_lists_rotates_and_retires(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEZA_VAR", str(path.parent))
    assert main(["rotate"]) == 0
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert [line.split("\t")[::2] for line in shown.splitlines()[1:]] == [["1", "accepted"], ["2", "signs"]]
    assert not any(key.secret in shown for key in read_keys(path).values())
    assert main(["retire", "1"]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["retire", "1", "--force"]) == 0
    assert list(read_keys(path)) == ["2"]


def test_the_command_says_when_there_are_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEZA_VAR", str(tmp_path))
    assert main(["list"]) == 1
    assert "no keys" in capsys.readouterr().err

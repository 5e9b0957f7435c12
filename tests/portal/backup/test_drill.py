"""The drill: back-up while people talk, loss, restoring; what was erased meanwhile stays erased."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect

from knowledge.database import connect
from knowledge.store import Store
from portal.backup.__main__ import main
from portal.conversations import Conversations
from portal.tables import sessions
from tests.portal.backup.conftest import House

Make = Callable[..., Path]


def test_everything_comes_back_on_a_new_machine(
    house: House, another: House, move: Callable[[House], None], archive: Make
) -> None:
    house.talk("anna")
    made = archive()
    move(another)
    assert main(["restore", str(made)]) == 0
    assert another.sessions() == another.answered() == another.tracked() == {"anna"}
    assert another.to_forget() == set()
    with closing(Store(another.knowledge)) as store, closing(Store(house.knowledge)) as former:
        assert store.release == former.release


def test_a_restored_system_can_be_backed_up_and_restored_again(house: House, archive: Make) -> None:
    house.talk("anna")
    assert main(["restore", str(archive()), "--replace"]) == 0
    house.talk("bình")
    second = archive()
    house.talk("chi")
    assert main(["restore", str(second), "--replace"]) == 0
    assert house.sessions() == {"anna", "bình"}


def test_what_was_erased_after_the_backup_stays_erased(house: House, archive: Make) -> None:
    for session in ("anna", "bình", "chi"):
        house.talk(session)
    made = archive()
    house.erase("anna")
    house.erase("bình", rasa_is_up=False)
    assert main(["restore", str(made), "--replace"]) == 0
    assert house.sessions() == {"chi"}
    assert house.tracked() == {"anna", "bình", "chi"}  # until Rasa runs, which is told so:
    assert house.to_forget() == {"anna", "bình"}


def test_a_list_elsewhere_knows_what_was_erased_when_all_is_lost(
    house: House, another: House, move: Callable[[House], None], archive: Make, tmp_path: Path
) -> None:
    for session in ("anna", "bình", "chi"):
        house.talk(session)
    made = archive()
    house.erase("anna")
    assert main(["erased", str(tmp_path / "erased")]) == 0
    house.erase("bình", rasa_is_up=False)
    assert main(["erased", str(tmp_path / "erased")]) == 0
    assert "anna" not in (tmp_path / "erased").read_text()
    move(another)
    assert main(["restore", str(made), "--erased", str(tmp_path / "erased")]) == 0
    assert another.sessions() == {"chi"}
    assert another.to_forget() == {"anna", "bình"}


def test_without_databases_and_list_the_erased_come_back_and_that_is_said(
    house: House,
    another: House,
    move: Callable[[House], None],
    archive: Make,
    capsys: pytest.CaptureFixture[str],
) -> None:
    house.talk("anna")
    made = archive()
    house.erase("anna")
    move(another)
    assert main(["restore", str(made)]) == 0
    assert another.sessions() == {"anna"}
    assert "Sessions that were erased since then are back" in capsys.readouterr().out


def test_old_sessions_do_not_come_back(house: House, archive: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    house.talk("old", days_ago=31)
    house.talk("young", days_ago=29)
    assert main(["restore", str(archive()), "--replace"]) == 0
    assert house.sessions() == {"young"}
    assert house.to_forget() == {"old"}


def test_a_conversation_of_rasa_without_a_session_is_forgotten(house: House, archive: Make) -> None:
    """It began, or was erased, between the moments of the two copies."""
    house.talk("anna")
    house.in_tracker(f"INSERT INTO {house.rasa}events (id, sender_id) VALUES (77, 'lost')")
    assert main(["restore", str(archive()), "--replace"]) == 0
    assert house.to_forget() == {"lost"}


def test_a_copy_is_of_one_moment_while_the_portal_writes(house: House, archive: Make) -> None:
    """Each transaction of the writer adds a pair: no copy may hold half of one."""
    begun, stop = threading.Event(), threading.Event()

    def write() -> None:
        with closing(Conversations(house.portal)) as conversations:
            engine = conversations.engine.execution_options(writes=True)
            for number in count():
                with engine.begin() as connection:
                    for half in "ab":
                        row = {"id": f"{number}{half}", "created_at": datetime.now(UTC)}
                        connection.execute(insert(sessions), row)
                begun.set()
                if stop.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        made = archive()
    finally:
        stop.set()
        writer.join(30)
    assert main(["restore", str(made), "--replace"]) == 0
    numbers = [one[:-1] for one in house.sessions()]
    assert numbers
    assert all(numbers.count(number) == 2 for number in numbers)


def test_a_running_system_is_not_restored(
    house: House, archive: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    house.talk("anna")
    made = archive()
    house.talk("bình")
    for url in sorted({house.portal, house.knowledge, house.tracker}):
        engine = connect(url)
        assert inspect(engine).get_table_names()
        try:  # idle, but connected, as a portal that nobody talks to
            assert main(["restore", str(made), "--replace"]) == 1
            assert "stop the assistant first" in capsys.readouterr().err
        finally:
            engine.dispose()
    assert house.sessions() == {"anna", "bình"}


def test_who_is_just_leaving_holds_up_no_restore(house: House, archive: Make) -> None:
    """A server process of PostgreSQL lives on for a moment after its client has gone."""
    house.talk("anna")
    made = archive()
    if house.database is None:
        pytest.skip("files of SQLite are locked by nobody who has gone")
    engine = connect(house.database)
    assert inspect(engine).get_table_names()
    leaving = threading.Timer(0.7, engine.dispose)
    leaving.start()
    try:
        assert main(["restore", str(made), "--replace"]) == 0
    finally:
        leaving.join()
    assert house.sessions() == {"anna"}


def test_data_that_are_there_are_not_lost_by_mistake(house: House, archive: Make) -> None:
    made = archive()
    house.talk("bình")
    assert main(["restore", str(made)]) == 1
    assert house.sessions() == {"bình"}


HARMS = ("a byte", "the end", "a member", "another member", "no gzip", "empty")


def test_a_damaged_archive_changes_nothing(house: House, archive: Make, tmp_path: Path) -> None:
    house.talk("anna")
    whole = archive()
    house.talk("bình")
    for harm in HARMS:
        made = damaged(whole, tmp_path / "damaged.tar.gz", harm)
        assert main(["verify", str(made)]) == 1, harm
        assert main(["restore", str(made), "--replace"]) == 1, harm
    assert house.sessions() == {"anna", "bình"}
    assert [path.name for path in house.folder.iterdir() if path.name.startswith(".")] == []


def damaged(source: Path, target: Path, harm: str) -> Path:
    """Return a copy of an archive that was changed, the compression sound where it can be."""
    whole = source.read_bytes()
    if harm in {"the end", "no gzip", "empty"}:
        target.write_bytes({"the end": whole[:-2000], "no gzip": b"x" * 9000, "empty": b""}[harm])
        return target
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        names = old.getnames()
        for info in old:
            file = old.extractfile(info)
            assert file is not None
            content = bytearray(file.read())
            if harm == "a member" and info.name == names[-1]:
                continue
            if harm == "a byte" and info.name == names[-1]:
                content[len(content) // 2] ^= 1
            new.addfile(info, io.BytesIO(content))
        if harm == "another member":
            info = tarfile.TarInfo("../../outside")
            info.size = 1
            new.addfile(info, io.BytesIO(b"x"))
    return target


def test_the_keys_are_left_out_unless_asked_for(house: House, archive: Make, tmp_path: Path) -> None:
    (house.folder / "privacy-key").write_bytes(b"k" * 44)
    assert "privacy-key" not in names(archive())
    made = archive("--with-keys")
    assert "privacy-key" in names(made)
    (house.folder / "privacy-key").unlink()
    assert main(["restore", str(made), "--replace"]) == 0
    assert (house.folder / "privacy-key").read_bytes() == b"k" * 44
    assert (house.folder / "privacy-key").stat().st_mode & 0o077 == 0


def test_a_missing_key_is_named(house: House, archive: Make, capsys: pytest.CaptureFixture[str]) -> None:
    (house.folder / "privacy-key").write_bytes(b"k" * 44)
    made = archive()
    (house.folder / "privacy-key").write_bytes(b"another")
    assert main(["restore", str(made), "--replace"]) == 0
    assert "privacy-key is not the one that belongs to these data" in capsys.readouterr().err


def test_an_archive_is_for_its_owner_only(archive: Make) -> None:
    assert archive().stat().st_mode & 0o077 == 0


def test_a_backup_of_a_newer_release_is_refused(
    house: House, archive: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, newer = archive(), tmp_path / "newer.tar.gz"
    with tarfile.open(made) as old, tarfile.open(newer, "w:gz") as new:
        for info in old:
            file = old.extractfile(info)
            assert file is not None
            content = file.read()
            if info.name == "manifest.json":
                said = json.loads(content)
                said["revisions"]["portal"] = "9999"
                content = json.dumps(said).encode()
                info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    assert main(["restore", str(newer), "--replace"]) == 1
    assert "of a newer release" in capsys.readouterr().err


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()

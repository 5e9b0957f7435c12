"""The command line as an operator and an editor use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.__main__ import main
from knowledge.database import database_url
from knowledge.store import Store
from tests.knowledge.test_exporting import DOCUMENTS, FEES

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "documents.yml").write_text(DOCUMENTS, encoding="utf-8")
    (folder / "fees.yml").write_text(FEES, encoding="utf-8")
    return folder


@pytest.fixture
def run(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the database; return status, output and errors."""
    monkeypatch.setenv("DATABASE_URL", database)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["--folder", str(folder), *arguments])
        return status, *capsys.readouterr()

    return run


def owner_of(item: str) -> str:
    store = Store(database_url())
    owner = store.entries[item].owner
    store.close()
    return owner


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_load_tells_what_changed_by_id(run: Run, folder: Path) -> None:
    status, output, errors = run("load")
    assert (status, errors) == (0, "")
    assert output.startswith("added: 35/2022/NĐ-CP, procedure.permit, procedure.eia\n3 added, 0 changed, ")
    assert run("load")[1].startswith("content unchanged; release ")
    rewrite(folder / "fees.yml", "owner: labour", "owner: office")
    assert run("load")[1].startswith("changed: procedure.permit\n0 added, 1 changed, 0 removed, ")


def test_an_edit_a_conflict_and_its_decision(run: Run, folder: Path, tmp_path: Path) -> None:
    run("load")
    entry = tmp_path / "entry.yml"
    eia = FEES[FEES.index("- id: procedure.eia") :]
    entry.write_text(eia.replace("environment", "labour"), encoding="utf-8")
    assert run("edit", "procedure.eia", str(entry), "--by", "Lan") == (0, "procedure.eia: version 2\n", "")
    rewrite(folder / "fees.yml", "owner: environment", "owner: office")
    status, output, errors = run("load")
    assert (status, output) == (1, "")
    assert "Nothing was loaded: changed in the files and in the database as well" in errors
    assert "procedure.eia: owner\n" in errors
    for _ in range(2):
        status, _, errors = run("load", "--keep-edits")
        assert (status, owner_of("procedure.eia")) == (0, "labour")
        assert errors.startswith("WARNING: ")
        assert "procedure.eia: owner\n" in errors
    assert run("load", "--take", "db")[::2] == (0, "")
    assert owner_of("procedure.eia") == "labour"
    rewrite(folder / "fees.yml", "owner: office", "owner: construction")
    assert run("load", "--take", "yaml")[0] == 0
    assert owner_of("procedure.eia") == "construction"


def test_a_start_does_not_fail_because_of_an_edit_that_no_longer_fits(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("load")
    eia = FEES.index("- id: procedure.eia")
    (tmp_path / "entry.yml").write_text(FEES[FEES.index("-   id") : eia], encoding="utf-8")
    rewrite(tmp_path / "entry.yml", "owner: labour", "owner: labour\n    related: [procedure.eia]")
    assert run("edit", "procedure.permit", str(tmp_path / "entry.yml"), "--by", "Lan")[0] == 0
    (folder / "fees.yml").write_text(FEES[:eia], encoding="utf-8")
    status, _, errors = run("load")
    assert status == 1
    assert "database: procedure.permit" in errors
    assert run("load", "--keep-edits")[0] == 0
    assert owner_of("procedure.eia") == "environment"


def test_history_and_rollback(run: Run, folder: Path) -> None:
    run("load")
    rewrite(folder / "fees.yml", "owner: labour", "owner: office")
    run("load")
    status, output, _ = run("rollback", "procedure.permit", "1", "--by", "Minh")
    assert (status, output) == (0, "procedure.permit: version 3, as version 1 was\n")
    lines = run("history", "procedure.permit")[1].splitlines()
    assert [line.split("Z  ")[1] for line in lines] == [
        "load by content files",
        "load by content files: owner",
        "roll-back by Minh: owner",
    ]
    status, output, errors = run("rollback", "procedure.permit", "7", "--by", "Minh")
    assert (status, output) == (1, "")
    assert errors.startswith("Nothing was changed.\nprocedure.permit has no version 7")
    assert run("history", "procedure.nothing")[0] == 1


def test_switches(run: Run) -> None:
    run("load")
    off = ("switch", "off", "procedure.eia", "--by", "Lan", "--reason", "new decree")
    assert run(*off)[1] == "procedure.eia is off\n"
    assert run(*off)[1] == "procedure.eia was off already\n"
    listed = run("switch", "list")[1].splitlines()
    assert listed[0].startswith("procedure.eia  ")
    assert listed[0].endswith("Z  Lan: new decree")
    assert listed[1] == "1 topics are switched off"
    assert run("switch", "on", "procedure.eia", "--by", "Lan")[1] == "procedure.eia is on\n"
    assert run("switch", "off", "tax", "--by", "Lan", "--reason", "x")[0] == 1


def test_export_and_migrate(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("migrate") == (0, "The tables are up to date.\n", "")
    run("load")
    assert run("export", "--to", str(tmp_path / "out"))[1] == "0 written anew, 0 added, 3 unchanged\n"
    assert (tmp_path / "out" / "fees.yml").read_bytes() == (folder / "fees.yml").read_bytes()
    rewrite(folder / "fees.yml", "owner: labour", "owner: office")
    status, _, errors = run("export")
    assert status == 1
    assert errors.startswith("Nothing was written. ")


def test_all_bad_input_is_told_in_one_report_and_nothing_is_loaded(run: Run, folder: Path) -> None:
    run("load")
    entry = FEES[FEES.index("- id: procedure.eia") :] + "\n"
    (folder / "x1_malformed.yml").write_text("- id: [\n", encoding="utf-8")
    (folder / "x2_twice.yml").write_text(entry, encoding="utf-8")
    dates = entry.replace("procedure.eia", "procedure.dates").replace("2026-01-10", "2025-02-30")
    (folder / "x3_date.yml").write_text(dates.replace("2025-10-01", "2025-13-01"), encoding="utf-8")
    unknown = entry.replace("procedure.eia", "procedure.unknown").replace("35/2022", "99/2099")
    (folder / "x4_unknown.yml").write_text(unknown, encoding="utf-8")
    (folder / "x5_utf16.yml").write_text(entry, encoding="utf-16")
    (folder / "x6_latin.yml").write_bytes(entry.encode() + "# café\n".encode("latin-1"))
    circle = DOCUMENTS + DOCUMENTS.split("\n", 1)[1].replace("35/2022", "36/2022")
    circle = circle.replace("test\n", "test\n  superseded_by: [36/2022/NĐ-CP]\n", 1)
    circle = circle[:-1] + "\n  superseded_by: [35/2022/NĐ-CP]\n"
    (folder / "documents.yml").write_text(circle, encoding="utf-8")
    status, output, errors = run("load")
    assert (status, output) == (1, "")
    head, *problems = errors.splitlines()
    assert head == f"Nothing was loaded, {len(problems)} problems:"
    expected = [
        "documents.yml:7: 35/2022/NĐ-CP is superseded by itself in a circle",
        "documents.yml:17: 36/2022/NĐ-CP is superseded by itself in a circle",
        "x1_malformed.yml:2: malformed YAML: ",
        "x2_twice.yml:1: procedure.eia is already defined in fees.yml:21",
        "x3_date.yml:11: collected_on: Input should be a valid date",
        "x3_date.yml:20: facets.fee.rules.0.effective_from: Value error, month must be in 1..12",
        "x4_unknown.yml:10: unknown document 99/2099/NĐ-CP",
        "x5_utf16.yml:1: not UTF-8: ",
        "x6_latin.yml:1: not UTF-8: ",
    ]
    assert len(problems) == len(expected)
    assert [p for p, said in zip(problems, expected, strict=True) if not p.startswith(said)] == []
    assert owner_of("procedure.eia") == "environment"


def test_an_edit_of_more_than_one_item_is_refused(run: Run, folder: Path) -> None:
    run("load")
    status, _, errors = run("edit", "procedure.eia", str(folder / "fees.yml"), "--by", "Lan")
    assert status == 1
    assert "has to hold one item" in errors

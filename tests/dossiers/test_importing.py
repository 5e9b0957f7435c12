from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from dossiers.feed import Taken
from dossiers.importing import Importer, Report
from dossiers.lookup import Found
from dossiers.reading import BadRow, FileFault, read_rows
from dossiers.service import Dossiers
from dossiers.tables import Dossier
from tests.dossiers.conftest import MakeDossiers

CODES = [f"000.19.H24-241105-{n:04}" for n in range(1, 4)]
CSV = (
    "code,version,state,due_on,phone,unit\n"
    f"{CODES[0]},1,Đang xử lý,2024-12-05,0000000123,Phòng Đầu tư\n"
    f'{CODES[1]},1,Chờ ký số,05/12/2024,0123,"Phòng A, B"\n'
)
EXCEL = (
    "\ufeffMã hồ sơ;Phiên bản;Trạng thái;Ngày hẹn trả;Số điện thoại;Người nộp;Ghi chú;\r\n"
    f"{CODES[0]};1;Đang xử lý;5/12/2024;0000000123;Người Thử;nội bộ;\r\n"
    ";;;;;;;\r\n"
    f"{CODES[1].lower()};1;Chờ ký số;05/12/2024;0123;Người Thử;;\r\n"
)
JSON_LINES = "\n".join(
    json.dumps({"code": code, "version": 1, "state": state, "due_on": "2024-12-05", "phone": "0123"})
    for code, state in zip(CODES, ("Đang xử lý", "Chờ ký số"), strict=False)
)


@pytest.fixture
def dossiers(make_dossiers: MakeDossiers) -> Dossiers:
    return make_dossiers()


def written(tmp_path: Path, text: str, name: str = "feed.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def run(dossiers: Dossiers, path: Path, **options: Any) -> Report:
    return Importer(dossiers.feed, **options).run(path)


def count(dossiers: Dossiers) -> int:
    with dossiers.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(Dossier)).scalar_one()


TABS = CSV.replace('"Phòng A, B"', "Phòng A").replace(",", "\t")


@pytest.mark.parametrize("text", [CSV, EXCEL, TABS, JSON_LINES, "\ufeff" + JSON_LINES])
def test_files_as_excel_and_systems_write_them(dossiers: Dossiers, tmp_path: Path, text: str) -> None:
    report = run(dossiers, written(tmp_path, text))
    assert report.written
    assert (report.rows, report.taken, report.bad) == (2, {Taken.CREATED: 2}, [])
    assert report.unknown_states == {"Chờ ký số": 1}
    reply = dossiers.lookup(CODES[1], "0123", "192.0.2.1")
    assert isinstance(reply, Found)
    assert str(reply.dossier.due_on) == "2024-12-05"


def test_the_same_file_again_changes_nothing(dossiers: Dossiers, tmp_path: Path) -> None:
    path = written(tmp_path, CSV)
    run(dossiers, path)
    again = run(dossiers, path)
    assert again.taken == {Taken.UNCHANGED: 2}
    assert count(dossiers) == 2


BAD = CSV + f'{CODES[2]},1,"Đang\nxử lý",2024-12-05,12,x\n{CODES[2]},1\nx,1,Đang xử lý,,,\n'


def test_bad_rows_are_reported_with_line_and_reason_and_nothing_is_written(
    dossiers: Dossiers, tmp_path: Path
) -> None:
    report = run(dossiers, written(tmp_path, BAD))
    assert not report.written
    assert [bad.line for bad in report.bad] == [4, 6, 7]
    assert str(report.bad[0]).startswith("line 4: phone: no phone number")
    assert str(report.bad[1]) == "line 6: 2 cells, but the heading has 6"
    assert str(report.bad[2]) == "line 7: code: no dossier code (agency)"
    assert count(dossiers) == 0


def test_the_good_rows_can_be_written_all_the_same(dossiers: Dossiers, tmp_path: Path) -> None:
    report = run(dossiers, written(tmp_path, BAD), skip_bad=True)
    assert report.written
    assert (report.bad_rows, count(dossiers)) == (3, 2)


def test_a_dry_run_tells_and_writes_nothing(dossiers: Dossiers, tmp_path: Path) -> None:
    report = run(dossiers, written(tmp_path, CSV), dry_run=True)
    assert (report.taken, report.written, count(dossiers)) == ({Taken.CREATED: 2}, False, 0)


def test_what_breaks_off_leaves_nothing_behind(
    dossiers: Dossiers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dossiers.importing._PORTION", 1)

    def stop(rows: int) -> None:
        if rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(dossiers, written(tmp_path, CSV), progress=stop)
    assert count(dossiers) == 0


def test_conflicts_are_reported_with_their_line(dossiers: Dossiers, tmp_path: Path) -> None:
    run(dossiers, written(tmp_path, CSV))
    report = run(dossiers, written(tmp_path, CSV.replace("Chờ ký số", "Trình ký")))
    assert report.conflicts == [3]
    assert report.taken == {Taken.UNCHANGED: 1, Taken.CONFLICT: 1}


def test_progress_is_told_as_rows_are_done(
    dossiers: Dossiers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dossiers.importing._PORTION", 1)
    told: list[int] = []
    run(dossiers, written(tmp_path, CSV), progress=told.append)
    assert told == [1, 2, 2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no columns"),
        ("1,2,3\n", "unknown column '1'"),
        ("code,version\n", "no columns 'code' and 'state'"),
        ("code,state,due_no\n", "unknown column 'due_no', perhaps 'due_on' is meant"),
        ("code,state,Trạng thái\n", "two columns hold 'state'"),
        ('code,state\n"x,y\n', "unexpected end of data"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_as_a_whole(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(FileFault, match=reason):
        list(read_rows(written(tmp_path, text)))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes("code,state\nx,é à\n".encode(encoding))
    with pytest.raises(FileFault, match="not UTF-8"):
        list(read_rows(path))


@pytest.mark.parametrize("line", ["{", '{"code": 1}', "[]", '"text"', "{}x"])
def test_a_line_that_is_no_event_is_a_bad_row(tmp_path: Path, line: str) -> None:
    rows = list(read_rows(written(tmp_path, f"{JSON_LINES}\n\n{line}\n")))
    assert [type(row) is BadRow for row in rows] == [False, False, True]
    assert rows[2].line == 4

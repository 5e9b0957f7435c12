from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from dossiers.__main__ import main
from dossiers.codes import DEMO_AGENCY
from dossiers.demo import demo_codes, demo_wanted
from dossiers.events import parse_event
from dossiers.feed import Taken
from dossiers.lookup import Denied, Found, Locked
from dossiers.opening import open_dossiers, settle_demo
from dossiers.procedures import Procedures
from dossiers.simulator import FACTOR, day_of_events
from tests.dossiers.conftest import CODE, OWNER, MakeDossiers

DAY = date(2026, 11, 20)
CSV = f"code,version,state,phone\n{CODE},1,Đang xử lý,0123\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for what the commands write."""
    for name in (
        "DATABASE_URL",
        "HEZA_DOSSIER_KEY",
        "HEZA_DOSSIER_STATES",
        "HEZA_DOSSIER_FACTORS",
        "HEZA_DEMO",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HEZA_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def test_import_reports_what_it_did(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(CSV, encoding="utf-8")
    assert main(["import", str(path), "--dry-run"]) == 0
    assert "1 rows: 1 created; 0 bad\nDry run" in capsys.readouterr().out
    assert main(["import", str(path)]) == 0
    assert capsys.readouterr().out == "1 rows: 1 created; 0 bad\n"
    assert main(["import", str(path)]) == 0
    assert capsys.readouterr().out == "1 rows: 1 unchanged; 0 bad\n"


def test_import_fails_on_bad_rows_with_line_and_reason(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(CSV + "x,1,Đang xử lý,0123\n", encoding="utf-8")
    assert main(["import", str(path)]) == 1
    told = capsys.readouterr()
    assert "line 3: code: no dossier code (agency)" in told.err
    assert "Nothing was written" in told.out
    assert main(["import", str(tmp_path / "none.csv")]) == 1
    assert main(["import", str(path), "--skip-bad"]) == 1
    assert "1 created; 1 bad" in capsys.readouterr().out


def test_rows_without_version_need_the_time_of_the_export(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(f"code,state\n{CODE},Đang xử lý\n", encoding="utf-8")
    assert main(["import", str(path)]) == 1
    assert "neither version nor updated_at" in capsys.readouterr().err
    assert main(["import", str(path), "--as-of", "2026-11-20 08:00"]) == 0


def test_feed_keys_are_added_listed_and_revoked(capsys: Captured) -> None:
    assert main(["keys", "add", "eHeza", "--days", "30"]) == 0
    token = capsys.readouterr().out.strip()
    key_id = token.split("_")[1]
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert key_id in listed
    assert "in use" in listed
    assert token not in listed
    assert main(["keys", "revoke", key_id]) == 0
    assert main(["keys", "revoke", key_id]) == 1
    capsys.readouterr()
    assert main(["keys", "list"]) == 0
    assert "revoked" in capsys.readouterr().out


def test_identity_keys_are_rotated(var: Path, capsys: Captured) -> None:
    open_dossiers().close()
    assert main(["keys", "rotate-identity"]) == 0
    assert "Key 2" in capsys.readouterr().out
    assert list(json.loads((var / "dossier-keys.json").read_text())) == ["1", "2"]


def test_staff_unlock_and_read_the_log(capsys: Captured) -> None:
    dossiers = open_dossiers(Procedures())
    replies = [dossiers.lookup(CODE, "9999", OWNER) for _ in range(6)]
    assert isinstance(replies[-1], Locked)
    by = ["--by", "Lan", "--reason", "owner called"]
    assert main(["unlock", "--reference", replies[-1].reference, *by]) == 0
    assert isinstance(dossiers.lookup(CODE, "9999", OWNER), Denied)
    assert main(["unlock", "--code", CODE, *by]) == 0
    assert main(["unlock", "--code", "x", *by]) == 1
    assert main(["unlock", "--reference", "none", *by]) == 1
    capsys.readouterr()
    assert main(["audit"]) == 0
    told = capsys.readouterr().out
    assert told.count("denied") == 6
    assert told.count("owner called") == 3
    assert CODE not in told
    assert OWNER not in told
    assert main(["audit", "--alarms"]) == 0
    assert main(["forget-audit"]) == 0
    assert main(["forget-audit", "--days", "30"]) == 1
    dossiers.close()


def test_differences_and_unknown_states_are_listed(capsys: Captured) -> None:
    assert main(["demo"]) == 0
    capsys.readouterr()
    assert main(["differences"]) == 0
    assert capsys.readouterr().out == "0 differ\n"  # no knowledge was loaded, so no time limit is known
    assert main(["states"]) == 0
    assert capsys.readouterr().out == "1  Chờ ký số liên thông\n1 unknown words\n"


def test_a_wrong_setting_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("HEZA_DOSSIER_FACTORS", "phone,shoe_size")
    assert main(["states"]) == 1
    assert capsys.readouterr().err.startswith("HEZA_DOSSIER_FACTORS='phone,shoe_size'")


def test_demo_dossiers_come_and_go(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    assert all(code in told for code in demo_codes())
    dossiers = open_dossiers()
    for code in demo_codes():
        reply = dossiers.lookup(code, FACTOR, OWNER)
        assert isinstance(reply, Found)
        assert reply.dossier.demo
        assert "DEMO" in (reply.dossier.unit or "")
    assert main(["demo"]) == 0  # again, on the next start
    monkeypatch.setenv("HEZA_DEMO", "off")
    assert not settle_demo(dossiers)
    assert isinstance(dossiers.lookup(demo_codes()[0], FACTOR, "192.0.2.99"), Denied)
    dossiers.close()


def test_demo_dossiers_are_off_in_production() -> None:
    assert demo_wanted({})
    assert not demo_wanted({"HEZA_DEMO": "off"})
    assert not demo_wanted({"DATABASE_URL": "postgresql://heza@db/heza"})
    assert not demo_wanted({"DATABASE_URL": "postgresql://heza@db/heza", "HEZA_DEMO": "on"})


def test_the_simulator_says_the_same_for_the_same_seed(capsys: Captured) -> None:
    assert main(["simulate", "--day", str(DAY), "--seed", "3"]) == 0
    first = capsys.readouterr().out
    assert main(["simulate", "--day", str(DAY), "--seed", "3"]) == 0
    assert capsys.readouterr().out == first
    assert main(["simulate", "--day", str(DAY), "--seed", "4"]) == 0
    assert capsys.readouterr().out != first
    assert all(json.loads(line)["code"].startswith(DEMO_AGENCY) for line in first.splitlines())


def test_a_simulated_day_can_be_played_into_the_store(capsys: Captured) -> None:
    assert main(["simulate", "--day", str(DAY), "--apply", "--dossiers", "5"]) == 0
    assert "5 created" in capsys.readouterr().out


def test_the_feed_survives_what_a_simulated_day_does_to_it(make_dossiers: MakeDossiers) -> None:
    """Late and repeated events: the last state of each dossier wins, repeated ones are recognised."""
    dossiers = make_dossiers()
    events = day_of_events(DAY, 20, seed=1, late=0.3, repeated=0.3)
    taken = [dossiers.apply_events([parse_event(event)], "test")[0] for event in events]
    assert taken.count(Taken.DUPLICATE) == len(events) - len({e["event_id"] for e in events}) > 0
    assert taken.count(Taken.SUPERSEDED) > 0
    assert Taken.CONFLICT not in taken
    for number, code in enumerate(sorted({e["code"] for e in events})):
        last = max((e for e in events if e["code"] == code), key=lambda e: e["version"])
        reply = dossiers.lookup(code, FACTOR, f"10.1.{number}.1")
        assert isinstance(reply, Found)
        assert reply.dossier.state_text == last["state"]
        assert len(reply.dossier.history) == last["version"]
    assert DAY + timedelta(days=21) == reply.dossier.due_on

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import dossier_scale, identity_timing
from benchmarks.dossiers import client_of, code_of, factor_of, unknown_code
from benchmarks.measuring import machine
from dossiers.codes import parse_code
from dossiers.lookup import network_of


def test_invented_codes_are_codes_and_unknown_ones_are_others() -> None:
    numbers = [0, 1, 499, 500, 999_999]
    known = {str(code_of(n)) for n in numbers}
    unknown = {str(unknown_code(n)) for n in numbers}
    assert len(known) == len(unknown) == 5
    assert not known & unknown
    assert all(str(parse_code(text)) == text for text in known | unknown)
    assert all(len(factor_of(n)) == 4 for n in numbers)


def test_every_client_has_a_network_of_its_own() -> None:
    assert len({network_of(client_of(n)) for n in range(20_000)}) == 20_000


SMALL = ["--databases", "sqlite", "--sizes", "20", "50", "--lookups", "30"]


def test_growth_is_measured_and_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert dossier_scale.main([*SMALL, "--report", str(page)]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert [line.split(" | ")[1] for line in lines[2:4]] == ["20", "50"]
    assert lines[2].endswith("| 1.00 |")
    assert "- sqlite, 50 dossiers: p95 of a look-up is " in shown
    assert shown in page.read_text()


def a_run(database: str, dossiers: int, p95: float, rows_per_s: int = 6000) -> dict[str, Any]:
    about = {"dossiers": dossiers, "p95_ms": p95, "rows_per_s": rows_per_s, "rows_per_cpu_s": 7000}
    return {"database": database, "load": 0.1, "import_s": 1.0, "p50_ms": 1.0, "machine": machine()} | about


@pytest.mark.parametrize(("p95", "verdict", "status"), [(3.0, "met", 0), (3.1, "missed", 1)])
def test_a_look_up_that_grows_with_the_store_fails_the_gate(
    p95: float, verdict: str, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [a_run("sqlite", 1_000_000, p95), a_run("sqlite", 1_000, 2.0)]
    monkeypatch.setattr(dossier_scale, "measure", lambda *_arguments: runs)
    assert dossier_scale.main(["--databases", "sqlite", "--gate"]) == status
    assert f"at most 1.5 wanted: **{verdict}**." in capsys.readouterr().out
    assert dossier_scale.main(["--databases", "sqlite"]) == 0


def test_the_speed_of_an_import_is_told_and_fails_nothing() -> None:
    told = dossier_scale.targets([a_run("postgresql", 1_000, 2.0, rows_per_s=4_999)])
    assert "4,999 rows imported in a second on the clock, 5,000 wanted: **missed**" in told


def test_timing_is_measured_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert identity_timing.main(["--databases", "sqlite", "--dossiers", "600", "--tries", "40"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[1:3] for line in lines[2:]] == [["unknown code", "20"], ["wrong factor", "20"]]

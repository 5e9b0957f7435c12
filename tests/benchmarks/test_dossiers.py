from __future__ import annotations

import pytest

from benchmarks import dossier_scale, identity_timing
from benchmarks.dossiers import client_of, code_of, factor_of, unknown_code
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


def test_growth_is_measured_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert dossier_scale.main(["--databases", "sqlite", "--sizes", "20", "50", "--lookups", "30"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[1] for line in lines[2:]] == ["20", "50"]
    assert lines[2].endswith("| 1.00 |")


def test_timing_is_measured_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert identity_timing.main(["--databases", "sqlite", "--dossiers", "600", "--tries", "40"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[1:3] for line in lines[2:]] == [["unknown code", "20"], ["wrong factor", "20"]]

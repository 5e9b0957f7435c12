"""A seeded sample of the development questions must not be worse than the accepted result."""

from __future__ import annotations

from typing import Any

from evaluation.__main__ import main

SAMPLE = ["--sample", "40", "--seed", "11", "--variants", "as_written,no_accents,typos"]


def test_a_sample_is_no_worse_than_accepted(system: Any, capsys: Any) -> None:
    status = main(["--url", system.url, "--gate", *SAMPLE])
    assert status == 0, capsys.readouterr().err

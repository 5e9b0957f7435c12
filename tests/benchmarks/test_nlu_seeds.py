from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import nlu_seeds
from benchmarks.nlu_seeds import Understood, agreement


def understood(margin: float, subject: str = "zone.a", decision: str = "answer zone.a#area") -> Understood:
    return Understood({"margin": margin}, "ask_zone_area", subject, "zone.area", decision)


def test_each_part_is_compared_for_itself() -> None:
    one = [understood(0.5), understood(0.5), understood(0.5), understood(0.5)]
    other = [
        understood(0.5),
        understood(0.4),
        understood(0.4, subject="zone.b"),
        understood(0.4, subject="zone.b", decision="clarify"),
    ]
    assert agreement(one, other) == {
        "everything": 25.0,
        "intent": 100.0,
        "subject": 50.0,
        "aspect": 100.0,
        "decision": 75.0,
    }


@pytest.mark.parametrize(("odd", "status"), [(2, 0), (3, 1)])
def test_less_than_98_per_cent_is_a_failure(
    odd: int, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of a hundred subjects may differ, three may not."""
    asked = [{"text": str(n), "variant": "plain"} for n in range(100)]
    monkeypatch.setattr(nlu_seeds, "rows", lambda _sample: asked)
    monkeypatch.setattr(nlu_seeds, "Resolver", lambda _store: None)
    monkeypatch.setattr(nlu_seeds, "Store", lambda _url: None)
    monkeypatch.setattr(nlu_seeds, "_of", lambda parsed, _resolver: understood(0.5, parsed["subject"]))
    monkeypatch.setattr(nlu_seeds, "parse", lambda texts: [{"subject": "zone.a"} for _ in texts])

    def other(_seed: int, texts: Sequence[str]) -> list[dict[str, Any]]:
        return [{"subject": "zone.b" if int(text) < odd else "zone.a"} for text in texts]

    monkeypatch.setattr(nlu_seeds, "parsed_with", other)
    assert nlu_seeds.main(["--seeds", "7", "--output", str(tmp_path / "seeds.md")]) == status
    assert f"| 7 | 100.0 | 100.0 | {100 - odd}.0 |" in (tmp_path / "seeds.md").read_text()

from __future__ import annotations

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

from __future__ import annotations

from typing import Any

from benchmarks.nlu_latency import _timed_components, summary


def test_parts_and_groups_add_up() -> None:
    rows = [
        {"lang": lang, "variant": "upper", "total": ms, "processor": ms / 2, "parts": {"0 Tokenizer": 1.0}}
        for lang, ms in (("vi", 10.0), ("vi", 20.0), ("en", 30.0), ("en", 40.0))
    ]
    found = summary(rows)
    assert found["messages"] == 4
    assert found["total"] == {"mean": 25.0, "p50": 25.0, "p95": 38.5, "p99": 39.7}
    assert found["processor"]["mean"] == 12.5
    assert found["parts"]["0 Tokenizer"]["p50"] == 1.0
    assert found["parts"]["rest (Rasa's graph)"]["mean"] == 24.0
    assert list(found["groups"]) == ["en upper", "vi upper"]
    assert found["groups"]["vi upper"]["mean"] == 15.0


class Thing:
    """Has any attribute that it is made with."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def test_every_component_is_timed_and_still_answers() -> None:
    nodes = {
        name: Thing(_fn=lambda text, sign=sign: text + sign)
        for name, sign in (
            ("run_bot.tokenizer.VietnameseTokenizer0", "!"),
            ("run_bot.intent.IntentClassifier5", "?"),
            ("nlu_message_converter", "."),
        )
    }
    spent = _timed_components(Thing(processor=Thing(graph_runner=Thing(_instantiated_nodes=nodes))))
    assert [node._fn("a") for node in nodes.values()] == ["a!", "a?", "a."]
    assert set(spent) == {"0 VietnameseTokenizer", "5 IntentClassifier"}

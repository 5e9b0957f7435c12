from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evaluation.run import Result
from evaluation.scoring import CORRECT, Score

MakeResult = Callable[..., Result]


@pytest.fixture
def make_result() -> MakeResult:
    """Return a maker of judged turns: correct answers unless told otherwise."""

    def make(verdict: str = CORRECT, **fields: Any) -> Result:
        first_block = fields.pop("first_block", False)
        given: dict[str, Any] = {
            "source": "x-001",
            "subject": "fees",
            "lang": "vi",
            "variant": "as_written",
            "question": "Lệ phí bao nhiêu?",
            "wanted_lang": "vi",
            "outcome": "answered",
            "expected": frozenset({"answered", "stale"}),
            "answer_lang": "vi",
            "citations": 1,
            "release": "content 1; model 1",
            "took_ms": 5,
            "shown": "",
            "score": Score(verdict, first_block=first_block),
        }
        return Result(**{**given, **fields})

    return make

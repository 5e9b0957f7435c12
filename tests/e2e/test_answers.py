"""At least 80 questions over HTTP: outcome, entry, key figure and cited document of each.

The list stands in ``answers.yml``; every turn of a dialogue is judged like a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from evaluation.client import Portal

CASES: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("answers.yml").read_text(encoding="utf-8")
)


def judge(turn: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Return everything in which a turn differs from what is expected."""
    differences = []
    if turn["outcome"] != expected["outcome"]:
        differences.append(f"outcome {turn['outcome']}")
    if turn["lang"] != expected.get("lang", turn["lang"]):
        differences.append(f"language {turn['lang']}")
    if "entry" in expected and expected["entry"] not in [e["id"] for e in turn["entries"]]:
        differences.append(f"entries {[e['id'] for e in turn['entries']]}")
    for pattern in expected.get("says", []):
        if not re.search(pattern, turn["text"], re.IGNORECASE):
            differences.append(f"does not say {pattern}: {turn['text'][:200]}")
    for pattern in expected.get("not", []):
        if re.search(pattern, turn["text"], re.IGNORECASE):
            differences.append(f"says {pattern}")
    cited = [c["document"] for c in turn["citations"]]
    if "cites" in expected and expected["cites"] not in cited:
        differences.append(f"cites {cited}")
    if turn["outcome"] in {"answered", "stale"} and not (cited and turn["entries"]):
        differences.append("an answer without source or entry")
    return differences


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
async def test_answers_as_expected(system: Any, case: dict[str, Any]) -> None:
    async with Portal(system.url) as portal:
        token = await portal.session()
        for move in case["turns"]:
            message = {key: move.get(key) for key in ("as_of", "licensed_on")}
            turn = await portal.ask(token, text=move["say"], **message)
            assert judge(turn, move) == [], move["say"]


def test_the_list_is_as_wide_as_it_should_be() -> None:
    languages = {move["lang"] for case in CASES for move in case["turns"]}
    special = [c for c in CASES if c["sort"] in {"negative", "dated", "dialogue"}]
    assert len(CASES) >= 80
    assert len(special) >= 25
    assert languages == {"vi", "en"}

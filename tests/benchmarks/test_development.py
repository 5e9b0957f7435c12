from __future__ import annotations

import pytest

from benchmarks.development import right_intents
from evaluation.questions import Item
from evaluation.run import FactMap

KNOWN = ["ask_document", "ask_procedure_fee", "ask_procedure_steps", "ask_zone_area", "greet"]
FACTS: FactMap = {
    "fee-1": frozenset({"procedure.work-permit"}),
    "doc-1": frozenset({"document.1-2025-nd-cp", "procedure.work-permit"}),
}


@pytest.mark.parametrize(
    ("given", "intents"),
    [
        ({"fact": ["fee-1"], "facet": "fee"}, ["ask_procedure_fee"]),
        ({"fact": ["fee-1"], "facet": "contact"}, ["ask_procedure_fee", "ask_procedure_steps"]),
        ({"fact": ["doc-1"], "facet": "fee"}, ["ask_document", "ask_procedure_fee"]),
        ({"fact": []}, []),
        ({"subject": "lists"}, ["compare_zones", "list_zones"]),
        ({"out": ["needs_identity", "no_answer"]}, ["dossier_status"]),
        ({"out": ["out_of_scope", "rejected"]}, ["improper_request", "out_of_scope"]),
        ({"out": ["clarify"]}, []),
    ],
)
def test_intents_follow_from_what_is_expected(given: dict[str, object], intents: list[str]) -> None:
    item = Item.model_validate({"id": "x", "vi": "…", "en": "…", **given})
    assert sorted(right_intents(item, FACTS, KNOWN)) == intents

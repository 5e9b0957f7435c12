from __future__ import annotations

from knowledge.frames import NAMES, framed
from knowledge.nlu_export import export
from tests.conftest import MakeStore
from tests.samples import make_entry, rule

PERMIT = make_entry(
    "procedure.permit",
    "Cấp giấy phép",
    "Permit",
    aliases={"vi": [f"GP{n}" for n in range(9)], "en": []},
    facets={"fee": [rule("Không thu.", "None.")]},
)


def test_each_name_is_asked_about_in_each_frame_of_a_facet() -> None:
    forms = list(framed(PERMIT, ["fee"]))
    assert ("procedure.permit", "fee", "lệ phí Cấp giấy phép") in forms
    assert ("procedure.permit", "fee", "fee for Permit") in forms
    assert {facet for _entry, facet, _text in forms} == {"fee"}


def test_only_the_first_names_are_used() -> None:
    asked = [text for _entry, _facet, text in framed(PERMIT, ["fee"]) if text.startswith("lệ phí")]
    assert asked == ["lệ phí Cấp giấy phép", *(f"lệ phí GP{n}" for n in range(NAMES - 1))]


def test_what_has_no_frames_has_no_questions() -> None:
    assert list(framed(PERMIT, ["result"])) == []
    statistic = make_entry("statistic.fdi", "FDI", facets={"value": [rule("1.", "1.")]})
    assert list(framed(statistic, ["value"])) == []


def test_they_are_exported_for_training(make_store: MakeStore) -> None:
    assert ("procedure.permit", "fee", "lệ phí GP0") in export(make_store(PERMIT))["forms"]

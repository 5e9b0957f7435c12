from __future__ import annotations

import json
from pathlib import Path

from knowledge.nlu_export import export, write
from knowledge.texts import texts as catalogue
from tests.conftest import MakeStore
from tests.samples import make_entry, make_zone, rule

PERMIT = make_entry(
    "procedure.permit",
    "Cấp giấy phép",
    "Permit",
    aliases={"vi": ["GPLĐ"], "en": ["WP"]},
    asks={"vi": ["xin phép thế nào"]},
    facets={"fee": {"asks": {"en": ["is there a fee"]}, "rules": [rule("Không thu.", "None.")]}},
)


def test_names_and_aliases_are_exported_with_kind_and_id(make_store: MakeStore) -> None:
    names = export(make_store(PERMIT))["names"]
    for spelling in ("Cấp giấy phép", "GPLĐ", "Permit", "WP"):
        assert ("procedure", "procedure.permit", spelling) in names
    assert ("document", "document.35-2022-nd-cp", "NĐ 35/2022") in names
    assert ("facet", "time_limit", "bao lâu") in names
    assert names == sorted(set(names))


def test_question_forms_and_answers_are_exported_by_language(make_store: MakeStore) -> None:
    texts = export(make_store(PERMIT))["texts"]
    assert {"Cấp giấy phép", "xin phép thế nào", "Không thu."} <= set(texts["vi"])
    assert {"Permit", "is there a fee", "None."} <= set(texts["en"])


def test_each_question_form_is_exported_with_the_entry_and_facet_that_it_asks_for(
    make_store: MakeStore,
) -> None:
    forms = export(make_store(PERMIT))["forms"]
    assert ("procedure.permit", "fee", "is there a fee") in forms
    assert ("procedure.permit", "fee", "xin phép thế nào") in forms  # asked of the entry: its main facet
    assert ("procedure.permit", "fee", "GPLĐ") in forms
    assert not [form for form in forms if form[2] == "Không thu."]


def test_the_sentences_about_a_zone_are_exported(make_store: MakeStore) -> None:
    texts = export(make_store(make_zone("trang-due", "KCN Tràng Duệ", "Trang Due", area_ha=400)))["texts"]
    assert catalogue("en")("zone.area", name="Trang Due", area="400") in texts["en"]


def test_the_file_is_written_only_when_it_changes(make_store: MakeStore, tmp_path: Path) -> None:
    path = tmp_path / "new" / "export.json"
    assert write(make_store(PERMIT), path) is True
    written = path.read_text(encoding="utf-8")
    assert write(make_store(PERMIT), path) is False
    assert write(make_store(), path) is True
    assert "GPLĐ" in written
    assert "procedure.permit" not in path.read_text(encoding="utf-8")
    assert set(json.loads(written)) == {"names", "forms", "texts", "titles", "concepts"}
    assert json.loads(written)["titles"][PERMIT.id]["vi"] == PERMIT.name.vi

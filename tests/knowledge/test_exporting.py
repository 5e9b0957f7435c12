"""Writing the content files back: nothing moves but what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge import validation
from knowledge.content import CONTENT, Content
from knowledge.database import writing
from knowledge.editing import edit
from knowledge.exporting import Exported, ExportError, export
from knowledge.items import digest, dump, parse
from knowledge.loading import Changes, load
from knowledge.store import Store
from knowledge.writer import What, Writer
from tests.samples import make_document, make_entry, rule

DOCUMENTS = """\
# The registry.
- number: 35/2022/NĐ-CP
  kind: law
  title: {vi: Nghị định, en: Decree}
  status: in_force
  provenance: test
  confidence: high
  collected_on: 2026-01-10
"""
FEES = """\
# Procedures: a comment at the top.

-   id: procedure.permit
    kind: procedure
    name: {vi: 'Cấp giấy phép',   en: "Permit"}   # spaces of their own
    facts: [f-1]
    provenance: test
    confidence: high
    sources: [{document: 35/2022/NĐ-CP}]
    collected_on: 2026-01-10
    review_by: 2026-12-31
    owner: labour
    facets:
        time_limit:
            rules:
            -   text: {vi: Trong 15 ngày., en: Within 15 days.}
                figures: [15 day]
                dates: []

# A comment between the two.
- id: procedure.eia
  kind: procedure
  name: {vi: Thẩm định ĐTM, en: EIA}
  facts: [f-2]
  provenance: >-
    folded
    text
  confidence: high
  sources:
  - document: 35/2022/NĐ-CP
  collected_on: 2026-01-10
  review_by: 2026-12-31
  owner: environment
  facets:
    fee:
      rules:
      - text:
          vi: 'Không thu phí.'
          en: No fee.
        effective_from: 2025-10-01
# The last comment, without an end of line."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "documents.yml").write_text(DOCUMENTS, encoding="utf-8")
    (folder / "fees.yml").write_bytes(FEES.encode())
    return folder


@pytest.fixture
def store(database: str, folder: Path) -> Iterator[Store]:
    store = Store(database)
    load(store, validation.load(folder))
    yield store
    store.close()


def changed(store: Store, item: str, **fields: Any) -> dict[str, Any]:
    return {**dump(store.recorded[item]), **fields}


def test_unchanged_content_is_exported_byte_for_byte(tmp_path: Path, database: str, shipped: Content) -> None:
    store = Store(database)
    load(store, shipped)
    count = len(shipped.entries) + len(shipped.documents)
    assert export(store, CONTENT, tmp_path / "out") == Exported((), (), count)
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert written == {path.name: path.read_bytes() for path in CONTENT.glob("*.yml")}
    store.close()


def test_files_that_do_not_change_are_not_touched(store: Store, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    export(store, folder)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_an_edited_entry_is_written_in_its_place(store: Store, folder: Path) -> None:
    text = {"vi": "Miễn phí.", "en": "Free."}
    facets = {"fee": {"rules": [{"text": text, "effective_from": "2025-10-01"}]}}
    edit(store, "procedure.eia", changed(store, "procedure.eia", facets=facets), "Lan")
    assert export(store, folder) == Exported(("procedure.eia",), (), 2)
    expected = FEES.replace("'Không thu phí.'", "'Miễn phí.'").replace("en: No fee.", "en: Free.")
    assert (folder / "fees.yml").read_text(encoding="utf-8") == expected
    assert load(store, validation.load(folder)) == Changes(unchanged=3)


def test_comments_and_neighbours_of_an_edited_entry_stay(store: Store, folder: Path) -> None:
    facets = {
        "time_limit": {
            "rules": [
                {
                    "text": {"vi": "Trong 10 ngày.", "en": "Within 10 days."},
                    "figures": [{"value": "10", "unit": "day"}],
                }
            ]
        }
    }
    edit(store, "procedure.permit", changed(store, "procedure.permit", facets=facets, owner="office"), "Lan")
    export(store, folder)
    written = (folder / "fees.yml").read_text(encoding="utf-8")
    head, tail = FEES.index("-   id"), FEES.index("\n# A comment between")
    assert written.startswith(FEES[:head])
    assert written.endswith(FEES[tail:])
    assert "figures: [10 day]" in written
    assert "# spaces of their own" in written
    assert load(store, validation.load(folder)) == Changes(unchanged=3)


def test_fields_come_and_go(store: Store, folder: Path) -> None:
    permit = changed(store, "procedure.permit", related=["procedure.eia"], aliases={"vi": ["GP"]})
    permit["facets"] = {"fee": {"rules": [rule("Không.", "None.")]}}
    edit(store, "procedure.permit", permit, "Lan")
    export(store, folder)
    assert load(store, validation.load(folder)) == Changes(unchanged=3)
    assert "time_limit" not in (folder / "fees.yml").read_text(encoding="utf-8")


def test_the_questions_of_a_document_survive_edit_export_and_load(store: Store, folder: Path) -> None:
    number, asks = "35/2022/NĐ-CP", {"vi": ["văn bản nào quản lý KCN"], "en": ["what governs parks"]}
    before = dump(store.documents[number])
    edit(store, number, {**before, "asks": asks}, "Lan")
    assert export(store, folder).written == (number,)
    added = "  asks:\n    vi:\n    - văn bản nào quản lý KCN\n    en:\n    - what governs parks\n"
    assert (folder / "documents.yml").read_text(encoding="utf-8") == DOCUMENTS + added
    assert load(store, validation.load(folder)) == Changes(unchanged=3)
    assert store.entries["document.35-2022-nd-cp"].asks.en == asks["en"]
    edit(store, number, before, "Lan")
    assert store.entries["document.35-2022-nd-cp"].asks.en == []
    assert export(store, folder).written == (number,)
    assert (folder / "documents.yml").read_text(encoding="utf-8") == DOCUMENTS


def test_a_new_entry_is_appended_to_the_file_of_its_kind(store: Store, folder: Path) -> None:
    made = make_entry("procedure.new", "Thủ tục mới", "New", facets={"fee": [rule("Không.", "No.")]})
    edit(store, made.id, dump(made), "Lan")
    zone = make_entry("authority.heza", "Ban", "HEZA", facets={"answer": [rule("Có.", "Yes.")]})
    edit(store, zone.id, dump(zone), "Lan")
    edit(store, "82/2018/NĐ-CP", dump(make_document("82/2018/NĐ-CP")), "Lan")
    assert export(store, folder).added == ("82/2018/NĐ-CP", "authority.heza", "procedure.new")
    assert (folder / "fees.yml").read_text(encoding="utf-8").startswith(f"{FEES}\n- id: procedure.new\n")
    assert (folder / "documents.yml").read_text(encoding="utf-8").startswith(f"{DOCUMENTS}- number: 82/")
    assert (folder / "authority.yml").read_text(encoding="utf-8").startswith("- id: authority.heza\n")
    assert load(store, validation.load(folder)) == Changes(unchanged=6)


def test_what_was_changed_in_the_files_meanwhile_is_not_overwritten(store: Store, folder: Path) -> None:
    edit(store, "procedure.eia", changed(store, "procedure.eia", owner="office"), "Lan")
    text = FEES.replace("owner: environment", "owner: investment")
    (folder / "fees.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ExportError, match=r"load them first:\nfees.yml: procedure.eia"):
        export(store, folder)
    assert (folder / "fees.yml").read_text(encoding="utf-8") == text


def test_other_line_ends_stay(store: Store, folder: Path) -> None:
    raw = FEES.replace("\n", "\r\n").encode()
    (folder / "fees.yml").write_bytes(raw)
    export(store, folder)
    assert (folder / "fees.yml").read_bytes() == raw
    edit(store, "procedure.eia", changed(store, "procedure.eia", owner="office"), "Lan")
    export(store, folder)
    assert (folder / "fees.yml").read_bytes() == raw.replace(b"owner: environment", b"owner: office")


@pytest.fixture(scope="module")
def shipped_store(tmp_path_factory: pytest.TempPathFactory, shipped: Content) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'knowledge.sqlite'}")
    load(store, shipped)
    yield store
    store.close()


def by_file(content: Content) -> dict[str, list[str]]:
    """The ids of the entries in each file."""
    files: dict[str, list[str]] = {}
    for item in content.entries:
        files.setdefault(content.places[item].file, []).append(item)
    return files


def test_only_the_lines_of_a_changed_value_change(
    tmp_path: Path, shipped_store: Store, shipped: Content
) -> None:
    """Long texts beside it are not folded anew."""
    firsts = {file: ids[0] for file, ids in by_file(shipped).items()}
    for item in firsts.values():
        edit(shipped_store, item, {**dump(shipped.entries[item]), "owner": "somebody else"}, "Lan")
    export(shipped_store, CONTENT, tmp_path)
    for file in firsts:
        before, after = ((f / file).read_text(encoding="utf-8").splitlines() for f in (CONTENT, tmp_path))
        different = [new for old, new in zip(before, after, strict=True) if old != new]
        assert different == ["  owner: somebody else"]


def another_text(data: dict[str, Any]) -> None:
    for facet in data["facets"].values():
        facet["rules"][0].pop("details", None)
        facet["rules"][0]["scope"] = {"vi": "dự án: mới", "en": "new 'projects'"}


def another_rule(data: dict[str, Any]) -> None:
    for facet in data["facets"].values():
        facet["rules"].append(facet["rules"][0])


def another_first_facet(data: dict[str, Any]) -> None:
    name, facet = next(iter(data["facets"].items()))
    data["facets"] = {other: facet for other in data["facets"] if other != name} or {name: facet}


def fewer_fields(data: dict[str, Any]) -> None:
    data.pop("aliases", None)
    data.pop("related", None)


def odd_names(data: dict[str, Any]) -> None:
    data["name"] = {"vi": "# tên: mới", "en": "a\nnew name"}


CHANGES = (another_text, another_rule, another_first_facet, fewer_fields, odd_names)


def test_whatever_changes_is_read_back(tmp_path: Path, shipped_store: Store, shipped: Content) -> None:
    """All kinds of changes in every file; the export itself compares what it wrote."""
    changed = []
    with writing(shipped_store.engine) as connection:
        writer = Writer(connection, "Lan", What.EDIT)
        for ids in by_file(shipped).values():
            for item, change in zip((i for i in ids if shipped.entries[i].facets), CHANGES, strict=False):
                data = dump(shipped.entries[item])
                change(data)
                writer.put([parse("entry", data)], {item: digest(dump(shipped.entries[item]))})
                changed.append(item)
        writer.finish()
    done = export(shipped_store, CONTENT, tmp_path)
    assert len(done.written) > 40
    assert set(done.written) <= set(changed) | {ids[0] for ids in by_file(shipped).values()}

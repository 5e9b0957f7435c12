from __future__ import annotations

from knowledge.documents import document_entry
from knowledge.frames import NAMES, framed
from knowledge.model import FACETS, Entry, Kind
from knowledge.nlu_export import export
from tests.conftest import MakeStore
from tests.samples import both, make_document, make_entry, rule

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


def decree(number: str, topic: str) -> Entry:
    title, other = both(f"Nghị định về {topic}", f"Decree on {topic}"), f"văn bản {topic}"
    aliases = {"vi": [other, f"{other} mới"], "en": [f"{topic} decree", f"new {topic} decree"]}
    entry = document_entry(make_document(number, title=title, aliases=aliases), {})
    assert entry is not None
    return entry


def test_of_a_document_each_frame_is_asked_once_and_every_name_is_used() -> None:
    entry = decree("35/2022/NĐ-CP", "KCN")
    forms = list(framed(entry, FACETS[Kind.DOCUMENT]))
    assert {facet for _entry, facet, _text in forms} == set(FACETS[Kind.DOCUMENT])
    texts = [text for _entry, _facet, text in forms]
    assert sum(text.startswith("văn bản nào thay thế") for text in texts) == 1
    for lang in ("vi", "en"):
        for name in (entry.name.get(lang), *entry.aliases.get(lang)[: NAMES - 1]):
            assert any(name in text for text in texts), name


def test_which_name_stands_in_a_frame_differs_from_document_to_document() -> None:
    made = [decree(f"{n}/2022/NĐ-CP", f"X{n}") for n in range(20, 40)]
    asked = [next(framed(entry, ["effective"])) for entry in made]
    places = {
        next(
            n for n, name in enumerate([entry.name.vi, *entry.aliases.vi]) if text.startswith(f"{name} được")
        )
        for entry, (_entry, _facet, text) in zip(made, asked, strict=True)
    }
    assert places == set(range(NAMES))


def test_what_has_no_frames_has_no_questions() -> None:
    assert list(framed(PERMIT, ["result"])) == []
    statistic = make_entry("statistic.fdi", "FDI", facets={"value": [rule("1.", "1.")]})
    assert list(framed(statistic, ["value"])) == []


def test_they_are_exported_for_training(make_store: MakeStore) -> None:
    assert ("procedure.permit", "fee", "lệ phí GP0") in export(make_store(PERMIT))["forms"]

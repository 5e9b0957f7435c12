from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from knowledge.model import (
    FACETS,
    SECTORS,
    CitationKind,
    ConfirmAt,
    DocumentStatus,
    Kind,
    ZoneStatus,
    ZoneType,
)
from knowledge.texts import LANGUAGES, Texts, load_texts, texts
from knowledge.vocabulary import vocabulary

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("knowledge", "dossiers", "actions", "portal")
CATALOGUES = sorted(
    path.parent.parent.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("texts/vi.yml")
)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("package", CATALOGUES)
def test_both_languages_say_the_same_things(package: str) -> None:
    vi, en = (load_texts(ROOT / package / "texts", lang).strings for lang in LANGUAGES)
    assert set(vi) == set(en)
    assert {key: placeholders(text) for key, text in vi.items()} == {
        key: placeholders(text) for key, text in en.items()
    }


@pytest.mark.parametrize("package", CATALOGUES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty_or_left_to_translate(package: str, lang: str) -> None:
    for key, text in load_texts(ROOT / package / "texts", lang).strings.items():
        assert text.strip(), key
        assert text not in {"None", "TODO"}, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_the_model_can_say_has_a_name(lang: str) -> None:
    t = texts(lang)
    facets = {name for names in FACETS.values() for name in names}
    needed = [f"facet.{name}" for name in facets] + [f"suggest.{name}" for name in facets]
    needed += [f"sector.{name}" for name in SECTORS]
    needed += [f"zone.type.{name}" for name in ZoneType]
    needed += [f"zone.{key}.{name}" for key in ("status", "status_label") for name in ZoneStatus]
    needed += [f"document.status.{name}" for name in DocumentStatus]
    needed += [f"confirm_at.{name}" for name in ConfirmAt]
    assert [key for key in needed if not t.has(key)] == []


def test_a_text_is_filled_in() -> None:
    assert Texts("en", {"greet": "Hello {name}"})("greet", name="An", unused="x") == "Hello An"


@pytest.mark.parametrize("key", ["greet", "nothing"])
def test_a_missing_text_or_value_is_an_error(key: str) -> None:
    with pytest.raises(KeyError):
        Texts("en", {"greet": "Hello {name}"})(key)


def test_nested_keys_are_joined_by_dots(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("a:\n  b: {c: deep}\n  d: 5\n", encoding="utf-8")
    assert load_texts(tmp_path, "en").strings == {"a.b.c": "deep", "a.d": "5"}


def test_the_words_of_the_vocabulary_name_what_the_model_knows() -> None:
    words = vocabulary()
    facets = {name for names in FACETS.values() for name in names} | {"compare", "unrecorded"}
    assert set(words.facets) <= facets
    assert set(words.sectors) == set(SECTORS)
    assert set(words.zone_types) == set(ZoneType)
    assert set(words.zone_statuses) == set(ZoneStatus)
    assert {kind for kind, _, _ in words.names()}.isdisjoint({*Kind, *CitationKind})

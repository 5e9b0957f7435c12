from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from evaluation.variants import VARIANTS, vary
from vietnamese.folding import fold, has_accents

QUESTION = "Giấy phép lao động cấp trong bao nhiêu ngày ở KCN Tràng Duệ?"
ALL = sorted({variant for variants in VARIANTS.values() for variant in variants})


@pytest.mark.parametrize("variant", ALL)
def test_a_variant_is_the_same_on_every_run(variant: str) -> None:
    assert vary(QUESTION, variant) == vary(QUESTION, variant)


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        ("as_written", QUESTION),
        ("no_accents", "Giay phep lao dong cap trong bao nhieu ngay o KCN Trang Due?"),
        ("upper", "GIẤY PHÉP LAO ĐỘNG CẤP TRONG BAO NHIÊU NGÀY Ở KCN TRÀNG DUỆ?"),
        ("mixed", "work permit cấp trong bao nhiêu ngày ở KCN Tràng Duệ?"),
        ("telex", "giaays phép lao động caaps trong bao nhiêu ngày owr KCN Tràng Duệ?"),
    ],
)
def test_a_question_is_typed_in_another_way(variant: str, text: str) -> None:
    assert vary(QUESTION, variant) == text


def test_leaving_the_accents_out_keeps_capitals_and_everything_else() -> None:
    stripped = vary("ĐTM là gì? 100 %", "no_accents")
    assert stripped == "DTM la gi? 100 %"
    assert not has_accents(stripped)


def test_typos_are_two_slips_in_long_words_only() -> None:
    slipped = vary(QUESTION, "typos")
    pairs = list(zip(QUESTION.split(" "), slipped.split(" "), strict=True))
    changed = [(before, after) for before, after in pairs if before != after]
    assert 1 <= len(changed) <= 2
    assert all(len(before) >= 4 for before, _ in changed)
    assert all(DamerauLevenshtein.distance(before, after) == 1 for before, after in changed)


@pytest.mark.parametrize("text", ["", "KCN", "a b c", "35/2022/NĐ-CP", "12345 67890"])
def test_without_long_words_there_is_nothing_to_slip_in(text: str) -> None:
    assert vary(text, "typos") == text


@given(st.text(st.sampled_from("aăâbcdđeêêghiìíklmnoôơpqrstuưvxy AĐ?,1"), max_size=60))
def test_any_question_has_all_variants(text: str) -> None:
    assert fold(vary(text, "no_accents")) == fold(text)
    assert vary(text, "upper") == text.upper()
    assert len(vary(text, "typos").split(" ")) == len(vary(text, "telex").split(" ")) == len(text.split(" "))

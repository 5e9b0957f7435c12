import unicodedata

import pytest

from vietnamese.folding import accents_agree, fold, has_accents, words


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_fold_drops_accents_stroke_and_case_in_both_unicode_forms(form: str) -> None:
    assert fold(unicodedata.normalize(form, "KCN Đình Vũ, Tràng Duệ")) == "kcn dinh vu, trang due"


def test_fold_keeps_length_of_nfc_text() -> None:
    text = "Ưu đãi thuế thu nhập doanh nghiệp"
    assert len(fold(text)) == len(text)


def test_words_leave_punctuation_out() -> None:
    assert words("Lệ phí: bao nhiêu?") == ["le", "phi", "bao", "nhieu"]


@pytest.mark.parametrize(
    ("typed", "known", "agree"),
    [
        ("le phi", "lệ phí", True),
        ("lệ phí", "lệ phí", True),
        ("lễ phí", "lệ phí", False),
        ("hoà", "hòa", True),
        ("hoa", "hòa", True),
        ("ma số", "mã số", True),
        ("mà số", "mã số", False),
        ("thoi", "thời hạn", False),
    ],
)
def test_accents_that_were_typed_must_agree(typed: str, known: str, agree: bool) -> None:
    assert accents_agree(typed, known) is agree


def test_has_accents_sees_the_stroke() -> None:
    assert has_accents("đi")
    assert not has_accents("di")

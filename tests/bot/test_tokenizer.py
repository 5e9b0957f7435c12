from __future__ import annotations

import unicodedata

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.tokenizer import VietnameseTokenizer

QUESTION = "Giấy phép lao động ở KCN Đình Vũ, 15 ngày?"


@pytest.fixture
def tokenizer() -> VietnameseTokenizer:
    return VietnameseTokenizer(VietnameseTokenizer.get_default_config())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_both_forms_of_a_text_have_the_same_tokens(tokenizer: VietnameseTokenizer, form: str) -> None:
    message = Message({TEXT: unicodedata.normalize(form, QUESTION)})
    tokens = tokenizer.tokenize(message, TEXT)
    assert [t.text for t in tokens] == ["Giấy", "phép", "lao", "động", "ở", "KCN", "Đình", "Vũ", "15", "ngày"]
    assert message.get(TEXT) == QUESTION
    assert [QUESTION[t.start : t.end] for t in tokens] == [t.text for t in tokens]


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("Động", "dong"),
        ("đ", "d"),
        ("Đ", "d"),
        ("LAO", "lao"),
        ("phép", "phep"),
        ("35", "00"),
        ("mẫu01", "mau00"),
        ("IRC", "irc"),
    ],
)
def test_the_lemma_is_folded_and_says_nothing_about_the_number(
    tokenizer: VietnameseTokenizer, word: str, lemma: str
) -> None:
    (token,) = tokenizer.tokenize(Message({TEXT: word}), TEXT)
    assert (token.text, token.lemma) == (word, lemma)


def test_a_question_with_and_without_accents_has_the_same_lemmas(tokenizer: VietnameseTokenizer) -> None:
    typed = [tokenizer.tokenize(Message({TEXT: t}), TEXT) for t in ("Lệ phí bao nhiêu", "le phi bao nhieu")]
    assert [t.lemma for t in typed[0]] == [t.lemma for t in typed[1]]


def test_a_document_number_falls_into_its_parts(tokenizer: VietnameseTokenizer) -> None:
    tokens = tokenizer.tokenize(Message({TEXT: "35/2022/NĐ-CP"}), TEXT)
    assert [(t.text, t.start) for t in tokens] == [("35", 0), ("2022", 3), ("NĐ", 8), ("CP", 11)]


@pytest.mark.parametrize("text", ["?!", "…", "👍"])
def test_a_text_without_words_is_one_token(tokenizer: VietnameseTokenizer, text: str) -> None:
    assert [(t.text, t.start) for t in tokenizer.tokenize(Message({TEXT: text}), TEXT)] == [(text, 0)]

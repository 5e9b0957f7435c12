from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language import LanguageIdentifier, LanguageModel
from tests.bot.conftest import EXPORT, Training

MODEL = LanguageModel.learn(EXPORT["texts"]["vi"], EXPORT["texts"]["en"])


@pytest.mark.parametrize(
    ("text", "vietnamese"),
    [
        ("Giấy phép lao động", True),
        ("giay phep lao dong", True),
        ("LE PHI BAO NHIEU", True),
        ("which permit is needed", False),
        ("HOW MUCH IS THE FEE", False),
        ("xin chào", True),
    ],
)
def test_the_language_is_told_with_and_without_accents(text: str, vietnamese: bool) -> None:
    assert (MODEL.probability(text) > 0.5) is vietnamese


@pytest.mark.parametrize("text", ["", "12345", "?", "qqq zzz"])
def test_where_nothing_speaks_nothing_is_claimed(text: str) -> None:
    assert MODEL.probability(text) == 0.5


def test_accents_that_were_typed_make_it_surer() -> None:
    assert MODEL.probability("giấy phép") > MODEL.probability("giay phep") > 0.5


def test_a_very_long_text_has_a_probability_all_the_same() -> None:
    assert MODEL.probability("giấy phép " * 5000) == pytest.approx(1)
    assert MODEL.probability("which documents " * 5000) == pytest.approx(0, abs=1e-9)


def test_what_occurs_once_is_not_learned() -> None:
    assert LanguageModel.learn(["xyz"], ["abc abc"]).weights.keys() == {"<abc>", "<ab", "abc", "bc>"}


@pytest.mark.parametrize(
    ("text", "lang"), [("le phi bao nhieu", "vi"), ("how much is the fee", "en"), ("12", "vi")]
)
def test_the_language_is_put_into_the_message(
    training: Training, export_file: Path, text: str, lang: str
) -> None:
    identifier = training.train_and_load(LanguageIdentifier, {"file": str(export_file)})
    export_file.unlink()
    message = Message({TEXT: text})
    identifier.process([message])
    language = message.get("language")
    assert language["name"] == lang
    assert 0.5 <= language["confidence"] <= 1
    assert "language" in message.as_dict(only_output_properties=True)


def test_the_name_of_a_zone_speaks_for_no_language(training: Training, export_file: Path) -> None:
    identifier = training.train_and_load(LanguageIdentifier, {"file": str(export_file)})
    text = "fee Giấy Phép"
    plain, named = Message({TEXT: text}), Message({TEXT: text})
    named.set(ENTITIES, [{"entity": "zone", "start": 4, "end": 13}])
    identifier.process([plain, named])
    assert (plain.get("language")["name"], named.get("language")["name"]) == ("vi", "en")

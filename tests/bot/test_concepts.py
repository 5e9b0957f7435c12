from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.concepts import BY_CONCEPT, ConceptClassifier
from bot.spelling import CORRECTIONS
from tests.bot.conftest import EXPORT, Training

CONCEPTS = {
    "giấy phép lao động": "permit",
    "working papers of a foreigner": "permit",
    "đánh giá tác động môi trường": "eia",
    "the study on nature": "eia",
    "khu Tràng Duệ": "park",
    "mất mấy ngày": "how_long",
    "xin chào": "greeting",
    "good day": "greeting",
}
GREETINGS = ("xin chào", "xin chào bạn", "xin chào ad")
EXAMPLES = TrainingData([Message({TEXT: text, "intent": "greet"}) for text in GREETINGS])


def trained(training: Training, folder: Path, **more: Any) -> ConceptClassifier:
    file = folder / "export-with-concepts.json"
    file.write_text(json.dumps({**EXPORT, **more}), encoding="utf-8")
    found: ConceptClassifier = training.train_and_load(ConceptClassifier, {"file": str(file)}, EXAMPLES)
    return found


@pytest.fixture
def classifier(training: Training, tmp_path: Path) -> ConceptClassifier:
    """A classifier that was trained, packed into a model and loaded again."""
    return trained(training, tmp_path, concepts=CONCEPTS)


def best(classifier: ConceptClassifier, text: str, **properties: Any) -> list[dict[str, Any]]:
    message = Message({TEXT: text, **properties})
    classifier.process([message])
    found: list[dict[str, Any]] = message.as_dict(only_output_properties=True)[BY_CONCEPT]
    return found


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Working papers of a foreigner, please", "procedure.work-permit"),
        ("who writes THE STUDY ON NATURE?", "procedure.eia"),
        ("giay phep lao dong", "procedure.work-permit"),
        ("good day", "intent.greet"),
    ],
)
def test_words_that_no_form_has_are_understood_by_their_concept(
    classifier: ConceptClassifier, text: str, subject: str
) -> None:
    assert best(classifier, text)[0]["name"] == subject


def test_slips_of_the_keys_are_read_as_the_words_that_were_meant(classifier: ConceptClassifier) -> None:
    typed = best(classifier, "giay phep lao xqz", **{CORRECTIONS: {"xqz": "dong"}})
    assert typed == best(classifier, "giấy phép lao động")


@pytest.mark.parametrize("text", ["", "no such thing", "?"])
def test_where_no_concept_is_known_nothing_is_said(classifier: ConceptClassifier, text: str) -> None:
    assert best(classifier, text) == []


def test_without_a_thesaurus_there_is_nothing_to_learn(training: Training, tmp_path: Path) -> None:
    assert best(trained(training, tmp_path), "giấy phép lao động") == []

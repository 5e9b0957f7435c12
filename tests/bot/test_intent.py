from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.intent import IntentClassifier
from bot.spelling import CORRECTIONS
from tests.bot.conftest import Training

EXAMPLES = {
    "greet": ["xin chào", "chào bạn", "hello", "good morning"],
    "fee": ["lệ phí bao nhiêu", "có mất phí không", "how much is the fee", "is there a charge"],
    "area": ["rộng bao nhiêu", "diện tích mấy héc ta", "how large is it", "what is the area"],
}


def examples(intents: dict[str, list[str]]) -> TrainingData:
    return TrainingData([Message({TEXT: t, "intent": i}) for i, texts in intents.items() for t in texts])


@pytest.fixture
def classifier(training: Training) -> IntentClassifier:
    """A classifier that was trained, packed into a model and loaded again."""
    trained: IntentClassifier = training.train_and_load(IntentClassifier, {}, examples(EXAMPLES))
    return trained


def understood(classifier: IntentClassifier, text: str, **more: Any) -> dict[str, Any]:
    message = Message({TEXT: text, **more})
    classifier.process([message])
    return message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("lệ phí thế nào", "fee"),
        ("LE PHI THE NAO", "fee"),
        ("không hỏi lệ phí, diện tích cơ", "area"),
        ("how large", "area"),
    ],
)
def test_the_intent_is_told_in_any_spelling_and_without_what_is_denied(
    classifier: IntentClassifier, text: str, intent: str
) -> None:
    assert understood(classifier, text)["intent"]["name"] == intent


def test_the_ranking_holds_probabilities_best_first(classifier: IntentClassifier) -> None:
    parsed = understood(classifier, "lệ phí")
    shares = [one["confidence"] for one in parsed["intent_ranking"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    assert parsed["intent"] == parsed["intent_ranking"][0]


def test_a_slip_is_read_as_the_word_that_was_meant(classifier: IntentClassifier) -> None:
    assert understood(classifier, "xqz", **{CORRECTIONS: {"xqz": "phi"}})["intent"]["name"] == "fee"


@pytest.mark.parametrize("text", ["", "…??", "這是什麼"])
def test_what_was_never_seen_has_no_intent(classifier: IntentClassifier, text: str) -> None:
    parsed = understood(classifier, text)
    assert (parsed["intent"]["name"], parsed["intent_ranking"]) == (None, [])


def test_the_same_seed_says_the_same(training: Training) -> None:
    said = [
        understood(training.train_and_load(IntentClassifier, {}, examples(EXAMPLES)), "phí mấy đồng")
        for _ in range(2)
    ]
    assert said[0] == said[1]


def test_one_intent_alone_teaches_nothing(training: Training) -> None:
    alone = training.train_and_load(IntentClassifier, {}, examples({"greet": EXAMPLES["greet"]}))
    assert understood(alone, "xin chào")["intent"]["name"] is None

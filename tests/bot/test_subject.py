from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language import LANGUAGE
from bot.spelling import CORRECTIONS
from bot.subject import SubjectClassifier
from bot.topic import TOPIC, title_of
from tests.bot.conftest import Training

EXAMPLES = [
    Message({TEXT: text, "intent": intent})
    for intent, texts in {
        "greet": ["xin chào", "chào bạn", "hello"],
        "ask_procedure_fee": ["phải đóng bao nhiêu tiền", "có thu tiền không"],
        "ask_customs": ["máy móc nhập khẩu"],
    }.items()
    for text in texts
]


@pytest.fixture
def classifier(training: Training, export_file: Path) -> SubjectClassifier:
    """A classifier that was trained, packed into a model and loaded again."""
    trained: SubjectClassifier = training.train_and_load(
        SubjectClassifier, {"file": str(export_file)}, TrainingData(EXAMPLES)
    )
    return trained


def understood(classifier: SubjectClassifier, text: str) -> dict[str, Any]:
    message = Message({TEXT: text})
    classifier.process([message])
    return message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "subject", "aspect"),
    [
        ("thời hạn giấy phép lao động", "procedure.work-permit", "procedure.time_limit"),
        ("GIAY PHEP LAO DONG MAT MAY NGAY", "procedure.work-permit", "procedure.time_limit"),
        ("le phi danh gia tac dong moi truong", "procedure.eia", "procedure.fee"),
        ("lệ phí đánh gia tác đông môi trừong", "procedure.eia", "procedure.fee"),
        ("chào nhé", "intent.greet", "intent.greet"),
    ],
)
def test_subject_and_aspect_are_told_in_any_spelling(
    classifier: SubjectClassifier, text: str, subject: str, aspect: str
) -> None:
    parsed = understood(classifier, text)
    assert parsed["subjects"][0]["name"] == subject
    assert parsed["aspects"][0]["name"] == aspect


def test_slips_of_the_keys_are_read_as_the_words_that_were_meant(classifier: SubjectClassifier) -> None:
    typed = Message({TEXT: "xqz lao động", CORRECTIONS: {"xqz": "phi giay phep"}})
    classifier.process([typed])
    assert typed.get("subjects") == understood(classifier, "phi giay phep lao động")["subjects"]


def test_the_best_come_first_with_falling_margins(classifier: SubjectClassifier) -> None:
    margins = [s["margin"] for s in understood(classifier, "lệ phí khu Tràng Duệ")["subjects"]]
    assert margins == sorted(margins, reverse=True)
    assert len(margins) == 4


def test_an_intent_teaches_the_aspect_that_it_names_but_no_subject(classifier: SubjectClassifier) -> None:
    parsed = understood(classifier, "phải đóng bao nhiêu tiền")
    assert parsed["aspects"][0]["name"] == "procedure.fee"
    labels = {s["name"] for s in parsed["subjects"]}
    assert labels == {"procedure.work-permit", "procedure.eia", "zone.trang-due", "intent.greet"}


def test_what_is_denied_is_not_the_subject(classifier: SubjectClassifier) -> None:
    parsed = understood(classifier, "Không phải giấy phép lao động, khu Tràng Duệ cơ")
    assert parsed["subjects"][0]["name"] == "zone.trang-due"


def test_each_of_several_questions_is_understood_for_itself(classifier: SubjectClassifier) -> None:
    text = "lệ phí giấy phép lao động, thời hạn đánh giá tác động môi trường"
    parts = understood(classifier, text)["parts"]
    assert [text[p["start"] : p["end"]] for p in parts] == text.split(", ")
    assert [p["subjects"][0]["name"] for p in parts] == ["procedure.work-permit", "procedure.eia"]
    assert [p["aspects"][0]["name"] for p in parts] == ["procedure.fee", "procedure.time_limit"]
    assert understood(classifier, "lệ phí giấy phép lao động")["parts"] == []


@pytest.mark.parametrize("text", ["", "?", "12345", "qqqq zzzz"])
def test_a_text_without_known_words_is_ranked_all_the_same(classifier: SubjectClassifier, text: str) -> None:
    assert len(understood(classifier, text)["subjects"]) == 4


def in_context(classifier: SubjectClassifier, text: str, topic: str | None, **properties: Any) -> list[str]:
    message = Message({TEXT: text, "metadata": {TOPIC: topic}, **properties})
    classifier.process([message])
    return [s["name"] for s in message.get("in_context")]


@pytest.mark.parametrize("topic", ["procedure.work-permit", "zone.trang-due"])
def test_a_message_is_read_together_with_what_the_conversation_is_about(
    classifier: SubjectClassifier, topic: str
) -> None:
    assert in_context(classifier, "mất mấy ngày", topic)[0] == topic
    other = "lệ phí đánh giá tác động môi trường"
    assert in_context(classifier, other, topic)[0] == "procedure.eia"


def test_the_topic_is_called_what_it_is_in_the_language_of_the_message() -> None:
    titles = {"procedure.x": {"vi": "giấy phép", "en": "permit"}}
    metadata = {TOPIC: "procedure.x"}
    assert title_of(Message({"metadata": metadata, LANGUAGE: {"name": "en"}}), titles) == "permit"
    assert title_of(Message({"metadata": metadata}), titles) == "giấy phép permit"
    assert title_of(Message({"metadata": {TOPIC: "procedure.y"}}), titles) == ""


@pytest.mark.parametrize("topic", [None, "procedure.unknown"])
def test_without_a_topic_there_is_no_context(classifier: SubjectClassifier, topic: str | None) -> None:
    assert in_context(classifier, "mất mấy ngày", topic) == []

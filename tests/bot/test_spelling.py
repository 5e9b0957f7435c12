from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.spelling import CORRECTIONS, SpellingCorrector
from bot.tokenizer import VietnameseTokenizer
from tests.bot.conftest import Training

EXAMPLES = [Message({TEXT: "xin chào cán bộ", "intent": "greet"})]


@pytest.fixture
def corrector(training: Training, export_file: Path) -> SpellingCorrector:
    """A corrector that was trained, packed into a model and loaded again."""
    trained: SpellingCorrector = training.train_and_load(
        SpellingCorrector, {"file": str(export_file)}, TrainingData(EXAMPLES)
    )
    return trained


def read(corrector: SpellingCorrector, text: str) -> Message:
    message = Message({TEXT: text})
    config: dict[str, Any] = VietnameseTokenizer.get_default_config()
    VietnameseTokenizer(config).process([message])
    return corrector.process([message])[0]


@pytest.mark.parametrize(
    ("text", "corrections"),
    [
        ("giấy phpé lao động", {"phpe": "phep"}),
        ("giaays pheps lao ddoongj", {"giaays": "giay", "pheps": "phep", "ddoongj": "dong"}),
        ("chhào cán bộ", {"chhao": "chao"}),  # words of Rasa's examples are known, too
        ("Trangg Due", {"trangg": "trang"}),  # and so are names
        ("giấy phép lao động", {}),
        ("chữ xyzzyx 35/2022", {}),
    ],
)
def test_slips_are_named_with_the_word_that_was_meant(
    corrector: SpellingCorrector, text: str, corrections: dict[str, str]
) -> None:
    message = read(corrector, text)
    assert message.get(TEXT) == text
    assert message.as_dict(only_output_properties=True)[CORRECTIONS] == corrections


def test_the_lemmas_of_the_tokens_are_the_corrected_words(corrector: SpellingCorrector) -> None:
    lemmas = [token.lemma for token in read(corrector, "giấy phpé 12").get(TOKENS_NAMES[TEXT])]
    assert lemmas == ["giay", "phep", "00"]

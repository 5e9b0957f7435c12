from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.io import read_yaml_file

from bot.features import FACETS, KINDS, EntityKindFeaturizer
from bot.tokenizer import VietnameseTokenizer

ROOT = Path(__file__).resolve().parents[2]


def featurized(*entities: tuple[str, str], text: str = "KCN rộng", **config: Any) -> Message:
    message = Message({TEXT: text})
    tokenizer = VietnameseTokenizer(VietnameseTokenizer.get_default_config())
    message.set(TOKENS_NAMES[TEXT], tokenizer.tokenize(message, TEXT) if text else [])
    message.set(ENTITIES, [{"entity": kind, "value": value} for kind, value in entities])
    EntityKindFeaturizer("kinds", {**EntityKindFeaturizer.get_default_config(), **config}).process([message])
    return message


def sentence(message: Message) -> dict[int, float]:
    _, features = message.get_sparse_features(TEXT)
    row = features.features.toarray()[0]
    return {index: float(value) for index, value in enumerate(row) if value}


def test_the_kinds_of_names_and_the_facet_words_are_features_of_the_sentence() -> None:
    present = sentence(featurized(("zone", "zone.x"), ("facet", "area"), ("facet", "fee")))
    assert present == {
        KINDS.index("zone"): 1.0,
        len(KINDS) + FACETS.index("area"): 1.0,
        len(KINDS) + FACETS.index("fee"): 1.0,
    }


def test_which_zone_it_is_makes_no_difference() -> None:
    assert sentence(featurized(("zone", "zone.x"))) == sentence(
        featurized(("zone", "zone.y"), ("zone", "zone.z"))
    )


def test_what_is_not_listed_is_no_feature() -> None:
    assert sentence(featurized(("elsewhere", "province"), ("facet", "unheard_of"))) == {}


def test_the_weight_is_an_option() -> None:
    assert sentence(featurized(("time", "2025"), weight=2.5)) == {KINDS.index("time"): 2.5}


def test_there_is_a_row_for_each_token() -> None:
    sequence, whole = featurized(text="KCN Tràng Duệ rộng").get_sparse_features(TEXT)
    width = len(KINDS) + len(FACETS)
    assert (sequence.features.shape, whole.features.shape) == ((4, width), (1, width))
    assert sequence.features.nnz == 0


def test_a_message_without_tokens_has_no_features() -> None:
    assert featurized(text="").get_sparse_features(TEXT) == (None, None)


@pytest.mark.parametrize("names", [KINDS, FACETS])
def test_no_feature_stands_twice(names: tuple[str, ...]) -> None:
    assert len(names) == len(set(names))


def test_every_feature_is_an_entity_or_a_facet_that_the_gazetteer_finds() -> None:
    assert set(KINDS) <= set(read_yaml_file(ROOT / "domain.yml")["entities"])
    assert set(FACETS) <= set(read_yaml_file(ROOT / "knowledge" / "vocabulary.yml")["facets"])

from __future__ import annotations

import json

import numpy as np
import pytest

from bot.ngrams import TextFeatures, ngrams

TEXTS = [
    "le phi bao nhieu",
    "le phi cap giay phep lao dong la bao nhieu",
    "giay phep lao dong mat may ngay",
    "how much is the fee of a work permit",
    "work permit fee fee fee",
]
UNSEEN = ["phi phi phi giay", "the fee", "zzz", "", "1 2 3", "le"]


@pytest.mark.parametrize("letters_in", [1, 2])
def test_one_text_has_the_features_that_were_learned_with(letters_in: int) -> None:
    features = TextFeatures(ngrams(letters_in))
    learned = features.learn(TEXTS)
    for number, text in enumerate(TEXTS):
        row = features.of(text)
        assert list(row.indices) == list(learned[number].sorted_indices().indices)
        assert np.allclose(row.data, learned[number].sorted_indices().data, rtol=1e-12)


def test_an_unseen_text_has_the_features_that_scikit_learn_gives_it() -> None:
    features = TextFeatures(ngrams(1))
    features.learn(TEXTS)
    for text in UNSEEN:
        whole = np.zeros(sum(len(part.vocabulary_) for part in features._parts))
        row = features.of(text)
        whole[row.indices] = row.data
        theirs = np.hstack([part.transform([text]).toarray()[0] for part in features._parts])
        assert np.allclose(whole, theirs, rtol=1e-12), text


def test_features_come_out_of_plain_data_as_they_were() -> None:
    features, restored = TextFeatures(ngrams(1)), TextFeatures(ngrams(1))
    features.learn(TEXTS)
    restored.restore(json.loads(json.dumps(features.dump())))
    for text in TEXTS + UNSEEN:
        before, after = features.of(text), restored.of(text)
        assert list(before.indices) == list(after.indices)
        assert np.allclose(before.data, after.data, atol=1e-4), "weights are kept to four places"


def test_a_text_without_a_known_letter_has_no_features() -> None:
    features = TextFeatures(ngrams(1))
    features.learn(TEXTS)
    assert len(features.of("").indices) == 0

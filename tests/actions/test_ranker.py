from __future__ import annotations

import json

import pytest

from actions.ranker import (
    ENTRY_SIGNALS,
    FACET_SIGNALS,
    IN_CONTEXT_SIGNALS,
    NONE_IN_CONTEXT,
    NONE_SIGNALS,
    WEIGHTS_FILE,
    Ranker,
    rankers,
)

PLAIN = Ranker(dict.fromkeys(ENTRY_SIGNALS, 1.0), dict.fromkeys(NONE_SIGNALS, 1.0))


def test_the_probabilities_of_all_readings_add_up_to_one() -> None:
    shares, none = PLAIN.probabilities([{"ask": 0.9}, {"ask": 0.3, "name": 0.2}], {"bias": 1.0})
    assert sum(shares) + none == pytest.approx(1.0)
    assert shares[0] > shares[1] > 0


def test_equal_signals_are_equally_likely() -> None:
    shares, none = PLAIN.probabilities([{"ask": 1.0}, {"name": 1.0}], {"bias": 1.0})
    assert [*shares, none] == pytest.approx([1 / 3] * 3)


def test_without_candidates_nothing_is_meant() -> None:
    assert PLAIN.probabilities([], {"bias": 1.0}) == ([], 1.0)


def test_a_signal_that_is_absent_counts_nothing() -> None:
    assert PLAIN.score({}) == 0.0
    assert PLAIN.score({"ask": 0.5, "name": 0.25}) == 0.75


def test_very_strong_signals_do_not_overflow() -> None:
    shares, none = PLAIN.probabilities([{"ask": 5000.0}, {"ask": -5000.0}], {"bias": 0.0})
    assert (shares, none) == ([1.0, 0.0], 0.0)


def test_the_learned_weights_cover_every_signal() -> None:
    learned = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert set(learned["entries"]) == {*ENTRY_SIGNALS, *IN_CONTEXT_SIGNALS}
    assert set(learned["none"]) == {*NONE_SIGNALS, *NONE_IN_CONTEXT}
    assert set(learned["facets"]) == set(FACET_SIGNALS)
    assert rankers().entries == Ranker(learned["entries"], learned["none"])


def test_a_foreign_matter_takes_probability_from_every_entry() -> None:
    entry = {"ask": 0.6, "text": 0.5, "covered": 0.6, "subject": 0.5, "subject_gap": 0.0}
    foreign = {"special": 1.0, "special_intent": 0.9, "special_subject": 1.1, "special_best": 1.0}
    (alone,), _ = rankers().entries.probabilities([entry], {"bias": 1.0})
    (beside, meant), _ = rankers().entries.probabilities([entry, foreign], {"bias": 1.0})
    assert beside < alone
    assert meant > beside


def test_without_a_reading_none_the_candidates_share_everything() -> None:
    shares, none = rankers().facets.probabilities([{"intent": 0.9}, {"intent": 0.1}], {})
    assert (sum(shares), none) == (pytest.approx(1.0), 0.0)
    assert shares[0] > shares[1]

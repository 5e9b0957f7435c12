"""Questions that ask the same in other words make one cluster, always the same one."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from portal.unanswered.clusters import cluster, key_of
from portal.unanswered.collecting import Asked, Source

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RENT = [
    "Giá thuê đất KCN Tràng Duệ",
    "gia thue dat kcn trang due",
    "giá thuê đất ở KCN Tràng Duệ là bao nhiêu?",
]
OTHER = ["Xử phạt vi phạm môi trường", "Where is the tax office", "thủ tục xin visa cho chuyên gia"]


def asked(text: str, source: Source = "no_answer", who: str = "s1", lang: str = "vi") -> Asked:
    return Asked(text, lang, source, who, NOON)


def test_spelling_and_small_words_make_no_difference() -> None:
    [only] = cluster([asked(text, who=text) for text in RENT])
    assert only.counts() == {"correction": 0, "down": 0, "clarify": 0, "no_answer": 3}


def test_different_questions_stay_apart() -> None:
    assert len(cluster([asked(text) for text in [RENT[0], *OTHER]])) == 4


def test_languages_stay_apart() -> None:
    assert len(cluster([asked("HEZA hotline"), asked("HEZA hotline", lang="en")])) == 2


def test_personal_data_that_was_masked_does_not_matter() -> None:
    assert key_of("hồ sơ [mã hồ sơ] của công ty [số điện thoại]") == key_of("hồ sơ của công ty")


@pytest.mark.parametrize(
    ("given", "weight"),
    [
        ([("no_answer", "a"), ("no_answer", "a")], 1),
        ([("no_answer", "a"), ("no_answer", "b")], 2),
        ([("no_answer", "a"), ("down", "a")], 4),
        ([("clarify", "a"), ("correction", "r")], 7),
    ],
)
def test_a_session_weighs_once_for_each_source(given: list[tuple[Source, str]], weight: int) -> None:
    [only] = cluster([asked("lệ phí visa", source, who) for source, who in given])
    assert only.weight == weight


def test_the_heaviest_stands_first_whatever_the_order() -> None:
    given = [*(asked(text, who=text) for text in RENT), asked(OTHER[0], "correction"), asked(OTHER[1])]
    first = [(one.keys, one.weight) for one in cluster(given)]
    assert [weight for _, weight in first] == [5, 3, 1]
    for seed in range(5):
        random.Random(seed).shuffle(given)
        assert [(one.keys, one.weight) for one in cluster(given)] == first


def test_what_has_no_word_is_left_out() -> None:
    assert cluster([asked("???"), asked("[số điện thoại]")]) == []

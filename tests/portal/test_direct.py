"""While Rasa is away, the portal answers only what cannot be mistaken."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.answer import Ask
from knowledge.database import writing
from knowledge.switches import switch
from portal.direct import DirectAnswers
from portal.stored import Question
from tests.conftest import MakeStore
from tests.portal.conftest import PERMIT
from tests.samples import make_entry, rule

REISSUE = make_entry(
    "procedure.permit-reissue",
    "Cấp lại giấy phép lao động",
    "Work permit reissue",
    facets={"time_limit": [rule("Trong 3 ngày.", "Within 3 days.")]},
)


@pytest.fixture
def direct(make_store: MakeStore, today: date) -> DirectAnswers:
    return DirectAnswers(make_store(PERMIT, REISSUE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("thời hạn cấp giấy phép lao động", "Trong 10 ngày."),
        ("Thoi han cap giay phep lao dong?", "Trong 10 ngày."),
        ("work permit time limit", "Within 10 days."),
        ("thời hạn cấp lại giấy phép lao động", "Trong 3 ngày."),
    ],
)
def test_a_name_with_its_facet_is_answered(direct: DirectAnswers, text: str, said: str) -> None:
    answer = direct.answer(Question(text), "vi")
    assert answer is not None
    assert (answer.outcome, answer.blocks[0].text) == ("answered", said)  # type: ignore[union-attr]
    assert answer.citations
    assert answer.blocks[-1].type == "notice"


@pytest.mark.parametrize(
    "text",
    [
        "cấp giấy phép lao động",
        "thời hạn",
        "thời hạn cấp giấy phép lao động năm 2020 ở Đà Nẵng",
        "không phải thời hạn cấp giấy phép lao động",
        "thời hạn cấp giấy phép lao đông",
        "lệ phí cấp giấy phép lao động",
        "?",
    ],
)
def test_anything_else_has_to_wait(direct: DirectAnswers, text: str) -> None:
    assert direct.answer(Question(text), "vi") is None


def test_the_law_is_read_on_the_day_that_was_given(direct: DirectAnswers) -> None:
    answer = direct.answer(Question("work permit time limit", as_of="2025-09-30"), None)
    assert answer is not None
    assert answer.blocks[0].text == "Within 15 days."  # type: ignore[union-attr]


def test_a_quick_reply_is_plain(direct: DirectAnswers) -> None:
    ask = Ask(entry="procedure.permit-reissue", facet="time_limit").model_dump(mode="json")
    answer = direct.answer(Question("Thời hạn?", ask=ask), "en")
    assert answer is not None
    assert answer.blocks[0].text == "Within 3 days."  # type: ignore[union-attr]
    assert direct.answer(Question("Gặp người", ask=Ask(action="human").model_dump(mode="json")), "vi") is None


def test_what_is_switched_off_is_not_said(make_store: MakeStore, today: date) -> None:
    store = make_store(PERMIT)
    with writing(store.engine) as connection:
        switch(connection, "procedure.permit", True, "Lan", "new decree")
    store.forget_cache()
    answer = DirectAnswers(store).answer(Question("work permit time limit"), None)
    assert answer is None or answer.outcome == "no_answer"

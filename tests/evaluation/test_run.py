from __future__ import annotations

from typing import Any

from evaluation.questions import Dialogue, Item
from evaluation.run import Result, run_dialogues, run_items, sample

LAW = {"document": "35/2022/NĐ-CP", "title": "Nghị định", "article": None}


class FakePortal:
    """Answers everything alike and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._sessions = 0

    async def session(self) -> str:
        self._sessions += 1
        return f"token-{self._sessions}"

    async def ask(self, token: str, **message: Any) -> dict[str, Any]:
        self.asked.append((token, message))
        return {
            "outcome": "answered",
            "lang": "vi",
            "text": "15 ngày",
            "blocks": [{"type": "para", "text": "15 ngày"}],
            "citations": [LAW],
            "entries": [{"id": "procedure.permit", "version": 1}],
            "release": "content 1",
            "took_ms": 7,
        }


def item(**fields: Any) -> Item:
    given = {"id": "x-001", "subject": "s", "vi": "Mấy ngày?", "en": "How long?", "all": ["15"]}
    return Item.model_validate({**given, **fields})


async def held(*turns: dict[str, Any]) -> list[Result]:
    dialogue = Dialogue.model_validate(
        {"id": "d-1", "behaviour": "language_switch", "lang": "en", "turns": turns}
    )
    return await run_dialogues(FakePortal(), [dialogue])  # type: ignore[arg-type]


async def test_each_variant_is_asked_in_a_session_of_its_own() -> None:
    portal = FakePortal()
    results = await run_items(portal, [item(as_of="2025-01-01")], ["upper"], {})  # type: ignore[arg-type]
    assert [(r.lang, r.variant, r.question) for r in results] == [
        ("vi", "upper", "MẤY NGÀY?"),
        ("en", "upper", "HOW LONG?"),
    ]
    assert [token for token, _ in portal.asked] == ["token-1", "token-2"]
    assert {message["as_of"] for _, message in portal.asked} == {"2025-01-01"}


async def test_a_turn_is_judged_with_its_language_and_citations() -> None:
    results = await run_items(FakePortal(), [item(fact=["f"])], ["as_written"], {"f": frozenset({"other"})})  # type: ignore[arg-type]
    assert [(r.wanted_lang, r.answer_lang, r.citations, r.release) for r in results] == [
        ("vi", "vi", 1, "content 1"),
        ("en", "vi", 1, "content 1"),
    ]
    assert [(r.score.verdict, r.score.entry) for r in results] == [("correct", False)] * 2


async def test_a_turn_is_wanted_in_the_language_of_its_dialogue_if_it_names_no_other() -> None:
    results = await held(
        {"say": "How long?", "all": ["15"]}, {"say": "tiếng Việt?", "all": ["15"], "lang": "vi"}
    )
    assert [(r.lang, r.wanted_lang) for r in results] == [("en", "en"), ("en", "vi")]
    assert {(r.source, r.subject, r.variant) for r in results} == {("d-1", "language_switch", "dialogue")}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    items = [item(id=f"x-{n}") for n in range(50)]
    assert sample(items, 5, 1) == sample(items, 5, 1) != sample(items, 5, 2)
    assert sample(items, None, 1) == sample(items, 50, 1) == items

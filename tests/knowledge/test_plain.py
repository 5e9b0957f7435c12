from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.answer import (
    Answer,
    Block,
    Caveat,
    Citation,
    Facts,
    Form,
    LabelledValue,
    Link,
    Listing,
    Notice,
    Outcome,
    Para,
    Step,
    Steps,
    TableBlock,
)
from knowledge.plain import cite, plain
from knowledge.texts import texts

EN = texts("en")


def answer(*blocks: Block, **fields: Any) -> Answer:
    return Answer(outcome=Outcome.ANSWERED, lang="en", blocks=list(blocks), **fields)


def line(document: str, **values: Any) -> str:
    """The line about a source of which nothing but ``values`` is known."""
    recorded = EN("citation.recorded", date="10 January 2026")
    return EN(
        "citation.line",
        **{"n": 1, "document": document, "article": "", "dates": "", "recorded": recorded, **values},
    )


def citation(**fields: Any) -> Citation:
    given = {
        "kind": "law",
        "document": "35/2022/NĐ-CP",
        "title": "Decree",
        "collected_on": date(2026, 1, 10),
        "status": "unverified",
    }
    return Citation.model_validate({**given, **fields})


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Para(text="Within 15 days."), "Within 15 days."),
        (Notice(level="warning", text="Mind this."), "Mind this."),
        (Listing(items=["a", "b"]), "- a\n- b"),
        (Listing(items=["a", "b"], ordered=True), "1. a\n2. b"),
        (
            Steps(items=[Step(title="File", text="Online.", duration="1 day"), Step(title="Collect")]),
            "1. File Online. (1 day)\n2. Collect",
        ),
        (TableBlock(columns=["Park", "ha"], rows=[["A", "1"], ["B", "2"]]), "Park | ha\nA | 1\nB | 2"),
        (Facts(items=[LabelledValue(label="Fee", value="none")]), "Fee: none"),
        (Link(text="Site", url="https://heza.gov.vn"), "Site: https://heza.gov.vn"),
        (Form(form="contact"), ""),
    ],
)
def test_a_block_is_written_as_lines(block: Block, text: str) -> None:
    assert plain(answer(block)) == text


def test_blocks_caveats_and_sources_follow_each_other() -> None:
    caveat = Caveat(reason="unconfirmed", text="Not confirmed.", confirm_at="HEZA")
    written = plain(answer(Para(text="One."), Para(text="Two."), caveats=[caveat], citations=[citation()]))
    assert written.split("\n") == [
        "One.",
        "Two.",
        EN("caveat.confirm", text="Not confirmed.", place="HEZA"),
        EN("citation.heading"),
        cite(citation(), 1, EN),
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, line("Decree 35/2022/NĐ-CP")),
        (
            {"article": "Article 26(1)"},
            line("Decree 35/2022/NĐ-CP", article=EN("citation.article", article="Article 26(1)")),
        ),
        ({"document": "Decree"}, line("Decree")),
        (
            {"effective_from": "2022-07-15"},
            line("Decree 35/2022/NĐ-CP", dates=EN("citation.since", date="15 July 2022")),
        ),
        (
            {"effective_from": "2018-07-10", "effective_to": "2022-07"},
            line("Decree 35/2022/NĐ-CP", dates=EN("citation.span", start="10 July 2018", end="July 2022")),
        ),
    ],
)
def test_a_source_is_written_with_what_is_known_of_it(fields: dict[str, str], line: str) -> None:
    assert cite(citation(**fields), 1, EN) == line


def test_a_source_says_who_confirmed_it_once_that_happened() -> None:
    confirmed = EN("citation.verified", date="1 June 2026")
    written = cite(citation(verified_on=date(2026, 6, 1)), 2, EN)
    assert written == line("Decree 35/2022/NĐ-CP", n=2, recorded=confirmed)

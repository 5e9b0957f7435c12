import pytest

from vietnamese.thesaurus import Thesaurus

PHRASES = {
    "work permit": "permit",
    "giấy phép lao động": "permit",
    "GPLĐ": "permit",
    "work permit extension": "extension",
    "no permit needed": "not_needed",
    "lao động": "labour",
}


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("How much is a Work Permit?", ["permit"]),
        ("giay phep lao dong", ["permit"]),
        ("GPLD của sếp", ["permit"]),
        ("work permit extension", ["extension"]),
        ("labour: lao động, giấy phép lao động", ["labour", "permit"]),
        ("work permit, GPLĐ, work permit", ["permit"]),
        ("workpermit", []),
        ("works permitted", []),
        ("", []),
    ],
)
def test_concepts_by_whole_words_the_longest_phrase_first(text: str, concepts: list[str]) -> None:
    assert Thesaurus(PHRASES).concepts(text) == concepts


def test_without_phrases_there_are_no_concepts() -> None:
    assert Thesaurus({}).concepts("work permit") == []

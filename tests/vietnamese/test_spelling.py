from __future__ import annotations

import pytest

from vietnamese.folding import words
from vietnamese.spelling import Speller, pairs_of, respelled, telex_decoded

KNOWN = {
    "giay": 9, "phep": 9, "permit": 5, "permits": 2, "labour": 3, "thuong": 4, "thu": 7, "tuc": 7, "duoc": 5,
    "thue": 6, "tndn": 3, "trong": 8, "trang": 4, "due": 2,
}  # fmt: skip
SPELLER = Speller(KNOWN, {"thue tndn": 3, "trang due": 2})


def corrected(text: str) -> str:
    return respelled(text, SPELLER.corrections(words(text)))[0]


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("thur", "thu"),
        ("tujc", "tuc"),
        ("giaays", "giay"),
        ("pheps", "phep"),
        ("dduwowjc", "duoc"),
        ("thuwowngf", "thuong"),
        ("giay", "giay"),
    ],
)
def test_telex_keys_are_decoded(keys: str, word: str) -> None:
    assert telex_decoded(keys) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("permti", "permit"),  # two letters swapped
        ("prmit", "permit"),  # one left out
        ("perrmit", "permit"),  # one doubled
        ("pernit", "permit"),  # one changed
        ("lbour", "labour"),
        ("thur tujc giaays pheps", "thu tuc giay phep"),
        ("permits", "permits"),  # known words stay
        ("xyzzy 123 ok", "xyzzy 123 ok"),  # so do words that resemble none
    ],
)
def test_slips_are_corrected_to_known_words(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


def test_of_two_close_words_the_commoner_is_meant() -> None:
    assert corrected("permitt") == "permit"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tue TNDN", "thue TNDN"),  # three letters are enough beside a neighbour that speaks for them
        ("tue gi", "tue gi"),
        ("trng Due", "trang Due"),  # not the commoner "trong"
        ("trng thu", "trong thu"),
    ],
)
def test_a_neighbour_tells_which_word_is_meant(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


def test_neighbours_are_counted_as_pairs() -> None:
    assert pairs_of(["a", "b", "c"]) == ["a b", "b c"]
    assert pairs_of(["a"]) == []


def test_places_in_the_corrected_text_lead_back_to_the_typed_one() -> None:
    typed = "xin Giaays phép mới"
    written, places = respelled(typed, {"giaays": "giay"})
    assert written == "xin giay phép mới"
    start, end = written.index("phép"), written.index("phép") + len("phép")
    assert typed[places[start] : places[end]] == "phép"
    assert typed[places[4] : places[8]] == "Giaays"
    assert len(places) == len(written) + 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("repaired", "repair"), ("repairs", "repair"), ("repairing", "repair"), ("approved", "approve")],
)
def test_a_form_of_a_known_english_word_is_no_slip_for_another_one(typed: str, meant: str) -> None:
    speller = Speller({"repair": 3, "prepared": 9, "approve": 2, "approval": 9, "repeating": 5})
    assert speller.corrections([typed]) == {typed: meant}

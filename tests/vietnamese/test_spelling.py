from __future__ import annotations

import pytest

from vietnamese.spelling import Speller, telex_decoded

SPELLER = Speller(
    {"giay": 9, "phep": 9, "permit": 5, "permits": 2, "labour": 3, "thuong": 4, "thu": 7, "tuc": 7, "duoc": 5}
)


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
    assert SPELLER.corrected(typed) == meant


def test_of_two_close_words_the_commoner_is_meant() -> None:
    assert SPELLER.word("permitt") == "permit"

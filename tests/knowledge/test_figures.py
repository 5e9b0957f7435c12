from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures import dates_in, numbers_in, parse_number, write_number


@pytest.mark.parametrize(
    ("text", "lang", "numbers"),
    [
        ("Thời hạn là 15 ngày làm việc.", "vi", {"15"}),
        ("rộng 1.103,445 ha", "vi", {"1103.445"}),
        ("covers 1,103.445 ha", "en", {"1103.445"}),
        ("từ 21.600-21.640 ha", "vi", {"21600", "21640"}),
        ("giảm 50% trong 9 năm", "vi", {"50", "9"}),
        ("Không có số nào.", "vi", set()),
    ],
)
def test_the_numbers_of_a_text_are_read_as_its_language_writes_them(
    text: str, lang: str, numbers: set[str]
) -> None:
    assert numbers_in(text, lang) == ({Decimal(n) for n in numbers}, set())


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("theo Nghị định 35/2022/NĐ-CP", "vi"),
        ("Luật 143/2025/QH15", "vi"),
        ("Quyết định 1438/QĐ-TTg (2012)", "vi"),
        ("Điều 26 khoản 1 điểm a", "vi"),
        ("Article 26(1)", "en"),
        ("theo mẫu I.1.5", "vi"),
        ("form I.1.5", "en"),
        ("làm việc 24/7", "vi"),
        ("ISO 9001", "vi"),
    ],
)
def test_numbers_of_documents_articles_and_forms_are_no_figures(text: str, lang: str) -> None:
    assert numbers_in(text, lang) == (set(), set())


def test_digits_in_a_name_are_no_figures() -> None:
    assert numbers_in("DEEP C 3 rộng 520 ha", "vi", ["DEEP C 3"]) == ({Decimal(520)}, set())


def test_the_longer_of_two_names_is_taken_out_first() -> None:
    assert numbers_in("Tràng Duệ 1 và 2", "vi", ["Tràng Duệ 1", "Tràng Duệ 1 và 2"]) == (set(), set())


@pytest.mark.parametrize(
    ("text", "lang", "dates"),
    [
        ("từ ngày 01/10/2025", "vi", {"2025-10-01"}),
        ("từ tháng 7/2026", "vi", {"2026-07"}),
        ("trước 31/12 hằng năm", "vi", {"--12-31"}),
        ("năm 2013", "vi", {"2013"}),
        ("since 1 October 2025", "en", {"2025-10-01"}),
        ("since July 2026", "en", {"2026-07"}),
        ("by 31 December each year", "en", {"--12-31"}),
        ("in 2013 and 2014", "en", {"2013", "2014"}),
    ],
)
def test_dates_are_told_from_figures(text: str, lang: str, dates: set[str]) -> None:
    assert numbers_in(text, lang) == (set(), dates)


def test_the_dates_are_cut_out_of_the_text() -> None:
    assert dates_in("từ 01/10/2025: 17%", "vi") == ({"2025-10-01"}, "từ  : 17%")


def test_an_area_of_two_thousand_hectares_is_no_year() -> None:
    assert numbers_in("rộng 2000,5 ha", "vi") == ({Decimal("2000.5")}, set())


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("22540", "22.540", "22,540"),
        ("1103.445", "1.103,445", "1,103.445"),
        ("164.10", "164,1", "164.1"),
        ("100", "100", "100"),
    ],
)
def test_a_number_is_written_as_the_language_does(value: str, vi: str, en: str) -> None:
    assert (write_number(Decimal(value), "vi"), write_number(Decimal(value), "en")) == (vi, en)


@given(value=st.decimals(0, 10**9, places=3), lang=st.sampled_from(["vi", "en"]))
def test_what_is_written_is_read_back(value: Decimal, lang: str) -> None:
    assert parse_number(write_number(value, lang), lang) == value

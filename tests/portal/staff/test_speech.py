"""What is read aloud: numbers as they are said, sixty words at most, nothing invented."""

from __future__ import annotations

import pytest

from portal.staff.numerals import LARGEST, cardinal, day, decimal, year
from portal.staff.speech import MOST_WORDS, aloud, split, spoken


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        (0, "không", "zero"),
        (10, "mười", "ten"),
        (11, "mười một", "eleven"),
        (15, "mười lăm", "fifteen"),
        (21, "hai mươi mốt", "twenty-one"),
        (24, "hai mươi tư", "twenty-four"),
        (30, "ba mươi", "thirty"),
        (55, "năm mươi lăm", "fifty-five"),
        (100, "một trăm", "one hundred"),
        (105, "một trăm linh năm", "one hundred and five"),
        (115, "một trăm mười lăm", "one hundred and fifteen"),
        (1_005, "một nghìn không trăm linh năm", "one thousand and five"),
        (1_015, "một nghìn không trăm mười lăm", "one thousand and fifteen"),
        (2_500, "hai nghìn năm trăm", "two thousand five hundred"),
        (1_005_000, "một triệu không trăm linh năm nghìn", "one million five thousand"),
        (10**9, "một tỷ", "one billion"),
        (2 * 10**12 + 1, "hai nghìn tỷ không trăm linh một", "two trillion and one"),
    ],
)
def test_whole_numbers(number: int, vi: str, en: str) -> None:
    assert (cardinal(number, "vi"), cardinal(number, "en")) == (vi, en)


def test_no_two_numbers_are_said_alike() -> None:
    numbers = [*range(2_200), *range(9_990, 10_120), 10**6, 10**6 + 1, 10**9 + 10**6, LARGEST]
    for lang in ("vi", "en"):
        assert len({cardinal(number, lang) for number in numbers}) == len(set(numbers))


def test_years_days_and_decimals() -> None:
    assert (year(2025, "en"), year(2007, "en")) == ("twenty twenty-five", "two thousand and seven")
    assert (year(1995, "en"), year(1905, "en")) == ("nineteen ninety-five", "nineteen oh five")
    assert (day(1, "en"), day(12, "en"), day(22, "en"), day(30, "en")) == (
        "the first",
        "the twelfth",
        "the twenty-second",
        "the thirtieth",
    )
    assert (day(4, "vi"), day(15, "vi")) == ("mùng bốn", "mười lăm")
    assert decimal(6, "5", "vi") == "sáu phẩy năm"
    assert decimal(92, "65", "vi") == "chín mươi hai phẩy sáu mươi lăm"
    assert decimal(92, "65", "en") == "ninety-two point six five"
    assert decimal(1, "05", "vi") == "một phẩy không năm"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Trong 15 ngày làm việc.", "Trong mười lăm ngày làm việc."),
        ("từ ngày 01/07/2025,", "từ ngày mùng một tháng bảy năm hai nghìn không trăm hai mươi lăm,"),
        ("tháng 04/2024", "tháng tư năm hai nghìn không trăm hai mươi tư"),
        ("Nghị định 35/2022/NĐ-CP;", "Nghị định ba mươi lăm năm hai nghìn không trăm hai mươi hai;"),
        ("Quyết định 1516/QĐ-TTg", "Quyết định một nghìn năm trăm mười sáu/QĐ-TTg"),
        ("15.777 tỷ đồng", "mười lăm nghìn bảy trăm bảy mươi bảy tỷ đồng"),
        ("3.194,7 ha", "ba nghìn một trăm chín mươi tư phẩy bảy héc-ta"),
        ("5-10%", "năm đến mười phần trăm"),
        ("tỷ lệ 1/500", "tỷ lệ một trên năm trăm"),
        ("gọi 18001096", "gọi một tám không không một không chín sáu"),
        ("lúc 8:30", "lúc tám giờ ba mươi"),
        ("28a, I.1.14, COVID-19, 24/7", "28a, I.1.14, COVID-19, 24/7"),
        ("https://example.vn/2025/1", "https://example.vn/2025/1"),
    ],
)
def test_vietnamese(written: str, said: str) -> None:
    assert spoken(written, "vi") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("within 15 working days", "within fifteen working days"),
        ("from 1 July 2025", "from the first of July twenty twenty-five"),
        ("in November 2024", "in November twenty twenty-four"),
        ("Decree 35/2022/NĐ-CP", "Decree thirty-five of twenty twenty-two"),
        ("1,200 jobs", "one thousand two hundred jobs"),
        ("92.65 ha", "ninety-two point six five hectares"),
        ("2021-2030", "twenty twenty-one to twenty thirty"),
        ("Article 26(1)(a)", "Article 26(1)(a)"),
        ("at 8:00", "at eight o'clock"),
    ],
)
def test_english(written: str, said: str) -> None:
    assert spoken(written, "en") == said


def test_a_short_statement_is_read_whole() -> None:
    read = aloud("Trong 10 ngày. Không thu phí.", ["Áp dụng từ năm 2025."], "vi")
    assert read.text == "Trong mười ngày. Không thu phí. Áp dụng từ năm hai nghìn không trăm hai mươi lăm."
    assert (read.words, read.shortened) == (len(read.text.split()), False)


def test_of_a_long_statement_the_first_sentences_that_fit_are_read() -> None:
    first, second = "một " * 39 + "hết.", "hai " * 39 + "hết."
    read = aloud(f"{first.capitalize()} {second.capitalize()}", ["Cần xác nhận."], "vi")
    assert read.text == f"{first.capitalize()} Cần xác nhận."
    assert read.shortened
    assert read.words <= MOST_WORDS


def test_a_sentence_that_is_too_long_is_not_cut() -> None:
    assert aloud("từ " * 70 + "hết.", [], "vi").text is None


def test_what_must_be_said_is_not_left_out_to_make_room() -> None:
    assert aloud("từ " * 55 + "hết.", ["Nội dung này cần được xác nhận lại."], "vi").text is None


def test_a_sentence_does_not_end_at_an_abbreviation() -> None:
    assert split("Ở TP. Hải Phòng. Theo Điều 26. Xong?") == ["Ở TP. Hải Phòng.", "Theo Điều 26.", "Xong?"]

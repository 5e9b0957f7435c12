import pytest

from vietnamese.folding import fold
from vietnamese.times import find_times, speaks_of_both


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("FDI năm 2022 là bao nhiêu", ["2022 on"]),
        ("thu hút FDI 11 tháng đầu năm 2024", ["2024-01/2024-11 on"]),
        ("exports in the first eleven months of 2024", ["2024-01/2024-11 on"]),
        ("dự án được cấp phép trước ngày 01/10/2025", ["2025-10-01 before licensed"]),
        ("our project was licensed in May 2024", ["2024-05 on licensed"]),
        ("GCNĐKĐT cấp tháng 3/2023 thì sao", ["2023-03 on licensed"]),
        ("from 1 October 2025 what CIT applies", ["2025-10-01 after"]),
        ("on October 1st, 2025", ["2025-10-01 on"]),
        ("ngày 15 tháng 11 năm 2021", ["2021-11-15 on"]),
        ("quy định ngày 31-02-2025", []),
        ("Luật Đầu tư 2020 còn hiệu lực không", []),
        ("nghị định 35/2022/NĐ-CP", []),
        ("tính đến 31/12/2020", ["2020-12-31 on"]),
        ("as_of 2025-09-30", ["2025-09-30 on"]),
        ("rộng 2000,5 ha", []),
        ("dự án được phép từ 2018", ["2018 after licensed"]),
        ("từ 2026 được phép xây", ["2026 after"]),
        ("tính đến hết 2020", ["2020 on"]),
        ("until 1 October 2025", ["2025-10-01 before"]),
        ("kim ngạch 11T/2024", ["2024-01/2024-11 on"]),
        ("từ tháng 1 đến tháng 9/2023", ["2023-01/2023-09 on"]),
        ("I mean 2024, the first eleven months", ["2024-01/2024-11 on"]),
        ("year 2024, january to november", ["2024 on"]),
        ("from January to November 2024", ["2024-01/2024-11 on"]),
        ("năm 2020 tăng bao nhiêu so với 2019", ["2020 on"]),
        ("compared with 2019, how did 2020 do", ["2020 on"]),
        ("tăng bao nhiêu so với 2019", ["2019 on"]),
    ],
)
def test_times_as_people_write_them(text: str, times: list[str]) -> None:
    assert [str(t) for t in find_times(text)] == times


def test_the_span_points_into_the_text() -> None:
    text = "Xuất khẩu năm 2020?"
    (time,) = find_times(text)
    assert text[time.start : time.end] == "2020"


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("Trước 7/2025 tỉnh tên gì, giờ tên gì?", True),
        ("theo luật mới là mấy ngày, trước kia bao nhiêu?", True),
        ("so sánh nghị định cũ với nghị định mới", True),
        ("the fee before the reform, and now?", True),
        ("old and new time limits", True),
        ("Trước khi khởi công phải nộp gì?", False),
        ("what has to be filed before we start, and where?", False),
        ("licensed before 2025, which rate applies?", False),
    ],
)
def test_before_and_now_are_both_named(text: str, both: bool) -> None:
    assert speaks_of_both(fold(text)) is both

from __future__ import annotations

import pytest

from vietnamese.clauses import affirmed, asks, parts


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Không phải Tràng Duệ 3, Tràng Duệ 1 cơ", "Tràng Duệ 1 cơ"),
        ("khong phai gia han, cap moi co", "cap moi co"),
        ("Tôi không hỏi lệ phí, tôi hỏi thời hạn", "tôi hỏi thời hạn"),
        ("KCN Đồ Sơn, chứ không phải KCN An Dương", "KCN Đồ Sơn"),
        ("KCN Đồ Sơn cơ chứ không phải KCN An Dương", "KCN Đồ Sơn cơ"),
        ("Not the fee, the time limit", "the time limit"),
        ("I meant the permit, not the licence.", "I meant the permit"),
        ("not VSIP but DEEP C", "DEEP C"),
        ("Correction: the sector is not listed", "the sector is not listed"),
        ("Đính chính: năm 2024", "năm 2024"),
    ],
)
def test_what_is_denied_is_blanked_out(text: str, kept: str) -> None:
    left = affirmed(text)
    assert left.strip() == kept
    assert len(left) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dự án không phải xin chủ trương thì mất bao lâu?",
        "Không phải xin giấy phép, vậy làm gì?",
        "không phải",
        "Why not?",
        "Does an EPE not pay VAT on services?",
    ],
)
def test_what_denies_no_subject_is_left_alone(text: str) -> None:
    assert affirmed(text) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Thời hạn bao lâu và lệ phí bao nhiêu?", ["Thời hạn bao lâu", "lệ phí bao nhiêu?"]),
        ("How long does it take, and where do I file?", ["How long does it take", "where do I file?"]),
        ("KCN Đồ Sơn rộng bao nhiêu? Ai là chủ đầu tư?", ["KCN Đồ Sơn rộng bao nhiêu", "Ai là chủ đầu tư?"]),
        (
            "Please answer in English: which zone is it in?",
            ["Please answer in English", "which zone is it in?"],
        ),
        (
            "We move our plant, with all lines. What do we file?",
            ["We move our plant, with all lines", "What do we file?"],
        ),
        ("Bên em mất giấy phép. Xin lại mấy ngày?", ["Bên em mất giấy phép", "Xin lại mấy ngày?"]),
        ("Điều kiện theo khoản 2 Đ. 15 thế nào?", []),
        ("How large is Do Son?", []),
        ("fee and term", []),
    ],
)
def test_several_questions_at_once_are_told_apart(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in parts(text)] == found


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("who heads the authority", True),
        ("nộp ở đâu", True),
        ("có phải nộp không", True),
        ("is the fee due", True),
        ("when must we file", True),
        ("when an EPE relocates", False),
        ("our chairman is coming", False),
    ],
)
def test_a_question_is_told_by_its_words(text: str, question: bool) -> None:
    assert asks(text) is question

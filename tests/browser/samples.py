"""What the assistant answers in the browser tests: one answer with every kind of block, and plainer ones."""

from __future__ import annotations

from typing import Any

from tests.portal.stubs import answer

EXPIRED = {
    "kind": "law",
    "document": "152/2020/NĐ-CP",
    "title": "Nghị định về người lao động nước ngoài",
    "article": "Điều 9",
    "effective_from": "2021-02-15",
    "effective_to": "2025-08-06",
    "collected_on": "2026-01-10",
    "verified_on": None,
    "url": "https://vbpl.example/152",
    "status": "expired",
}
CONFIRMED = {
    **EXPIRED,
    "document": "219/2025/NĐ-CP",
    "effective_from": "2025-08-07",
    "effective_to": None,
    "verified_on": "2026-03-01",
    "url": None,
    "status": "in_force",
}
UNCONFIRMED = {**CONFIRMED, "document": "61/2020/QH14", "verified_on": None, "status": "unverified"}

BLOCKS = [
    {"type": "para", "text": "Giấy phép lao động được cấp trong 10 ngày làm việc."},
    {"type": "list", "items": ["Hộ chiếu", "Giấy khám sức khỏe"], "ordered": False},
    {
        "type": "steps",
        "items": [
            {"title": "Nộp hồ sơ", "text": "Trực tuyến hoặc tại bộ phận một cửa.", "duration": "1 ngày"},
            {"title": "Nhận kết quả", "text": "", "duration": ""},
        ],
    },
    {
        "type": "table",
        "columns": ["Trường hợp", "Thời hạn", "Lệ phí", "Nơi nộp"],
        "rows": [
            ["Cấp mới", "10 ngày làm việc", "Theo nghị quyết", "Bộ phận một cửa"],
            ["Cấp lại", "3 ngày làm việc", "Theo nghị quyết", "Cổng Dịch vụ công quốc gia"],
        ],
    },
    {"type": "facts", "items": [{"label": "Thời hạn", "value": "10 ngày làm việc"}]},
    {"type": "link", "text": "Cổng Dịch vụ công quốc gia", "url": "https://dichvucong.gov.vn"},
    {"type": "notice", "level": "warning", "text": "Quy định mới có hiệu lực từ 07/08/2025."},
    {"type": "form", "form": "dossier_lookup"},
]
EVERYTHING = answer(
    outcome="stale",
    blocks=BLOCKS,
    citations=[EXPIRED, CONFIRMED, UNCONFIRMED],
    caveats=[
        {"reason": "unconfirmed", "text": "Thời hạn chưa được xác nhận.", "confirm_at": "Ban Quản lý"},
    ],
    entries=[{"id": "procedure.permit", "version": 1, "facets": ["time_limit"]}],
)
ENGLISH = answer("Within 10 working days.", lang="en")


def reply(call: dict[str, Any]) -> dict[str, Any]:
    """Answer with everything, unless the words ask for something plain or for English."""
    text = call["text"].lower()
    if "permit" in text:
        return ENGLISH
    return EVERYTHING if "giấy phép" in text else answer()

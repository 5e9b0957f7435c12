"""Values that tests plant into a running assistant, and the search for them afterwards."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

PLANTED = {
    "CCCD của tôi là {}": "031094771234",
    "cmnd {}": "142.345.671",
    "hộ chiếu số {} của giám đốc": "C77123456",
    "MST {} cần điều chỉnh IRC": "0201777567-001",
    "sđt {} gọi lại cho tôi": "0912 777 671",
    "my phone is {}": "+84 912-777-672",
    "gửi vào {} nhé": "Người.Cần.Giấu@vídụ.vn",
    "stk {} Techcombank": "19033777789012",
    "hồ sơ {} đến đâu rồi": "000.19.H24-241105-7712",
    "ho so {} xong chua": "000 19 h24 241105 7713",
}
"""Messages, and the value that each of them carries."""


def leaks(content: bytes, values: list[str]) -> list[str]:
    """Return the values that stand in ``content``, in any case, accents, spacing or escaping."""
    plain = _plain(content.decode("utf-8", "replace"))
    return [v for v in values if _plain(v) in plain or _escaped(v) in content.lower()]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"[\s.,\-]", "", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _escaped(value: str) -> bytes:
    """Return a value as JSON writes it without Unicode."""
    return json.dumps(value)[1:-1].lower().encode()


def leaking_files(folder: Path, values: list[str]) -> dict[str, list[str]]:
    """Return the files under ``folder`` in which one of the values stands, with these values."""
    files = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    return {name: found for name, content in files.items() if (found := leaks(content, values))}

"""Nothing that belongs to a person lies in the files of the store."""

from __future__ import annotations

from pathlib import Path

from dossiers.events import parse_event
from dossiers.service import Dossiers
from tests.dossiers.conftest import CODE, KEYS

PLANTED = {
    "phone": "0000071937",
    "secret": "PLANTEDSECRET1",
    "tax_code": "0299999999",
    "applicant": "Nguyễn Văn Thử Nghiệm",
    "note": "ghi chú nội bộ gài vào",
    "email": "planted@example.com",
    "address": "Số 1 đường Gài Vào",
}


def test_no_planted_value_is_found_in_any_file(tmp_path: Path) -> None:
    dossiers = Dossiers(f"sqlite:///{tmp_path / 'dossiers.sqlite'}", KEYS)
    fields = {"code": CODE, "version": 1, "state": "Đang xử lý", "event_id": "e-1", **PLANTED}
    dossiers.apply_events([parse_event(fields)], "test")
    for factor in ("1937", "PLANTEDSECRET1", "0299999999", "0000"):
        dossiers.lookup(CODE, factor, "192.0.2.77", session="session-planted")
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    dossiers.close()
    held += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "Đang xử lý".encode() in held  # what is looked for would be found
    for value in (*PLANTED.values(), CODE, CODE.replace(".", ""), "192.0.2.77", "session-planted"):
        assert value.encode() not in held, value

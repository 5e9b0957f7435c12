from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.exceptions import RasaException

from bot.export import fingerprint, read_export
from tests.bot.conftest import EXPORT


def test_the_export_of_the_knowledge_base_is_read(export_file: Path) -> None:
    assert read_export(str(export_file)) == EXPORT


def test_a_missing_export_is_reported_with_the_way_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(RasaException, match=r"missing\.json is missing\. Write it with 'make train'"):
        read_export(str(tmp_path / "missing.json"))


def test_the_fingerprint_is_that_of_the_content(export_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes(export_file.read_bytes())
    assert fingerprint(str(export_file)) == fingerprint(str(copy))
    copy.write_text("{}", encoding="utf-8")
    assert fingerprint(str(export_file)) != fingerprint(str(copy))
    assert fingerprint(str(tmp_path / "missing.json")) == "missing"

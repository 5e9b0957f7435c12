from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dossiers.events import parse_event
from dossiers.feed_keys import FEED_KEYS, FeedKeys
from dossiers.opening import open_dossiers
from dossiers.procedures import Procedures
from dossiers.service import KEYS
from tests.portal.conftest import PERMIT
from tests.portal.stubs import Portal, answer

CODE = "000.19.H24-241105-7712"
OTHER = "000.19.H24-241105-7713"
NOBODYS = "000.19.H24-241105-7799"
FACTOR = "7671"
WRONG = "7672"
SECRET = "K7F392QDAB"

Feed = Callable[..., None]


def raw(code: str = CODE, version: int = 1, **fields: Any) -> dict[str, Any]:
    """An event as the one-stop system sends it."""
    given = {
        "code": code,
        "version": version,
        "state": "Đang xử lý",
        "procedure": PERMIT.id,
        "unit": "Phòng Lao động",
        "due_on": "2026-11-26",
        "step": 2,
        "steps": 4,
        "phone": "0000007671",
        "applicant": "Nguyễn Văn Thử",
    }
    return {**given, **fields}


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """Return what feeds events into the store of the portals of a test."""

    def apply(*events: dict[str, Any], url: str | None = None) -> None:
        place = url or f"sqlite:///{tmp_path / 'dossiers.sqlite'}"
        procedures = Procedures([PERMIT])
        with closing(open_dossiers(procedures, url=place, keys=tmp_path / KEYS, env={})) as dossiers:
            dossiers.apply_events([parse_event(event) for event in events or (raw(), raw(OTHER))], "test")

    return apply


@pytest.fixture
def feed_key(tmp_path: Path) -> str:
    """A key that may feed."""
    return FeedKeys(tmp_path / FEED_KEYS).add("eHeza")


def needs_identity(lang: str = "vi") -> dict[str, Any]:
    """What the action says to a question about a dossier."""
    return answer("mã hồ sơ?", lang=lang, outcome="needs_identity", citations=[], entries=[], suggestions=[])


async def look_up(portal: Portal, token: str, code: str = CODE, factor: str = FACTOR) -> Any:
    """Look a dossier up by the form; return the reply."""
    return await portal.call("POST", "/v1/dossiers/lookup", token, json={"code": code, "factor": factor})

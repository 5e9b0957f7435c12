from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from knowledge.dates import HANOI
from portal.notices import Notices, NoticesError, read_notices
from tests.portal.conftest import MakePortal

CLOSED = """
notices:
  - id: tet-2027
    level: info
    text: {vi: "Nghỉ Tết từ 05/02 đến 11/02.", en: "Closed for Tet from 5 to 11 February."}
    from: 2027-02-01
    to: 2027-02-11
  - id: outage
    level: warning
    text: {vi: "Bảo trì hệ thống.", en: "Maintenance."}
    from: 2027-02-10T20:00
    to: "2027-02-10T22:00:00+00:00"
"""
ALWAYS = 'notices: [{id: x, level: info, text: {vi: "Tin", en: "News"}}]'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notices.yml"


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2027, 2, day, hour, minute, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (datetime(2027, 1, 31, 23, 59, tzinfo=HANOI), []),
        (at(1, 0), ["tet-2027"]),
        (at(10, 19, 59), ["tet-2027"]),
        (at(10, 20), ["tet-2027", "outage"]),
        (at(11, 4, 59), ["tet-2027", "outage"]),  # 21:59 in Greenwich
        (at(11, 5, 1), ["tet-2027"]),
        (at(11, 23, 59), ["tet-2027"]),
        (at(12, 0), []),
    ],
)
def test_a_notice_is_shown_from_its_first_to_its_last_moment(
    path: Path, now: datetime, shown: list[str]
) -> None:
    write(path, CLOSED)
    assert [notice.id for notice in Notices(path).current(now)] == shown


def test_a_changed_file_is_followed_and_a_bad_one_is_not(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notices = Notices(path)
    assert notices.current() == []
    write(path, ALWAYS)
    assert [notice.id for notice in notices.current()] == ["x"]
    path.write_text("notices: [{id: y}]", encoding="utf-8")
    assert [notice.id for notice in notices.current()] == ["x"]
    assert "stay as they were" in caplog.text
    path.unlink()
    assert notices.current() == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("notices: [{id: x, level: loud, text: {vi: a, en: b}}]", "notices.0.level"),
        ("notices: [{id: x, level: info, text: {vi: a}}]", "notices.0.text.en"),
        ("notices: [{id: x, level: info, text: {vi: a, en: ''}}]", "notices.0.text.en"),
        ("notices: [{id: X Y, level: info, text: {vi: a, en: b}}]", "notices.0.id"),
        ("notices: [{id: x, level: info, text: {vi: a, en: b}, from: soon}]", "notices.0.from"),
        ("notices: [{id: x, level: info, text: {vi: a, en: b}, form: 2027-01-01}]", "notices.0.form"),
        (
            "notices: [{id: x, level: info, text: {vi: a, en: b}, from: 2027-01-02, to: 2027-01-01}]",
            "ends before",
        ),
        (ALWAYS.replace("]", ", {id: x, level: info, text: {vi: a, en: b}}]"), "same id"),
        ("notices: 5", "notices"),
        ("news: []", "notices"),
        ("notices: [", "notices.yml"),
        ("[1, 2]", "notices.yml"),
    ],
)
def test_a_file_that_is_not_valid_stops_the_start_and_says_where(path: Path, text: str, where: str) -> None:
    write(path, text)
    with pytest.raises(NoticesError, match=where):
        Notices(path)


def test_an_empty_file_has_no_notices(path: Path) -> None:
    path.write_text("# nothing now\n", encoding="utf-8")
    assert read_notices(path) == []


async def test_clients_get_the_current_notices_in_both_languages(make_portal: MakePortal, path: Path) -> None:
    write(path, ALWAYS.replace("x,", "x, from: 2020-01-01,"))
    portal = await make_portal(notices=path)
    expected = {
        "id": "x",
        "level": "info",
        "text": {"vi": "Tin", "en": "News"},
        "from": "2020-01-01T00:00:00+07:00",
        "to": None,
    }
    assert (await portal.call("GET", "/v1/notices")).json == {"notices": [expected]}
    write(path, CLOSED.replace("2027", "2020"))
    assert (await portal.call("GET", "/v1/notices")).json == {"notices": []}

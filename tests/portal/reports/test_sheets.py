"""Reports over HTTP and as files: who may see them, what a spreadsheet makes of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from knowledge.texts import load_texts
from portal import reports
from portal.api.staff.openapi import describe
from portal.reports.sheets import COLUMNS, SHEETS, WITH_WORDS, safe, sheet
from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from tests.portal.reports.conftest import Log
from tests.portal.staff.conftest import Browser, Desk, desk, make_desk
from tests.portal.stubs import Reply, check

__all__ = ["desk", "make_desk"]
TEXTS = Path(reports.__file__).parent / "texts"
ATTACK = '=HYPERLINK("http://evil.example";"phí")'


def read(text: str, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


async def get(browser: Browser, path: str) -> Reply:
    said = await browser.call("GET", path)
    is_json = "json" in said.headers["Content-Type"]
    return Reply(said.status, said.headers, json.dumps(said.json) if is_json else said.json)


async def test_a_report_is_as_described(desk: Desk) -> None:
    reply = await get(await desk.browser(Role.EDITOR), "/reports?from=2026-11-01&to=2026-11-30")
    assert (reply.status, reply.json["from"], reply.json["to"]) == (200, "2026-11-01", "2026-11-30")
    check(describe(), "GET", "/staff/api/reports", reply, "application/json")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR])
async def test_who_edits_sees_what_visitors_wrote(desk: Desk, role: Role) -> None:
    browser = await desk.browser(role)
    words = (await get(browser, "/reports")).json["questions"]
    status = (await get(browser, "/reports/questions")).status
    assert (words, status) == ((None, 403) if role is Role.ADMINISTRATOR else ([], 200))


async def test_an_officer_sees_no_reports(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    for path in ("/reports", "/reports/days"):
        assert (await get(officer, path)).status == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/secrets", 404),
        ("/reports?from=x", 400),
        ("/reports/days?to=2026-13-01", 400),
        ("/reports/days?lang=fr", 400),
    ],
)
async def test_what_cannot_be_is_refused(desk: Desk, path: str, status: int) -> None:
    assert (await get(await desk.browser(Role.EDITOR), path)).status == status


async def test_every_part_is_a_file_and_its_export_is_audited(desk: Desk) -> None:
    editor = await desk.browser(Role.EDITOR)
    for name in SHEETS:
        reply = await get(editor, f"/reports/{name}?from=2026-11-01&to=2026-11-30&lang=en")
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
        file = f'attachment; filename="heza-{name}-2026-11-01-2026-11-30.csv"'
        assert reply.headers["Content-Disposition"] == file
        assert reply.text.startswith("\ufeff")
        assert len(read(reply.text, ",")[0]) == len(COLUMNS[name])
    with desk.staff.reading() as connection:
        acts = connection.execute(select(staff_audit.c.target).where(staff_audit.c.act == "report.export"))
        assert list(acts.scalars()) == list(SHEETS)


def test_a_file_says_what_the_report_says(log: Log) -> None:
    log.turn(log.session(), "no_answer", question=ATTACK)
    log.turn(log.session(), entry="procedure.permit")
    report = log.report()
    topics = read(sheet(report, "topics", "vi"))
    assert topics[0][:3] == ["Lĩnh vực", "Cuộc trò chuyện", "Tin nhắn"]
    assert topics[1][:3] == ["Thủ tục hành chính", "1", "1"]
    assert read(sheet(report, "questions", "vi"))[1][0] == f"'{ATTACK}"
    assert read(sheet(report, "times", "en"), ",")[1] == ["Answers of the assistant", "2"]
    assert read(sheet(report, "outcomes", "en"), ",")[4][:3] == ["No answer", "Not answered", "1"]


@given(st.text())
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert safe(text).lstrip(" ")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert safe(text).endswith(text)


def test_all_columns_and_values_have_a_name_in_both_languages(log: Log) -> None:
    assert set(load_texts(TEXTS, "vi").strings) == set(load_texts(TEXTS, "en").strings)
    for lang in ("vi", "en"):
        for name in SHEETS:
            assert sheet(log.report(), name, lang)
    assert set(WITH_WORDS) < set(SHEETS) == set(COLUMNS)

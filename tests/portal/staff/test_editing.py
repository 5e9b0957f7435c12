"""Editing over HTTP: two people, their rights, the log, the answers afterwards, the way back to the files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.exporting import export
from knowledge.items import dump
from knowledge.loading import load
from knowledge.nlu_export import write
from knowledge.store import Store
from knowledge.validation import load as read_content
from portal.staff.audit import latest, verify
from portal.staff.editing import Editing
from portal.staff.permissions import Role
from tests.portal.conftest import PERMIT, TRANG_DUE
from tests.portal.staff.conftest import Browser, Desk, MakeDesk, Said
from tests.samples import make_content, make_entry, rule

ENTRY = "procedure.permit"
CONTENT = """\
# Procedures of the labour office.
- id: procedure.permit
  kind: procedure
  name: {vi: Cấp giấy phép lao động, en: Work permit}
  facts: [fact-1]
  provenance: test
  confidence: high
  sources:
  - document: 35/2022/NĐ-CP   # the decree
  collected_on: 2026-01-10
  review_by: 2026-12-31
  owner: labour
  facets:
    time_limit:
      rules:
      - text: {vi: Trong 15 ngày., en: Within 15 days.}
        figures: ["15 day"]
"""
DOCUMENTS = """\
- number: 35/2022/NĐ-CP
  kind: law
  title: {vi: Nghị định quản lý khu công nghiệp, en: Decree on industrial parks}
  status: in_force
  provenance: test
  confidence: high
  collected_on: 2026-01-10
"""


def says(days: int, **fields: Any) -> dict[str, Any]:
    given = rule(f"Trong {days} ngày.", f"Within {days} days.", figures=[f"{days} day"])
    return {**dump(PERMIT), "facets": {"time_limit": {"rules": [given]}}, **fields}


async def drafted(browser: Browser, data: dict[str, Any], base: int = 1) -> str:
    given = {"data": data, "base": base, "note": "Nghị định mới"}
    said = await browser.call("POST", "/editing/proposals", json=given)
    assert said.status == 201, said.json
    proposal: str = said.json["id"]
    return proposal


async def act(browser: Browser, proposal: str, name: str, **given: Any) -> Said:
    return await browser.call("POST", f"/editing/proposals/{proposal}/{name}", json=given)


async def approved(browser: Browser, proposal: str) -> Said:
    read = (await browser.call("GET", f"/editing/proposals/{proposal}")).json
    return await act(browser, proposal, "approve", digest=read["digest"])


async def published(editor: Browser, approver: Browser, data: dict[str, Any], base: int = 1) -> None:
    proposal = await drafted(editor, data, base)
    assert (await act(editor, proposal, "propose")).status == 200
    said = await approved(approver, proposal)
    assert (said.status, said.json["state"]) == (200, "published")


async def answer(browser: Browser) -> str:
    card = (await browser.call("GET", f"/card/{ENTRY}?lang=en")).json
    return str(card["facets"][0]["blocks"][0]["text"])


def acts(desk: Desk) -> list[str]:
    with desk.staff.reading() as connection:
        assert verify(connection).broken_at is None
        return [row.act for row in reversed(latest(connection, None, 50)) if "." in row.act]


@pytest.fixture
async def people(desk: Desk) -> tuple[Browser, Browser]:
    """An editor and an approver."""
    return await desk.browser(Role.EDITOR, name="lan"), await desk.browser(Role.APPROVER, name="minh")


async def test_what_one_proposes_and_another_approves_is_answered(
    desk: Desk, people: tuple[Browser, Browser]
) -> None:
    lan, minh = people
    proposal = await drafted(lan, says(7))
    assert (await act(lan, proposal, "propose")).json["state"] == "proposed"
    assert await answer(lan) == "Within 10 days."
    listed = (await minh.call("GET", "/editing/proposals")).json["proposals"]
    assert [(p["id"], p["author"], p["note"]) for p in listed] == [(proposal, "lan", "Nghị định mới")]
    read = (await minh.call("GET", f"/editing/proposals/{proposal}")).json
    assert read["preview"]["en"][0]["blocks"][0]["text"] == "Within 7 days."
    assert [change["field"] for change in read["changes"]] == ["facets.time_limit.rules"]
    assert (read["problems"], read["outdated"]) == ([], None)
    assert (await act(minh, proposal, "approve", digest=read["digest"])).json["version"] == 2
    assert await answer(lan) == "Within 7 days."
    found = (await lan.call("GET", "/search?q=permit&lang=en")).json["results"][0]
    assert (found["text"], found["version"]) == ("Within 7 days.", 2)
    assert acts(desk)[-3:] == ["entry.draft", "entry.propose", "entry.approve"]
    first = (await lan.call("GET", f"/editing/history?id={ENTRY}")).json["versions"][0]
    assert (first["version"], first["by"], first["approved_by"]) == (2, "lan", "minh")


async def test_an_author_cannot_approve_even_with_the_right_to(desk: Desk) -> None:
    minh = await desk.browser(Role.APPROVER, name="minh")
    proposal = await drafted(minh, says(7))
    await act(minh, proposal, "propose")
    said = await approved(minh, proposal)
    assert (said.status, said.json["type"]) == (403, "urn:heza:problem:own_proposal")
    assert await answer(minh) == "Within 10 days."


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        (Role.EDITOR, "POST", "/editing/proposals/x/approve", 403),
        (Role.EDITOR, "POST", "/editing/proposals/x/refuse", 403),
        (Role.EDITOR, "POST", "/editing/roll-back", 403),
        (Role.EDITOR, "POST", "/editing/topics", 403),
        (Role.OFFICER, "GET", f"/editing/item?id={ENTRY}", 403),
        (Role.OFFICER, "POST", "/editing/check", 403),
        (Role.OFFICER, "POST", "/editing/verify", 403),
        (Role.ADMINISTRATOR, "POST", "/editing/proposals", 403),
        (Role.OFFICER, "GET", "/editing/topics", 200),
    ],
)
async def test_each_role_may_do_its_own(desk: Desk, role: Role, method: str, path: str, status: int) -> None:
    browser = await desk.browser(role)
    assert (await browser.call(method, path, json={} if method == "POST" else None)).status == status


async def test_problems_are_told_by_path_in_both_languages(people: tuple[Browser, Browser]) -> None:
    lan, _ = people
    data = says(7, owner=None)
    said = (await lan.call("POST", "/editing/check", json={"data": data})).json
    assert said["preview"] is None
    (problem,) = said["problems"]
    assert problem["path"] == ["owner"]
    figures = says(7)
    figures["facets"]["time_limit"]["rules"][0]["figures"] = []
    said = (await lan.call("POST", "/editing/check", json={"data": figures})).json
    assert {tuple(p["path"]) for p in said["problems"]} == {("facets", "time_limit", "rules", 0, "text")}
    assert "Bản tiếng Anh nêu số 7" in said["problems"][0]["vi"]
    assert "states 7" in said["problems"][0]["en"]
    assert said["preview"]["vi"][0]["blocks"][0]["text"] == "Trong 7 ngày."
    assert said["preview"]["vi"][0]["citations"][0]["document"] == "35/2022/NĐ-CP"
    assert await answer(lan) == "Within 10 days."


async def test_what_is_not_valid_is_not_proposed(people: tuple[Browser, Browser]) -> None:
    lan, _ = people
    proposal = await drafted(lan, says(7, related=["zone.nowhere"]))
    said = await act(lan, proposal, "propose")
    assert said.status == 422
    assert [p["path"] for p in said.json["problems"]] == [["related", 0]]


async def test_who_comes_late_gets_the_difference(people: tuple[Browser, Browser]) -> None:
    lan, minh = people
    late = await drafted(lan, says(9))
    await published(lan, minh, says(7))
    said = await act(lan, late, "propose")
    assert (said.status, said.json["version"]) == (409, 2)
    assert [c["field"] for c in said.json["changes"]] == ["facets.time_limit.rules"]
    assert (await lan.call("GET", f"/editing/proposals/{late}")).json["outdated"]["version"] == 2
    given = {"data": says(9), "base": 2, "note": ""}
    assert (await lan.call("PUT", f"/editing/proposals/{late}", json=given)).status == 200
    assert (await act(lan, late, "propose")).status == 200


async def test_refusing_needs_a_reason_which_the_author_reads(people: tuple[Browser, Browser]) -> None:
    lan, minh = people
    proposal = await drafted(lan, says(7))
    await act(lan, proposal, "propose")
    assert (await act(minh, proposal, "refuse", reason=" ")).status == 400
    assert (await act(minh, proposal, "refuse", reason="Thiếu căn cứ.")).status == 200
    read = (await lan.call("GET", f"/editing/proposals/{proposal}")).json
    assert (read["state"], read["reason"], read["decided_by"]) == ("refused", "Thiếu căn cứ.", "minh")
    assert (await lan.call("DELETE", f"/editing/proposals/{proposal}")).status == 204
    assert (await lan.call("GET", f"/editing/proposals/{proposal}")).status == 404


async def test_a_scheduled_change_starts_by_itself_once_for_two_portals(
    make_desk: MakeDesk, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    one, other = [await make_desk(database_url=database) for _ in range(2)]
    lan, minh = await one.browser(Role.EDITOR, name="lan"), await one.browser(Role.APPROVER, name="minh")
    proposal = await drafted(lan, says(7))
    starts_at = datetime.now(UTC) + timedelta(hours=1)
    await act(lan, proposal, "propose", starts_at=starts_at.isoformat())
    assert (await approved(minh, proposal)).json["state"] == "scheduled"
    Editing(one.staff, store).start_due()
    assert await answer(lan) == "Within 10 days."
    monkeypatch.setattr("portal.staff.editing.datetime", _At(starts_at + timedelta(seconds=1)))
    for desk in (one, other):
        Editing(desk.staff, store).start_due()
    assert store.versions[ENTRY] == 2
    assert acts(one).count("entry.publish") == 1
    store.close()


class _At:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self, _zone: object) -> datetime:
        return self._moment


@pytest.mark.parametrize("starts_at", ["tomorrow", "2026-12-01T08:00:00", "0001-01-01T00:00:00+14:00"])
async def test_a_day_without_a_zone_or_sense_is_refused(
    people: tuple[Browser, Browser], starts_at: str
) -> None:
    lan, _ = people
    proposal = await drafted(lan, says(7))
    assert (await act(lan, proposal, "propose", starts_at=starts_at)).status == 400


async def test_a_former_version_is_brought_back(desk: Desk, people: tuple[Browser, Browser]) -> None:
    lan, minh = people
    await published(lan, minh, says(7))
    given = {"id": ENTRY, "version": 1, "base": 1, "reason": "Nhầm số ngày."}
    assert (await minh.call("POST", "/editing/roll-back", json=given)).status == 409
    said = await minh.call("POST", "/editing/roll-back", json={**given, "base": 2})
    assert (said.status, said.json["version"]) == (200, 3)
    assert await answer(lan) == "Within 10 days."
    assert acts(desk)[-1] == "entry.roll_back"


async def test_an_officer_confirms_an_entry_by_name(people: tuple[Browser, Browser], desk: Desk) -> None:
    lan, _ = people
    given = {
        "id": ENTRY,
        "version": 1,
        "against": "Nghị định 35/2022/NĐ-CP, Điều 26",
        "review_by": "2027-05-01",
    }
    assert (await lan.call("POST", "/editing/verify", json={**given, "against": ""})).status == 400
    assert (await lan.call("POST", "/editing/verify", json={**given, "review_by": "soon"})).status == 400
    assert (await lan.call("POST", "/editing/verify", json=given)).json == {"version": 2}
    item = (await lan.call("GET", f"/editing/item?id={ENTRY}")).json
    assert (item["verification"]["by"], item["data"]["review_by"]) == ("lan", "2027-05-01")
    assert item["verification"]["against"] == given["against"]
    card = (await lan.call("GET", f"/card/{ENTRY}")).json
    assert card["verified_on"] == item["verification"]["day"] == item["data"]["verified_on"]
    assert card["sources"][0]["status"] == "in_force"
    assert (await lan.call("POST", "/editing/verify", json=given)).status == 409
    assert acts(desk)[-1] == "entry.verify"


async def test_a_topic_is_switched_off_and_on_with_a_reason(
    people: tuple[Browser, Browser], desk: Desk
) -> None:
    lan, minh = people
    given = {"topic": ENTRY, "off": True, "reason": "Nghị định mới"}
    assert (await minh.call("POST", "/editing/topics", json={**given, "reason": ""})).status == 400
    assert (await minh.call("POST", "/editing/topics", json={**given, "topic": "procedure.x"})).status == 404
    said = (await minh.call("POST", "/editing/topics", json=given)).json
    assert [(t["topic"], t["reason"], t["by"]) for t in said["topics"]] == [(ENTRY, "Nghị định mới", "minh")]
    assert said["topics"][0]["name"]["en"] == "Work permit"
    assert (await lan.call("GET", f"/card/{ENTRY}?lang=en")).json["outcome"] == "no_answer"
    item = (await lan.call("GET", f"/editing/item?id={ENTRY}")).json
    assert [t["topic"] for t in item["switched_off"]] == [ENTRY]
    await minh.call("POST", "/editing/topics", json={**given, "off": False})
    assert await answer(lan) == "Within 10 days."
    assert acts(desk)[-2:] == ["topic.off", "topic.on"]


async def test_what_has_to_be_looked_at_is_listed(
    desk: Desk, people: tuple[Browser, Browser], tmp_path: Path
) -> None:
    lan, minh = people
    assert (await lan.call("GET", "/editing/review?days=0")).json["untrained"] is None
    store = Store(f"sqlite:///{tmp_path / 'knowledge.sqlite'}")
    write(store, tmp_path / "nlu-trained.json")
    store.close()
    changed = {**dump(PERMIT), "aliases": {"vi": ["bìa xanh"]}, "review_by": "2026-11-01"}
    await published(lan, minh, changed)
    lists = (await lan.call("GET", "/editing/review?days=0")).json
    assert [(e["id"], e["review_by"]) for e in lists["due"]] == [(ENTRY, "2026-11-01")]
    assert [e["id"] for e in lists["untrained"]] == [ENTRY]
    assert "bìa xanh" in lists["untrained"][0]["texts"]
    assert lists["resting"] == []
    assert (await lan.call("GET", "/editing/review?days=400")).status == 400


async def test_a_form_offers_what_there_is_to_choose(people: tuple[Browser, Browser]) -> None:
    lan, _ = people
    form = (await lan.call("GET", "/editing/form")).json
    assert form["kinds"]["statistic"] == ["value"]
    assert "document" not in form["kinds"]
    assert form["facets"]["fee"] == {"vi": "Phí, lệ phí", "en": "Fees"}
    assert form["owners"] == ["investment"]
    assert [d["number"] for d in form["documents"]] == ["35/2022/NĐ-CP"]
    assert [e["id"] for e in form["entries"]] == [ENTRY, "zone.trang-due"]


async def test_a_document_and_the_entry_about_it_are_edited_in_one_place(
    people: tuple[Browser, Browser],
) -> None:
    lan, _ = people
    item = (await lan.call("GET", "/editing/item?id=document.35-2022-nd-cp")).json
    assert item["document"] == "35/2022/NĐ-CP"
    found = await lan.call("GET", "/editing/item", params={"id": "35/2022/NĐ-CP"})
    assert (found.json["version"], found.json["document"]) == (1, None)
    assert (await lan.call("GET", "/editing/item?id=procedure.none")).status == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"id": ENTRY, "name": "x" * 300_000}, 413),
        ("no object", 400),
        (json.loads('{"id": ' + "[" * 40 + "]" * 40 + "}"), 400),
        ({"id": ENTRY, "name": {"vi": "a\u0000\u202eb", "en": "\ud800"}}, 201),
    ],
    ids=["too large", "no object", "too deep", "invisible letters"],
)
async def test_what_is_sent_is_bounded_and_cleaned(
    people: tuple[Browser, Browser], data: Any, status: int
) -> None:
    lan, _ = people
    said = await lan.call("POST", "/editing/proposals", json={"data": data, "base": 0})
    assert said.status == status
    if status == 201:
        read = (await lan.call("GET", f"/editing/proposals/{said.json['id']}")).json
        assert read["data"]["name"] == {"vi": "ab", "en": ""}


async def test_what_was_edited_goes_back_into_the_files_and_loading_leaves_it(
    make_desk: MakeDesk, database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "procedures.yml").write_text(CONTENT, encoding="utf-8")
    (folder / "documents.yml").write_text(DOCUMENTS, encoding="utf-8")
    store = Store(database)
    load(store, read_content(folder))
    desk = await make_desk(database_url=database)
    lan, minh = await desk.browser(Role.EDITOR, name="lan"), await desk.browser(Role.APPROVER, name="minh")
    data = (await lan.call("GET", f"/editing/item?id={ENTRY}")).json["data"]
    await published(lan, minh, {**data, "aliases": {"vi": ["bìa xanh"]}})
    assert load(store, read_content(folder)).edited == (ENTRY,)
    assert store.entries[ENTRY].aliases.vi == ["bìa xanh"]
    export(store, folder)
    added = "  aliases:\n    vi:\n    - bìa xanh\n"
    assert (folder / "procedures.yml").read_text(encoding="utf-8") == CONTENT + added
    assert (folder / "documents.yml").read_text(encoding="utf-8") == DOCUMENTS
    assert load(store, read_content(folder)).edited == ()
    store.close()


async def test_a_new_entry_is_written_approved_and_found(people: tuple[Browser, Browser]) -> None:
    lan, minh = people
    visa = make_entry(
        "procedure.visa", "Cấp thị thực", "Business visa", facets={"fee": [rule("Không.", "None.")]}
    )
    await published(lan, minh, dump(visa), base=0)
    found = (await lan.call("GET", "/search?q=business visa&lang=en")).json["results"][0]
    assert (found["entry"], found["version"]) == ("procedure.visa", 1)

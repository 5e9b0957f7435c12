"""Dossiers at the hotline desk: with the caller's factor, for a reason, unlocked, overdue."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from dossiers.demo import demo_codes
from dossiers.simulator import FACTOR, SUPPLEMENT, UNIT
from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from tests.portal.staff.conftest import Browser, Desk, MakeDesk

PROCESSING, SUPPLEMENTED, _, _, LATE, *_ = demo_codes()
REASON = "Đối chiếu hồ sơ giấy tại quầy"


@pytest.fixture
async def desk(make_desk: MakeDesk) -> Desk:
    return await make_desk(demo=True)


def acts(desk: Desk, act: str) -> list[tuple[str, dict[str, Any]]]:
    """Return target and details of the audited acts of a name."""
    with desk.staff.reading() as connection:
        query = select(staff_audit).where(staff_audit.c.act == act).order_by(staff_audit.c.seq)
        return [(row.target, json.loads(row.detail)) for row in connection.execute(query)]


async def look_up(browser: Browser, code: str = PROCESSING, factor: str = FACTOR) -> Any:
    return await browser.call("POST", "/dossiers/lookup?lang=vi", json={"code": code, "factor": factor})


async def test_the_callers_factor_opens_the_dossier(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await look_up(officer, PROCESSING.lower())
    assert said.status == 200
    dossier = said.json["dossier"]
    assert (dossier["status"], dossier["label"], dossier["unit"]) == ("processing", "Đang giải quyết", UNIT)
    assert dossier["step"] == 2
    assert dossier["due_source"] == "feed"
    assert PROCESSING not in json.dumps(said.json)
    assert said.json["code"].endswith("••01")
    assert acts(desk, "dossier.lookup") == [(said.json["code"], {"outcome": "found"})]


async def test_a_wrong_factor_and_an_unknown_code_look_the_same(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    unknown = PROCESSING[:-2] + "99"
    for code, factor in ((PROCESSING, "9876"), (unknown, FACTOR)):
        said = await look_up(officer, code, factor)
        assert (said.status, said.json["type"]) == (404, "urn:heza:problem:dossier_denied")
        assert len(said.json["reference"]) == 9
    assert [detail["outcome"] for _, detail in acts(desk, "dossier.lookup")] == ["denied", "denied"]


async def test_guessing_locks_the_account_and_a_reference_unlocks_it(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    for _ in range(5):
        assert (await look_up(officer, factor="9876")).status == 404
    locked = await look_up(officer)
    assert (locked.status, locked.json["scope"]) == (429, "client")
    assert int(locked.headers["Retry-After"]) > 60
    other = await desk.browser(Role.OFFICER, name="mai")
    assert (await look_up(other, SUPPLEMENTED)).status == 200  # the lock is that of one account
    given = {"reference": locked.json["reference"].lower(), "reason": REASON}
    assert (await other.call("POST", "/dossiers/unlock", json=given)).status == 204
    assert (await look_up(officer)).status == 200
    assert acts(desk, "dossier.unlock") == [(locked.json["reference"], {"reason": REASON})]


async def test_the_pause_of_a_code_is_lifted(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("POST", "/dossiers/unlock", json={"code": PROCESSING, "reason": REASON})
    assert said.status == 204
    assert [target for target, _ in acts(desk, "dossier.unlock")] == ["000.00.00.X00-260102-••01"]


@pytest.mark.parametrize(
    ("given", "status", "key"),
    [
        ({"reference": "AAAA-AAAA", "reason": REASON}, 404, "unknown_reference"),
        ({"code": "nothing", "reason": REASON}, 400, "dossier_code"),
        ({"reason": REASON}, 400, "invalid"),
        ({"code": PROCESSING, "reference": "AAAA-AAAA", "reason": REASON}, 400, "invalid"),
    ],
)
async def test_what_cannot_be_unlocked(desk: Desk, given: dict[str, str], status: int, key: str) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("POST", "/dossiers/unlock", json=given)
    assert (said.status, said.json["type"]) == (status, f"urn:heza:problem:{key}")


async def test_without_the_factor_it_takes_a_reason(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("POST", "/dossiers/view", json={"code": SUPPLEMENTED, "reason": REASON})
    assert said.status == 200
    assert said.json["dossier"]["has_texts"] is True
    assert SUPPLEMENT not in json.dumps(said.json, ensure_ascii=False)
    assert acts(desk, "dossier.view") == [(said.json["code"], {"found": True, "reason": REASON})]


@pytest.mark.parametrize("reason", ["", "short", "          .", "aaaaaaaaaaaaaaaa", "x" * 201])
async def test_a_reason_that_is_none_opens_nothing(desk: Desk, reason: str) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("POST", "/dossiers/view", json={"code": SUPPLEMENTED, "reason": reason})
    assert said.status == 400
    assert acts(desk, "dossier.view") == []


async def test_looking_for_a_dossier_that_is_not_there_is_audited(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    given = {"code": PROCESSING[:-2] + "99", "reason": REASON}
    said = await officer.call("POST", "/dossiers/view", json=given)
    assert (said.status, said.json["type"]) == (404, "urn:heza:problem:unknown_dossier")
    assert [detail["found"] for _, detail in acts(desk, "dossier.view")] == [False]


async def test_texts_are_covered_until_they_are_asked_for(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    seen = await look_up(officer, SUPPLEMENTED)
    said = await officer.call("POST", "/dossiers/texts", json={"view": seen.json["view"]})
    assert (said.status, said.json["supplement"]) == (200, SUPPLEMENT)
    assert len(said.json["history"]) == len(seen.json["dossier"]["history"])
    assert len(acts(desk, "dossier.texts")) == 1


async def test_a_view_belongs_to_its_session(desk: Desk) -> None:
    officer, other = await desk.browser(Role.OFFICER), await desk.browser(Role.OFFICER, name="mai")
    view = (await look_up(officer, SUPPLEMENTED)).json["view"]
    for browser, given in ((other, view), (officer, view[:-4] + "AAAA"), (officer, "ă")):
        said = await browser.call("POST", "/dossiers/texts", json={"view": given})
        assert (said.status, said.json["type"]) == (404, "urn:heza:problem:view_lapsed")
    assert acts(desk, "dossier.texts") == []


async def test_overdue_dossiers_by_unit_and_page(desk: Desk) -> None:
    officer = await desk.browser(Role.OFFICER)
    said = await officer.call("GET", "/dossiers/overdue?lang=vi")
    assert said.status == 200
    assert said.json["units"] == [{"unit": UNIT, "count": len(said.json["dossiers"])}]
    codes = {one["code"] for one in said.json["dossiers"]}
    assert any(code.endswith(f"••{LATE[-2:]}") for code in codes)
    assert all(one["working_days_overdue"] > 0 for one in said.json["dossiers"])
    assert said.json["next"] is None
    paged, after = [], ""
    for _ in range(len(codes) + 1):
        page = await officer.call("GET", f"/dossiers/overdue?limit=1{after}")
        paged += [one["code"] for one in page.json["dossiers"]]
        if page.json["next"] is None:
            break
        after = f"&after={page.json['next']}"
    assert paged == [one["code"] for one in said.json["dossiers"]]
    nobody = await officer.call("GET", "/dossiers/overdue?unit=nobody")
    assert nobody.json["dossiers"] == []
    assert (await officer.call("GET", "/dossiers/overdue?after=x")).status == 400


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR])
async def test_only_officers_see_dossiers(desk: Desk, role: Role) -> None:
    browser = await desk.browser(role)
    calls = [
        ("POST", "/dossiers/lookup", {"code": PROCESSING, "factor": FACTOR}),
        ("POST", "/dossiers/view", {"code": PROCESSING, "reason": REASON}),
        ("POST", "/dossiers/texts", {"view": "x"}),
        ("POST", "/dossiers/unlock", {"code": PROCESSING, "reason": REASON}),
        ("GET", "/dossiers/overdue", None),
    ]
    for method, path, given in calls:
        assert (await browser.call(method, path, json=given)).status == 403

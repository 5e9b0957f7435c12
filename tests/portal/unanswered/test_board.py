"""From a question without an answer to a proposal that somebody else has accepted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge.loading import load
from knowledge.material import read_additions, read_examples
from knowledge.store import Store
from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from portal.unanswered.remarks import forget_older
from portal.unanswered.tables import officer_remarks, question_decisions
from tests.portal.conftest import PERMIT, TRANG_DUE
from tests.portal.staff.conftest import Browser, Desk, MakeDesk, Said, make_desk
from tests.portal.stubs import Portal, StubRasa, answer
from tests.samples import make_content

__all__ = ["make_desk"]

RENT = "Giá thuê đất KCN Tràng Duệ"


@dataclass
class Office:
    """A portal with an editor, an approver, an officer and visitors."""

    desk: Desk
    editor: Browser
    approver: Browser
    officer: Browser
    visitor: Portal
    rasa: StubRasa
    folder: Path

    async def asked(self, text: str, outcome: str = "no_answer", token: str | None = None) -> str:
        """A visitor asks what is not answered; return the token."""
        fields: dict[str, Any] = {"outcome": outcome}
        if outcome not in ("answered", "stale"):
            fields |= {"entries": [], "citations": []}
        self.rasa.reply = answer("?", **fields)
        token = token or await self.visitor.session()
        self.turn = await self.visitor.ask(token, text)
        return token

    async def clusters(self) -> list[dict[str, Any]]:
        shown = await self.editor.call("GET", "/unanswered")
        assert shown.status == 200, shown.json
        return list(shown.json["clusters"])

    async def decide(self, decision: str, **more: Any) -> Said:
        """Decide on the heaviest cluster."""
        cluster = (await self.clusters())[0]["id"]
        given = {"decision": decision, "lang": "vi", **more}
        return await self.editor.call("POST", f"/unanswered/{cluster}", json=given)

    def files(self, state: str) -> list[Path]:
        return sorted((self.folder / state).rglob("*.yml"))


MakeOffice = Callable[..., Awaitable[Office]]


@pytest.fixture
async def office(
    make_desk: MakeDesk, rasa_url: str, rasa: StubRasa, tmp_path: Path, database: str
) -> AsyncIterator[Office]:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    desk = await make_desk(rasa_url=rasa_url, database_url=database)
    browsers = [
        await desk.browser(role, name=role.value) for role in (Role.EDITOR, Role.APPROVER, Role.OFFICER)
    ]
    visitor = Portal((await desk.new_browser()).client)
    yield Office(desk, *browsers, visitor, rasa, tmp_path / "review")
    store.close()


async def test_every_source_counts_by_its_weight(office: Office) -> None:
    await office.asked(RENT)
    token = await office.asked("phạt môi trường", "clarify")
    await office.asked("mức phạt môi trường", "clarify", token)
    token = await office.asked("lệ phí visa", "answered")
    vote = {"turn": office.turn["id"], "value": "down", "reason": "sai, gọi 0912345678"}
    await office.visitor.call("POST", "/v1/feedback", token, json=vote)
    remark = {"kind": "wrong", "lang": "vi", "question": "thời hạn giấy phép", "remark": "lan@example.com"}
    noted = await office.officer.call("POST", "/remarks", json={**remark, "entry": PERMIT.id, "version": 1})
    assert noted.status == 201
    found = await office.clusters()
    assert [(one["question"], one["weight"]) for one in found] == [
        ("thời hạn giấy phép", 5),
        ("lệ phí visa", 3),
        ("mức phạt môi trường", 2),
        (RENT, 1),
    ]
    assert found[0]["near"][0]["entry"] == PERMIT.id
    assert found[1]["examples"][0]["reason"] == "sai, gọi [số điện thoại]"
    assert "lan@example.com" not in str(found)
    assert "0912345678" not in str(found)


async def test_a_question_back_counts_from_the_second_in_a_row_on(office: Office) -> None:
    token = await office.asked("phạt môi trường", "clarify")
    await office.asked("cảm ơn", "small_talk", token)
    await office.asked("phạt môi trường", "clarify", token)
    assert await office.clusters() == []


async def test_what_is_decided_is_gone_until_it_is_asked_again(office: Office) -> None:
    await office.asked(RENT)
    assert (await office.decide("dismiss")).status == 201
    assert await office.clusters() == []
    await office.asked(RENT.upper())
    [again] = await office.clusters()
    assert [former["decision"] for former in again["decided"]] == ["dismiss"]
    with office.desk.staff.reading() as connection:
        assert "Tràng" not in str(connection.execute(question_decisions.select()).all())


async def test_an_example_becomes_a_file_that_rasa_reads(office: Office) -> None:
    await office.asked(RENT)
    texts = ["giá thuê đất ở Tràng Duệ", "thuê đất Tràng Duệ giá sao"]
    assert (await office.decide("example", texts=texts, intent="ask_zone_price")).status == 201
    [(path, said)] = read_examples(office.folder / "proposed")
    assert (said.lang, said.intent, said.texts) == ("vi", "ask_zone_price", texts)
    assert path.read_text(encoding="utf-8").startswith('version: "3.1"') or "3.1" in path.read_text()


async def test_out_of_scope_becomes_an_example_of_that_intent(office: Office) -> None:
    await office.asked("đăng ký kết hôn")
    await office.decide("out_of_scope", texts=["đăng ký kết hôn ở đâu"])
    [(_, said)] = read_examples(office.folder / "proposed")
    assert said.intent == "out_of_scope"


async def test_a_name_and_a_question_form_become_additions(office: Office) -> None:
    await office.asked(RENT)
    assert (await office.decide("alias", texts=["khu TD"], entry=TRANG_DUE.id)).status == 201
    await office.asked("mấy ngày có giấy phép")
    form = {"texts": ["mấy ngày thì có giấy phép"], "entry": PERMIT.id, "facet": "time_limit"}
    assert (await office.decide("question_form", **form)).status == 201
    made = {a.entry: a for _, a in read_additions(office.folder / "proposed")}
    assert made[TRANG_DUE.id].aliases.vi == ["khu TD"]
    assert (made[PERMIT.id].facet, made[PERMIT.id].asks.vi) == ("time_limit", ["mấy ngày thì có giấy phép"])


async def test_a_draft_has_the_form_of_the_content_and_says_nothing_yet(office: Office) -> None:
    await office.asked(RENT)
    name = {"vi": "Phạt môi trường", "en": "Environmental fines"}
    made = await office.decide("entry", texts=["mức phạt"], entry="procedure.fines", facet="fee", name=name)
    assert made.status == 201
    [path] = office.files("proposed")
    text = path.read_text(encoding="utf-8")
    assert "- id: procedure.fines" in text
    assert "vi: Phạt môi trường" in text
    assert "mức phạt" in text


@pytest.mark.parametrize(
    ("given", "status", "problem"),
    [
        ({"decision": "example", "texts": ["x"], "intent": "none"}, 404, "unknown_intent"),
        ({"decision": "alias", "texts": ["x"], "entry": "zone.none"}, 404, "unknown_entry"),
        (
            {"decision": "question_form", "texts": ["x"], "entry": PERMIT.id, "facet": "fee"},
            404,
            "unknown_entry",
        ),
        ({"decision": "alias", "texts": []}, 400, "invalid"),
        ({"decision": "dismiss", "texts": ["x"]}, 400, "invalid"),
        ({"decision": "out_of_scope", "texts": ["gọi 0912345678"]}, 400, "personal_data"),
        ({"decision": "out_of_scope", "texts": ["[a](b)"]}, 400, "invalid"),
        (
            {
                "decision": "entry",
                "texts": ["x"],
                "entry": "../../etc",
                "name": {"vi": "a", "en": "b"},
            },
            400,
            "invalid",
        ),
        (
            {"decision": "entry", "texts": ["x"], "entry": PERMIT.id, "name": {"vi": "a", "en": "b"}},
            409,
            "entry_exists",
        ),
    ],
)
async def test_what_does_not_fit_is_refused(
    office: Office, given: dict[str, Any], status: int, problem: str
) -> None:
    await office.asked(RENT)
    made = await office.decide(**given)
    assert (made.status, made.json["type"]) == (status, f"urn:heza:problem:{problem}")
    assert office.files("proposed") == []
    assert len(await office.clusters()) == 1


async def test_somebody_else_accepts(office: Office) -> None:
    await office.asked(RENT)
    cluster = (await office.clusters())[0]["id"]
    given = {"decision": "out_of_scope", "lang": "vi", "texts": ["chuyện khác"]}
    own = await office.approver.call("POST", f"/unanswered/{cluster}", json=given)
    accept = f"/proposals/{own.json['proposal']}/accept"
    refused = await office.approver.call("POST", accept)
    assert (refused.status, refused.json["type"]) == (403, "urn:heza:problem:own_proposal")
    assert (await office.editor.call("POST", accept)).status == 403
    other = await office.desk.browser(Role.APPROVER, name="other")
    assert [(await other.call("POST", accept)).status for _ in range(2)] == [204, 204]
    assert (office.files("proposed"), len(office.files("accepted"))) == ([], 1)
    [shown] = (await office.editor.call("GET", "/proposals")).json["proposals"]
    assert (shown["state"], shown["decided_by"]) == ("accepted", "other")
    assert "chuyện khác" in shown["text"]
    reject = await other.call("POST", f"/proposals/{own.json['proposal']}/reject")
    assert reject.status == 409
    with office.desk.staff.reading() as connection:
        acts = connection.execute(select(staff_audit.c.act)).scalars().all()
    assert [act for act in acts if act.startswith(("question", "proposal"))] == [
        "question.decide",
        "proposal.accepted",
    ]


async def test_what_was_taken_in_is_shown_as_taken(office: Office) -> None:
    await office.asked(RENT)
    made = (await office.decide("out_of_scope", texts=["chuyện khác"])).json["proposal"]
    await office.approver.call("POST", f"/proposals/{made}/accept")
    [accepted] = office.files("accepted")
    taken = office.folder / "taken" / accepted.relative_to(office.folder / "accepted")
    taken.parent.mkdir(parents=True)
    accepted.replace(taken)
    [shown] = (await office.editor.call("GET", "/proposals")).json["proposals"]
    assert shown["state"] == "taken"


async def test_a_decided_cluster_cannot_be_decided_twice(office: Office) -> None:
    await office.asked(RENT)
    cluster = (await office.clusters())[0]["id"]
    given = {"decision": "dismiss", "lang": "vi"}
    statuses = [
        (await office.editor.call("POST", f"/unanswered/{cluster}", json=given)).status for _ in range(2)
    ]
    assert statuses == [201, 404]


async def test_officers_see_no_questions_of_visitors_and_editors_do(office: Office) -> None:
    assert (await office.officer.call("GET", "/unanswered")).status == 403
    assert (await office.officer.call("GET", "/proposals")).status == 403


async def test_remarks_go_with_time(office: Office) -> None:
    remark = {"kind": "missing", "lang": "vi", "question": "thuế"}
    await office.officer.call("POST", "/remarks", json=remark)
    assert forget_older(office.desk.staff.engine, 1) == 0
    assert forget_older(office.desk.staff.engine, 0) == 1
    with office.desk.staff.reading() as connection:
        assert connection.execute(officer_remarks.select()).all() == []
    unknown = {**remark, "entry": PERMIT.id, "version": 99}
    assert (await office.officer.call("POST", "/remarks", json=unknown)).status == 404

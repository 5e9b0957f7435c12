"""Looking a dossier up in words: happy path, correction, cancellation, digression, help, repetition."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.loading import load
from knowledge.store import Store
from portal.identity.answers import desk_texts
from tests.portal.conftest import PERMIT, TRANG_DUE, MakePortal
from tests.portal.identity.conftest import (
    CODE,
    FACTOR,
    NOBODYS,
    OTHER,
    WRONG,
    Feed,
    look_up,
    needs_identity,
    raw,
)
from tests.portal.stubs import Portal, StubRasa, answer
from tests.samples import make_content

QUESTION = {"vi": "hồ sơ của tôi đến đâu rồi", "en": "what is the status of my dossier"}
NOT_THE_RECORDS = "Nguyễn"


def facts(turn: dict[str, Any]) -> dict[str, str]:
    (block,) = [block for block in turn["blocks"] if block["type"] == "facts"]
    return {item["label"]: item["value"] for item in block["items"]}


def asks(turn: dict[str, Any], key: str) -> bool:
    """Tell whether a turn asks for identity in the words of the catalogue."""
    text = desk_texts(turn["lang"])(key)
    said = [block.get("text") for block in turn["blocks"]]
    form = {"type": "form", "form": "dossier_lookup"} in turn["blocks"]
    return turn["outcome"] == "needs_identity" and form and text in said


async def begin(portal: Portal, rasa: StubRasa, lang: str = "vi") -> str:
    """Ask for a dossier in a new session; return its token."""
    token = await portal.session(lang=lang)
    rasa.reply = needs_identity(lang)
    assert asks(await portal.ask(token, QUESTION[lang]), "ask.both")
    rasa.reply = answer()
    return token


async def test_both_values_in_one_message(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed()
    token = await portal.session(lang="vi")
    turn = await portal.ask(token, f"hồ sơ {CODE}, số cuối {FACTOR}, đến đâu rồi?")
    assert (turn["outcome"], turn["took_ms"], rasa.calls) == ("dossier", 0, [])
    assert turn["question"] == "hồ sơ [mã hồ sơ], số cuối [thông tin xác minh], đến đâu rồi?"
    first = turn["blocks"][0]["text"]
    assert first == "Tình trạng hồ sơ: Đang giải quyết. Bước 2/4. Còn 3 ngày làm việc."
    assert facts(turn) == {
        "Tình trạng": "Đang giải quyết",
        "Bước": "2/4",
        "Thủ tục": "Cấp giấy phép lao động",
        "Đơn vị xử lý": "Phòng Lao động",
        "Ngày tiếp nhận": "05/11/2024",
        "Ngày hẹn trả": "26/11/2026 (ngày hẹn trên giấy tiếp nhận)",
        "Thời gian còn lại": "còn 3 ngày làm việc",
    }
    assert turn["dossier"] == {
        "status": "processing",
        "step": 2,
        "of": 4,
        "unit": "Phòng Lao động",
        "received_on": "2024-11-05",
        "due_on": "2026-11-26",
        "due_source": "feed",
        "remaining_working_days": 3,
        "action_required": None,
    }
    assert "Trong 15 ngày." in turn["text"]  # the law on the day of receipt, not today's 10 days
    assert [entry["id"] for entry in turn["entries"]] == [PERMIT.id]
    assert turn["citations"]
    assert "trợ lý ảo tự động" in turn["blocks"][-1]["text"]  # the first turn says who speaks
    for secret in (CODE, FACTOR, NOT_THE_RECORDS):
        assert secret not in str(turn)


async def test_one_by_one_in_english(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed()
    token = await begin(portal, rasa, "en")
    assert asks(await portal.ask(token, CODE.lower()), "ask.factor")
    turn = await portal.ask(token, FACTOR)
    assert (turn["outcome"], turn["lang"], turn["question"]) == ("dossier", "en", "[verification]")
    assert turn["blocks"][0]["text"] == "Dossier status: Being processed. Step 2 of 4. 3 working days left."
    assert facts(turn)["Due on"] == "26 November 2026 (due date on the receipt)"
    assert "Within 15 days." in turn["text"]
    assert len(rasa.calls) == 1  # the question; neither value


async def test_the_factor_may_come_first(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed()
    token = await begin(portal, rasa)
    assert asks(await portal.ask(token, f"số cuối {FACTOR}"), "ask.code")
    assert (await portal.ask(token, CODE))["outcome"] == "dossier"


async def test_the_language_of_a_session_that_began_with_a_code(portal: Portal, feed: Feed) -> None:
    feed()
    token = await portal.session()
    turn = await portal.ask(token, f"please check the status of my dossier {CODE}, last digits {FACTOR}")
    assert (turn["outcome"], turn["lang"]) == ("dossier", "en")


async def test_corrections(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed(raw(), raw(OTHER, phone="0000008888", unit="Phòng Đầu tư"))
    token = await begin(portal, rasa)
    await portal.ask(token, CODE)
    assert asks(await portal.ask(token, f"nhầm, mã là {OTHER}"), "ask.factor")
    denied = await portal.ask(token, FACTOR)
    assert denied["outcome"] == "dossier_denied"
    turn = await portal.ask(token, "không phải 7671, là 8888")  # the code is kept for minutes
    assert (turn["outcome"], turn["dossier"]["unit"]) == ("dossier", "Phòng Đầu tư")
    assert len(rasa.calls) == 1


async def test_a_wrong_code_is_corrected_with_the_factor_kept(portal: Portal, feed: Feed) -> None:
    feed()
    token = await portal.session()
    assert (await portal.ask(token, f"{NOBODYS} {FACTOR}"))["outcome"] == "dossier_denied"
    assert (await portal.ask(token, CODE))["outcome"] == "dossier"


async def test_a_code_that_is_none_is_told_why_and_costs_no_try(portal: Portal, rasa: StubRasa) -> None:
    token = await begin(portal, rasa)
    turn = await portal.ask(token, f"000.19.H24-241340-0012 {FACTOR}")
    assert turn["outcome"] == "needs_identity"
    assert "không phải là một ngày có thật" in turn["blocks"][0]["text"]


async def test_a_factor_of_no_form_is_asked_for_again(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed()
    token = await begin(portal, rasa)
    await portal.ask(token, CODE)
    assert asks(await portal.ask(token, "767"), "ask.malformed")
    assert (await portal.ask(token, FACTOR))["outcome"] == "dossier"


@pytest.mark.parametrize(("lang", "text"), [("vi", "thôi ạ"), ("en", "never mind")])
async def test_a_cancellation_drops_what_was_given(
    portal: Portal, rasa: StubRasa, feed: Feed, lang: str, text: str
) -> None:
    feed()
    token = await begin(portal, rasa, lang)
    await portal.ask(token, CODE)
    turn = await portal.ask(token, text)
    assert (turn["outcome"], turn["blocks"][0]["text"]) == ("small_talk", desk_texts(lang)("cancelled"))
    calls = len(rasa.calls)
    await portal.ask(token, FACTOR)  # nothing is awaited any more: an ordinary message
    assert len(rasa.calls) == calls + 1


async def test_a_digression_and_the_return(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed()
    token = await begin(portal, rasa)
    await portal.ask(token, CODE)
    turn = await portal.ask(token, "lệ phí năm 2025 là bao nhiêu?")
    assert (turn["outcome"], turn["question"]) == ("answered", "lệ phí năm 2025 là bao nhiêu?")
    assert (await portal.ask(token, f"số cuối {FACTOR}"))["outcome"] == "dossier"


@pytest.mark.parametrize(
    ("lang", "text"), [("vi", "mã hồ sơ nằm ở đâu?"), ("en", "where do I find the code?")]
)
async def test_help_and_then_the_code(
    portal: Portal, rasa: StubRasa, feed: Feed, lang: str, text: str
) -> None:
    feed()
    token = await begin(portal, rasa, lang)
    assert asks(await portal.ask(token, text), "help.code")
    assert asks(await portal.ask(token, CODE), "ask.factor")
    help_with_digits = {"vi": "số điện thoại nào ạ", "en": "which phone number?"}[lang]
    assert asks(await portal.ask(token, help_with_digits), "help.factor")
    assert (await portal.ask(token, FACTOR))["outcome"] == "dossier"


async def test_digits_that_follow_a_code_at_once_are_not_stored(
    portal: Portal, rasa: StubRasa, feed: Feed
) -> None:
    """Sent before the code was answered, when nothing is awaited yet."""
    feed()
    token = await portal.session()
    rasa.gate.clear()
    first = await portal.call("POST", "/v1/messages", token, json={"text": "lệ phí"})
    await portal.call("POST", "/v1/messages", token, json={"text": CODE})
    await portal.call("POST", "/v1/messages", token, json={"text": FACTOR})
    rasa.gate.set()
    turn = await portal.ask(token, "xin chào")
    assert first.status == 202
    events = (await portal.call("GET", "/v1/messages", token)).json["events"]
    outcomes = [e["data"]["outcome"] for e in events if e["event"] == "turn"]
    assert outcomes == ["answered", "needs_identity", "dossier", "answered"]
    assert FACTOR not in str([e["data"]["question"] for e in events])
    assert turn["seq"] == 4


async def test_a_verified_dossier_is_remembered_for_the_session_only(
    make_portal: MakePortal, rasa: StubRasa, feed: Feed, database: str
) -> None:
    """In another process over the same database, and in the state of that moment."""
    with_knowledge(database)
    feed(url=database)
    before = await make_portal(database_url=database)
    token, stranger = await before.session(lang="vi"), await before.session(lang="vi")
    assert (await look_up(before, token)).json["outcome"] == "dossier"
    feed(raw(version=2, state="Đã xử lý xong", step=4), url=database)
    after = await make_portal(database_url=database)
    rasa.reply = needs_identity()
    turn = await after.ask(token, QUESTION["vi"])
    assert (turn["outcome"], turn["dossier"]["status"], turn["dossier"]["step"]) == ("dossier", "finished", 4)
    assert desk_texts("vi")("action.finished") in turn["text"]
    assert CODE not in str(turn)
    assert asks(await after.ask(stranger, QUESTION["vi"]), "ask.both")


async def test_values_lost_with_a_process_are_asked_for_again(
    make_portal: MakePortal, rasa: StubRasa, feed: Feed
) -> None:
    feed()
    token = await begin(await make_portal(), rasa)
    portal = await make_portal()
    assert asks(await portal.ask(token, CODE), "ask.factor")
    portal = await make_portal()
    assert asks(await portal.ask(token, FACTOR), "ask.again")
    assert (await portal.ask(token, CODE))["outcome"] == "dossier"


async def test_another_dossier(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    feed(raw(), raw(OTHER, unit="Phòng Đầu tư"))
    token = await portal.session(lang="vi")
    turn = (await look_up(portal, token)).json
    another = next(s for s in turn["suggestions"] if s["text"] == desk_texts("vi")("choice.another"))
    asked = (await portal.post(token, choice=another["id"])).json
    assert asks(asked, "ask.both")
    assert rasa.calls == []
    assert (await portal.ask(token, f"{OTHER} {FACTOR}"))["dossier"]["unit"] == "Phòng Đầu tư"


async def test_a_dossier_that_changed_hands_is_forgotten(portal: Portal, rasa: StubRasa, feed: Feed) -> None:
    """Whoever verified it with the former telephone number hears nothing any more."""
    feed()
    token = await portal.session()
    await look_up(portal, token)
    feed(raw(version=2, phone="0000009999"))
    rasa.reply = needs_identity()
    assert asks(await portal.ask(token, QUESTION["vi"]), "ask.both")


async def test_erasure_takes_the_dossier_with_it(portal: Portal, feed: Feed) -> None:
    feed()
    token = await portal.session()
    await look_up(portal, token)
    assert (await portal.call("DELETE", "/v1/session", token)).status in {202, 204}
    assert (await look_up(portal, token)).status == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"supplement": "nộp bản sao", "supplement_due": "2026-12-01"},
            "chậm nhất ngày 01/12/2026: nộp bản sao",
        ),
        ({"state": "Yêu cầu bổ sung giấy tờ"}, "Hồ sơ cần được bổ sung."),
        ({"due_on": None}, "còn"),
        ({"state": "Chờ ký số liên thông"}, "Theo hệ thống một cửa: “Chờ ký số liên thông”"),
        ({"due_on": "2026-11-20"}, "Quá hạn 2 ngày"),
        ({"state": "chờ " * 124}, "nguyên văn của hệ thống một cửa"),
    ],
)
async def test_what_else_an_answer_says(
    portal: Portal, feed: Feed, fields: dict[str, Any], said: str
) -> None:
    feed(raw(**fields))
    turn = (await look_up(portal, await portal.session(lang="vi"))).json
    assert turn["outcome"] == "dossier"
    assert len(turn["blocks"][0]["text"].split()) <= 80
    if fields.get("due_on", "") is None:
        assert (turn["dossier"]["due_on"], turn["dossier"]["remaining_working_days"]) == (None, None)
        assert said not in turn["blocks"][0]["text"]
    else:
        assert said in turn["text"]


async def test_a_demo_dossier_says_that_it_is_invented(portal: Portal, feed: Feed) -> None:
    code = "000.00.00.X00-260102-0001"
    feed(raw(code))
    turn = (await look_up(portal, await portal.session(lang="en"), code)).json
    assert desk_texts("en")("demo") in turn["text"]


def with_knowledge(database: str) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    store.close()


async def test_a_wrong_factor_remains_wrong(portal: Portal, feed: Feed) -> None:
    feed()
    token = await portal.session()
    assert (await portal.ask(token, f"{CODE} {WRONG}"))["outcome"] == "dossier_denied"

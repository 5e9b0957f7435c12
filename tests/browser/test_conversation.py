"""What a visitor does with the widget: ask, choose, judge, keep, hand over, come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import HOTLINE

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOSSIER = {
    "id": "D1",
    "seq": 9,
    "lang": "vi",
    "outcome": "dossier",
    "question": "",
    "text": "",
    "blocks": [{"type": "para", "text": "Hồ sơ đang được thẩm định."}],
    "citations": [],
    "caveats": [],
    "entries": [],
    "release": "",
    "suggestions": [],
    "as_of": None,
    "licensed_on": None,
    "dossier": {
        "status": "Đang thẩm định",
        "step": 2,
        "of": 4,
        "unit": "Phòng Đầu tư",
        "received_on": "2026-11-02",
        "due_on": "2026-11-24",
        "due_source": "feed",
        "remaining_working_days": 2,
        "action_required": "Bổ sung hợp đồng thuê đất.",
    },
}
DOSSIER_CODE = "000.00.00.H24-260101-0001"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


async def test_every_block_is_shown(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    text = str(await answer.text_content())
    for said in ("Hộ chiếu", "Nộp hồ sơ", "1 ngày", "Cấp lại", "Quy định mới có hiệu lực từ 07/08/2025."):
        assert said in text
    assert await answer.locator("table tbody tr").count() == 2
    assert await answer.locator("dl.facts dd").first.text_content() == "10 ngày làm việc"
    assert await answer.locator(".outcome").text_content() == widget.texts["stale"]
    assert "Xin kiểm tra lại tại: Ban Quản lý" in text
    assert await answer.get_by_role("textbox", name=widget.texts["code"]).count() == 1


async def test_sources_are_numbered_notes_and_a_mark_leads_to_its_note(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    notes = await answer.locator(".note").all_text_contents()
    assert len(notes) == 3
    assert notes[0].startswith("152/2020/NĐ-CP")
    assert "hiệu lực từ 15/02/2021 đến 06/08/2025" in notes[0]
    assert widget.texts["expired"] in notes[0]
    assert "cán bộ xác nhận ngày 01/03/2026" in notes[1]
    assert widget.texts["unverified"] in notes[2]
    await answer.get_by_role("button", name="Nguồn 3").click()
    assert "unverified" in await widget.focused()


async def test_markup_in_an_answer_stays_text(widget: Any, house: Any) -> None:
    evil = '<img src=x onerror="window.evil=1"> <b>đậm</b>'
    house.rasa.reply = {**house.rasa.reply({"text": ""}), "blocks": [{"type": "para", "text": evil}]}
    await widget.open()
    answer = await widget.ask()
    assert evil in str(await answer.text_content())
    assert await answer.locator("img, b").count() == 0


async def test_the_conversation_comes_back_on_the_next_page(widget: Any, house: Any) -> None:
    await widget.open()
    await widget.ask()
    await widget.page.goto(f"{house.url}/ask")
    await widget.page.goto(house.url)
    await widget.open()
    await widget.answers.first.wait_for()
    assert await widget.page.locator("li.question h3").text_content() == "giấy phép lao động"


async def test_what_could_not_be_sent_is_kept_marked_and_sent_later(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    await widget.page.context.set_offline(True)
    await widget.send("lệ phí")
    trouble = widget.page.locator(".trouble")
    assert widget.texts["unsent"] in str(await trouble.text_content())
    assert await widget.panel.get_by_role("link", name=HOTLINE).is_visible()
    await widget.page.context.set_offline(False)
    await widget.answers.nth(1).wait_for()
    assert await trouble.count() == 0
    assert await widget.page.locator("li.question").count() == 2


async def test_two_tabs_show_one_conversation(widget: Any, house: Any) -> None:
    await widget.open()
    await widget.ask()
    other = type(widget)(await widget.page.context.new_page())
    await other.page.goto(house.url)
    await other.open()
    await other.answers.first.wait_for()
    await other.ask("lệ phí")
    await widget.answers.nth(1).wait_for()
    questions = widget.page.locator("li.question h3")
    assert await questions.all_text_contents() == ["giấy phép lao động", "lệ phí"]
    await widget.menu()
    await widget.button(widget.texts["erase"]).click()
    await widget.button(widget.texts["eraseYes"]).click()
    await other.page.locator(".welcome").wait_for()
    assert await other.page.locator("ol.items > li").count() == 0


async def test_the_token_ends_with_the_browser_unless_the_visitor_wants_it_kept(widget: Any) -> None:
    stored = (
        "[sessionStorage.getItem('heza.session') !== null, localStorage.getItem('heza.session') !== null]"
    )
    await widget.open()
    await widget.ask()
    assert await widget.page.evaluate(stored) == [True, False]
    menu = await widget.menu()
    await menu.get_by_label(widget.texts["remember"]).check()
    assert await widget.page.evaluate(stored) == [True, True]
    await menu.get_by_label(widget.texts["remember"]).uncheck()
    assert await widget.page.evaluate(stored) == [True, False]


async def test_the_language_changes_in_mid_talk(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    await widget.input.fill("còn dở")
    await widget.button("English").click()
    english = type(widget)(widget.page, "en")
    assert await english.input.input_value() == "còn dở"
    assert await english.answers.count() == 1
    assert await english.button(english.texts["close"]).count() == 1
    await english.ask("work permit")
    await english.page.reload()
    await english.launcher.wait_for()
    assert english.texts["launcher"] in str(await english.launcher.text_content())


async def test_size_and_look_are_kept(widget: Any) -> None:
    await widget.open()
    await widget.menu()
    await widget.button(widget.texts["size3"]).click()
    await widget.button(widget.texts["themeDark"]).click()
    await widget.page.reload()
    await widget.open()
    style = await widget.panel.evaluate(
        "e => [getComputedStyle(e).fontSize, getComputedStyle(e).backgroundColor]"
    )
    assert style == ["23.2px", "rgb(22, 36, 42)"]


async def test_the_answer_is_copied_with_its_sources_and_its_address(widget: Any, house: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    await answer.get_by_role("button", name=widget.texts["copy"]).click()
    await answer.get_by_text(widget.texts["copied"]).wait_for()
    copied = await widget.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("giấy phép lao động\n\nGiấy phép lao động được cấp")
    assert "[1] 152/2020/NĐ-CP, Điều 9" in copied
    assert f"{house.url}/a/procedure.permit?lang=vi&facet=time_limit&as_of=2026-11-22" in copied


async def test_the_permanent_address_shows_the_answer(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    await answer.get_by_role("button", name=widget.texts["share"]).click()
    await answer.get_by_text(widget.texts["shared"]).wait_for()
    await widget.page.goto(await widget.page.evaluate("navigator.clipboard.readText()"))
    assert await widget.page.locator("h1").text_content() == "Cấp giấy phép lao động"
    assert "Trong 10 ngày." in str(await widget.page.locator("article").text_content())


async def test_printing_prints_the_answer_alone(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    await answer.get_by_role("button", name=widget.texts["print"]).click()
    await widget.page.wait_for_timeout(200)
    paper = [frame for frame in widget.page.frames if frame != widget.page.main_frame]
    if paper:  # the frame goes away as soon as it is printed
        text = await paper[0].locator("body").text_content()
        assert "152/2020/NĐ-CP" in str(text)
        assert widget.texts["helpful"] not in str(text)
    assert await widget.answers.count() == 1


class TestWithCallsThatThisPortalMayLack:
    async def test_an_answer_is_judged_with_a_reason(self, widget: Any, play: Any) -> None:
        sent: list[Any] = []
        await play(widget.page, "/v1/feedback", status=204, record=sent)
        await widget.open()
        answer = await widget.ask()
        down = answer.get_by_role("button", name=widget.texts["wrong"])
        await down.click()
        await answer.get_by_label(widget.texts["whyWrong"]).fill("Đã đổi luật")
        await answer.get_by_role("button", name=widget.texts["sendReason"]).click()
        await answer.get_by_text(widget.texts["thanks"]).wait_for()
        assert await down.get_attribute("aria-pressed") == "true"
        assert [(one["value"], one.get("reason")) for one in sent] == [
            ("down", None),
            ("down", "Đã đổi luật"),
        ]

    async def test_judging_disappears_where_it_is_missing(self, widget: Any, play: Any) -> None:
        await play(widget.page, "/v1/feedback", {"detail": "không có"}, status=404)
        await widget.open()
        answer = await widget.ask()
        await answer.get_by_role("button", name=widget.texts["helpful"]).click()
        await answer.get_by_text(widget.texts["unavailable"]).wait_for()
        assert await answer.locator(".votes").count() == 0

    async def test_a_dossier_is_looked_up_without_a_message(self, widget: Any, house: Any, play: Any) -> None:
        sent: list[Any] = []
        await play(widget.page, "/v1/dossiers/lookup", DOSSIER, record=sent)
        await widget.open()
        answer = await widget.ask()
        asked = len(house.rasa.calls)
        await answer.get_by_label(widget.texts["code"]).fill(DOSSIER_CODE)
        await answer.get_by_role("button", name=widget.texts["lookUp"]).click()
        await answer.get_by_text(widget.texts["bothNeeded"]).wait_for()
        await answer.get_by_label(widget.texts["factor"]).fill("1234")
        await answer.get_by_role("button", name=widget.texts["lookUp"]).click()
        await widget.page.locator(".dossier").get_by_text("Bước 2 trên 4").wait_for()
        assert sent == [{"code": DOSSIER_CODE, "factor": "1234"}]
        assert len(house.rasa.calls) == asked
        assert DOSSIER_CODE not in await widget.page.evaluate(
            "JSON.stringify([{...sessionStorage}, {...localStorage}])"
        )
        # What was typed once is offered again (WCAG 3.3.7), but not the second factor.
        again = await widget.ask()
        assert await again.get_by_label(widget.texts["code"]).input_value() == DOSSIER_CODE
        assert await again.get_by_label(widget.texts["factor"]).input_value() == ""

    async def test_a_person_out_of_hours_gives_a_ticket(self, widget: Any, play: Any) -> None:
        sent: list[Any] = []
        ticket = {"state": "ticket", "code": "HZ-0001", "secret": "bí-mật-một-lần"}
        await play(widget.page, "/v1/handoff", ticket, record=sent)
        await widget.open()
        await widget.button(widget.texts["person"]).click()
        form = widget.page.get_by_role("form", name=widget.texts["contactTitle"])
        await form.get_by_label(widget.texts["contact"]).fill("a@example.com")
        await form.get_by_role("button", name=widget.texts["request"]).click()
        await form.get_by_text(widget.texts["consentNeeded"]).wait_for()
        await form.get_by_label(widget.texts["consent"]).check()
        await form.get_by_role("button", name=widget.texts["request"]).click()
        mark = widget.page.locator("li.state")
        assert "HZ-0001" in str(await mark.text_content())
        assert await mark.locator("code").text_content() == "bí-mật-một-lần"
        assert sent == [{"contact": "a@example.com", "consent": True}]

    async def test_where_nobody_takes_over_the_wish_is_said_in_words(
        self, widget: Any, house: Any, play: Any
    ) -> None:
        await play(widget.page, "/v1/handoff", {"detail": "không có"}, status=404)
        await widget.open()
        await widget.button(widget.texts["person"]).click()
        await widget.button(widget.texts["request"]).click()
        await widget.answers.first.wait_for()
        assert house.rasa.calls[-1]["text"] == widget.texts["person"]

    async def test_notices_show_from_their_beginning_to_their_end(self, widget: Any, play: Any) -> None:
        now = datetime.now(UTC)
        span = [(now + timedelta(hours=h)).isoformat() for h in (-2, -1, 1)]
        notices = [
            {
                "id": "over",
                "level": "info",
                "text": {"vi": "Đã qua", "en": "Over"},
                "from": span[0],
                "to": span[1],
            },
            {
                "id": "now",
                "level": "warning",
                "text": {"vi": "Nghỉ lễ", "en": "Holiday"},
                "from": span[1],
                "to": span[2],
            },
        ]
        await play(widget.page, "/v1/notices", {"notices": notices})
        await widget.open()
        shown = widget.page.locator(".notices")
        await shown.get_by_text("Nghỉ lễ").wait_for()
        assert "Đã qua" not in str(await shown.text_content())
        await widget.button("English").click()
        await shown.get_by_text("Holiday").wait_for()
        await widget.button("Hide this notice").click()
        assert await shown.text_content() == ""

    async def test_the_hotline_of_the_portal_is_kept_for_the_next_page(
        self, make_widget: Any, house: Any, play: Any
    ) -> None:
        about = {
            "name": "HEZA",
            "hotline": "0000 222 333",
            "hotline_hours": None,
            "site": "https://heza.gov.vn",
        }
        widget = await make_widget(house.host)
        await play(widget.page, "/v1/about", about)
        await widget.open()
        await widget.panel.get_by_role("link", name="0000 222 333").wait_for()
        await widget.page.reload()
        await widget.launcher.wait_for()
        assert "0000 222 333" in str(await widget.launcher.text_content())

    async def test_the_record_is_downloaded_even_where_the_portal_keeps_none(
        self, widget: Any, play: Any
    ) -> None:
        await play(widget.page, "/v1/transcript?format=txt", {"detail": "không có"}, status=404)
        await widget.open()
        await widget.ask()
        await widget.menu()
        async with widget.page.expect_download() as download:
            await widget.button(widget.texts["asText"]).click()
        saved = _read(await (await download.value).path())
        assert "Giấy phép lao động được cấp trong 10 ngày làm việc." in saved
        assert "152/2020/NĐ-CP" in saved

    async def test_erasing_asks_first_and_says_what_was_done(self, widget: Any, play: Any) -> None:
        sent: list[Any] = []
        await widget.open()
        await widget.ask()
        await play(widget.page, "/v1/session", status=204, record=sent)
        await widget.menu()
        await widget.button(widget.texts["erase"]).click()
        assert sent == []
        await widget.button(widget.texts["eraseYes"]).click()
        await widget.page.get_by_text(widget.texts["erased"], exact=True).wait_for()
        assert sent == ["DELETE"]
        assert await widget.page.evaluate("sessionStorage.getItem('heza.session')") is None

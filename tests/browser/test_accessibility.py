"""WCAG 2.2 AA: the list of docs/accessibility.md, point by point."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import HOTLINE, ROOT, lacking
from tests.browser.widget import Widget

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    (lang, scheme, width)
    for lang in ("vi", "en")
    for scheme in ("light", "dark")
    for width in (1280, 390, 320)
]
ROOT_NODE = "document.querySelector('heza-assistant').shadowRoot"
TEXT_SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } "
    "p { margin-bottom: 2em !important; }"
)


def axe() -> str:
    """Return the checker; put in by the debugger, so that the policy of the page can stay as it is."""
    if not AXE.exists():
        lacking("axe-core is not installed: npm ci")
    return AXE.read_text(encoding="utf-8")


async def violations(widget: Widget) -> list[str]:
    """Run axe over the page; return what it finds, each with its first place."""
    await widget.page.evaluate(axe())
    run = "(tags) => axe.run(document.querySelector('heza-assistant'), {runOnly: tags})"
    found = await widget.page.evaluate(run, TAGS)
    return [
        f"{v['id']}: {v['nodes'][0]['html']} {v['nodes'][0]['failureSummary']}" for v in found["violations"]
    ]


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
async def test_axe_finds_nothing(make_widget: Any, lang: str, scheme: str, width: int) -> None:
    widget = await make_widget(f"/?lang={lang}", lang=lang, width=width, height=720, color_scheme=scheme)
    assert await violations(widget) == []
    await widget.open()
    assert await violations(widget) == []
    await widget.ask()
    await widget.button(widget.texts["person"]).click()
    assert await violations(widget) == []
    menu = await widget.menu()
    await menu.locator("summary").click()
    assert await violations(widget) == []


async def tab_to(widget: Widget, selector: str, most: int = 60) -> bool:
    """Press Tab until an element of the widget has the focus; tell whether it got there."""
    for _ in range(most):
        await widget.page.keyboard.press("Tab")
        script = (
            "(s) => document.querySelector('heza-assistant').shadowRoot.activeElement?.matches(s) ?? false"
        )
        if await widget.page.evaluate(script, selector):
            return True
    return False


@pytest.mark.parametrize("key", ["Enter", "Space"])
async def test_01_the_launcher_is_reached_by_tab_and_opened_by_keys(widget: Any, key: str) -> None:
    assert await tab_to(widget, ".launcher")
    await widget.page.keyboard.press(key)
    assert await widget.panel.is_visible()


async def test_02_while_closed_nothing_of_the_panel_takes_the_focus(widget: Any) -> None:
    await widget.open()
    await widget.page.keyboard.press("Escape")
    assert not await tab_to(widget, ".panel *")


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_03_controls_are_named_in_the_language_of_the_panel(make_widget: Any, lang: str) -> None:
    widget = await make_widget(f"/?lang={lang}", lang=lang)
    await widget.open()
    await widget.ask("work permit" if lang == "en" else "giấy phép")
    for key in ("close", "menu", "widen", "person", "send", "helpful", "wrong", "copy", "print"):
        assert await widget.button(widget.texts[key]).count() == 1, key
    assert await widget.panel.get_by_role("textbox", name=widget.texts["question"]).count() == 1
    assert await widget.page.get_by_role("dialog", name=widget.texts["title"]).count() == 1


async def test_04_on_a_desktop_tab_leaves_the_panel(widget: Any) -> None:
    await widget.open()
    assert await widget.panel.get_attribute("aria-modal") is None
    for _ in range(60):
        await widget.page.keyboard.press("Tab")
        if await widget.focused() == "":
            return
    pytest.fail("the focus is trapped")


async def test_04_on_a_small_screen_the_page_behind_is_out_of_reach(make_widget: Any) -> None:
    widget = await make_widget("/", width=390, height=720)
    await widget.open()
    assert await widget.panel.get_attribute("aria-modal") == "true"
    assert await widget.page.locator("main").evaluate("e => e.inert")
    await widget.page.keyboard.press("Escape")
    assert not await widget.page.locator("main").evaluate("e => e.inert")


async def test_05_the_focus_goes_to_the_question_and_back_to_the_launcher(widget: Any) -> None:
    await widget.open()
    assert await widget.focused() == "question"
    await widget.page.keyboard.press("Escape")
    assert await widget.focused() == "launcher"


async def test_05_on_touch_no_keyboard_pops_up(make_widget: Any) -> None:
    widget = await make_widget("/", width=390, height=720, has_touch=True, is_mobile=True)
    await widget.launcher.tap()
    assert await widget.focused() == "title"


async def test_06_an_answer_is_told_once(widget: Any) -> None:
    await widget.open()
    await widget.listen()
    await widget.ask()
    await widget.page.wait_for_timeout(300)
    told = [text for text in await widget.spoken() if "10 ngày làm việc" in text]
    assert len(told) == 1
    assert told[0].startswith(widget.texts["assistant"])
    await widget.page.wait_for_timeout(1200)
    assert await widget.page.locator("[data-announcer]").text_content() == ""


async def test_06_history_is_not_told(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    await widget.page.reload()
    await widget.launcher.wait_for()
    await widget.listen()
    await widget.open()
    await widget.answers.first.wait_for()
    assert await widget.spoken() == []


async def test_07_waiting_is_told_once_and_only_the_finished_answer_after_it(widget: Any, house: Any) -> None:
    house.rasa.gate.clear()
    await widget.open()
    await widget.listen()
    await widget.send("lệ phí")
    await widget.page.get_by_text(widget.texts["typing"]).wait_for()
    await widget.page.wait_for_timeout(1500)
    house.rasa.gate.set()
    await widget.answers.first.wait_for()
    spoken = await widget.spoken()
    assert spoken.count(widget.texts["typing"]) == 1
    assert len([text for text in spoken if "Trong 15 ngày." in text]) == 1


async def test_08_a_lost_connection_is_told_in_words(widget: Any) -> None:
    await widget.open()
    await widget.page.context.set_offline(True)
    alert = widget.page.get_by_role("alert").filter(has_text=widget.texts["offline"])
    await expect(alert).to_be_visible()
    await widget.page.context.set_offline(False)
    await expect(alert).to_have_count(0)


async def test_09_an_answer_does_not_move_the_focus(widget: Any, house: Any) -> None:
    await widget.open()
    house.rasa.gate.clear()
    await widget.send("lệ phí")
    await widget.button(widget.texts["menu"]).focus()
    house.rasa.gate.set()
    await widget.answers.first.wait_for()
    label = await widget.page.evaluate(
        "document.querySelector('heza-assistant').shadowRoot.activeElement.title"
    )
    assert label == widget.texts["menu"]


async def test_10_the_conversation_scrolls_by_keyboard_and_has_a_way_down(make_widget: Any) -> None:
    widget = await make_widget("/", height=600)
    await widget.open()
    await widget.ask()
    region = widget.page.get_by_role("region", name=widget.texts["transcript"])
    await region.focus()
    await widget.page.keyboard.press("Home")
    newest = widget.button(widget.texts["newest"])
    await newest.wait_for()
    top = await region.evaluate("e => e.scrollTop")
    await widget.page.keyboard.press("PageDown")
    further = "(top) => " + ROOT_NODE + ".querySelector('.transcript').scrollTop > top"
    await widget.page.wait_for_function(further, arg=top)
    await newest.click()
    await expect(newest).to_be_hidden()
    at_end = "e => Math.abs(e.scrollHeight - e.clientHeight - e.scrollTop) < 2"
    await widget.page.wait_for_function(at_end, arg=await region.element_handle())
    assert await region.evaluate("e => e.scrollTop") > top


async def test_11_who_speaks_is_said_in_text_and_each_message_names_its_language(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask("work permit")
    items = await widget.page.locator("ol.items > li").all_text_contents()
    assert items[0].startswith(widget.texts["you"])
    assert items[1].startswith(widget.texts["assistant"])
    assert await answer.get_attribute("lang") == "en"
    assert await widget.panel.get_attribute("lang") == "vi"


async def test_12_the_language_of_the_panel_follows_the_switch(widget: Any) -> None:
    await widget.open()
    await widget.button("English").click()
    assert await widget.panel.get_attribute("lang") == "en"


async def test_14_meaning_is_never_by_colour_alone(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    line = "e => getComputedStyle(e).textDecorationLine"
    assert await answer.get_by_role("link").first.evaluate(line) == "underline"
    assert await answer.locator(".note.expired .tag").text_content() == widget.texts["expired"]
    await answer.get_by_role("button", name="Lệ phí?").click()
    await widget.answers.nth(1).wait_for()
    assert widget.texts["chosen"] in str(await answer.locator(".suggestions").text_content())


@pytest.mark.parametrize("width", [1280, 390])
async def test_15_targets_are_large_enough(make_widget: Any, width: int) -> None:
    widget = await make_widget("/", width=width, height=720)
    await widget.open()
    await widget.ask()
    await widget.menu()
    script = """e => [...e.querySelectorAll('button, input, textarea, summary')].map((one) => {
      const box = one.getBoundingClientRect();
      return [one.className || one.tagName, box.width, box.height];
    }).filter(([, width, height]) => width > 0)"""
    boxes = await widget.panel.evaluate(script)
    assert len(boxes) > 15
    for name, wide, high in boxes:
        least = 24 if name in {"mark", "SUMMARY"} or name == "INPUT" else 40
        assert min(wide, high) >= least, (name, wide, high)


async def test_16_the_focus_is_seen_and_nothing_covers_it(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    for _ in range(30):
        await widget.page.keyboard.press("Tab")
        found = await widget.page.evaluate(
            """() => {
              const root = document.querySelector('heza-assistant').shadowRoot;
              const e = root.activeElement;
              if (!e) return null;
              const box = e.getBoundingClientRect();
              const x = box.x + box.width / 2, y = Math.min(box.y + box.height / 2, innerHeight - 1);
              const top = root.elementFromPoint(x, y);
              const style = getComputedStyle(e);
              return {
                name: e.className || e.tagName,
                width: parseFloat(style.outlineWidth),
                style: style.outlineStyle,
                covered: !(e === top || e.contains(top)),
              };
            }"""
        )
        if found is None:
            continue
        assert found["style"] == "solid", found
        assert found["width"] >= 2, found
        assert not found["covered"], found


async def test_17_at_320_pixels_nothing_scrolls_sideways(make_widget: Any) -> None:
    widget = await make_widget("/", width=320, height=256)
    await widget.open()
    await widget.ask()
    for part in (".panel", ".transcript", ".composer", ".header"):
        script = "e => e.scrollWidth - e.clientWidth"
        assert await widget.page.locator(part).first.evaluate(script) <= 0, part
    await widget.input.scroll_into_view_if_needed()
    assert await widget.input.is_visible()


async def test_18_wider_text_spacing_clips_nothing(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    clipped = """(css) => {
      const root = document.querySelector('heza-assistant').shadowRoot;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets.push(sheet);
      return [...root.querySelectorAll('button, p, h2, h3, li, td, th, dd')]
        .filter((e) => e.className !== 'sr' && e.clientWidth && !e.closest('.sr'))
        .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
        .filter((e) => getComputedStyle(e).overflow !== 'visible')
        .map((e) => e.outerHTML);
    }"""
    assert await widget.page.evaluate(clipped, TEXT_SPACING) == []


async def test_19_who_wants_no_motion_gets_none(make_widget: Any, house: Any) -> None:
    widget = await make_widget("/", reduced_motion="reduce")
    house.rasa.gate.clear()
    await widget.open()
    await widget.send("lệ phí")
    await widget.page.get_by_text(widget.texts["typing"]).wait_for()
    script = "document.querySelector('heza-assistant').shadowRoot.getAnimations().length"
    assert await widget.page.evaluate(script) == 0
    house.rasa.gate.set()
    await widget.answers.first.wait_for()


async def test_20_forced_colours_keep_the_borders(make_widget: Any) -> None:
    widget = await make_widget("/", forced_colors="active")
    border = "e => getComputedStyle(e).borderTopWidth + getComputedStyle(e).borderTopStyle"
    assert await widget.launcher.evaluate(border) == "1pxsolid"
    await widget.open()
    assert await widget.panel.evaluate(border) == "1pxsolid"


async def test_21_the_end_of_the_session_is_told_and_can_be_put_off(make_widget: Any) -> None:
    widget = await make_widget("/")
    await widget.page.clock.install()
    await widget.open()
    await widget.ask()
    await widget.page.clock.fast_forward(12 * 3600 * 1000 - 90_000)
    await widget.page.clock.run_for(16_000)
    alert = widget.page.get_by_role("alert").filter(has_text="Phiên trò chuyện sẽ kết thúc lúc")
    await alert.wait_for()
    async with widget.page.expect_response("**/v1/session") as renewed:
        await alert.get_by_role("button", name=widget.texts["continue"]).click()
    assert (await renewed.value).status == 201
    assert await widget.answers.count() == 1


async def test_22_errors_stand_beside_the_field_and_the_draft_stays(widget: Any) -> None:
    await widget.open()
    await widget.send("  ")
    assert await widget.input.get_attribute("aria-invalid") == "true"
    described = str(await widget.input.get_attribute("aria-describedby")).split()
    assert "complaint" in described
    assert await widget.page.locator("#complaint").text_content() == widget.texts["empty"]
    long = "ă" * 2100
    await widget.send(long)
    assert await widget.input.input_value() == long
    assert "4000 byte" in str(await widget.page.locator("#complaint").text_content())


async def at_rest(shown: Any) -> Any:
    """Return where something stands once it has stopped moving (the panel slides in)."""
    before = await shown.bounding_box()
    for _ in range(50):
        await asyncio.sleep(0.1)
        now = await shown.bounding_box()
        if now == before:
            break
        before = now
    return before


async def test_24_the_ways_to_a_person_are_at_the_same_place_in_every_state(widget: Any) -> None:
    await widget.open()
    places = []
    for act in ("nothing", "ask", "menu", "offline"):
        if act == "ask":
            await widget.ask()
        if act == "menu":
            await widget.menu()
        if act == "offline":
            await widget.page.context.set_offline(True)
        call = widget.panel.get_by_role("link", name=HOTLINE)
        assert await call.get_attribute("href") == "tel:0000000000"
        person = widget.button(widget.texts["person"])
        places.append([await at_rest(call), await at_rest(person)])
    await widget.page.context.set_offline(False)
    assert all(place == places[0] for place in places)


async def test_25_there_is_no_puzzle(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    assert (
        await widget.page.locator("heza-assistant iframe, heza-assistant img, heza-assistant canvas").count()
        == 0
    )


async def test_26_it_says_that_it_is_a_machine(widget: Any) -> None:
    await widget.open()
    assert "máy trả lời tự động" in str(await widget.page.locator(".welcome").text_content())


async def test_27_enter_that_ends_a_word_of_an_input_method_does_not_send(widget: Any) -> None:
    await widget.open()
    await widget.input.focus()
    session = await widget.page.context.new_cdp_session(widget.page)
    await session.send("Input.imeSetComposition", {"text": "giâ", "selectionStart": 3, "selectionEnd": 3})
    keydown = """(how) => {
      const input = document.querySelector('heza-assistant').shadowRoot.querySelector('#question');
      const enter = {key: 'Enter', bubbles: true, cancelable: true, ...how};
      return input.dispatchEvent(new KeyboardEvent('keydown', enter));
    }"""
    for how in ({"isComposing": True}, {"keyCode": 229}):
        assert await widget.page.evaluate(keydown, how)  # not taken
    await session.send("Input.insertText", {"text": "giấy phép"})
    assert await widget.page.locator("li.question").count() == 0
    assert await widget.input.input_value() == "giấy phép"
    await widget.input.press("Enter")
    assert await widget.page.locator("li.question h3").text_content() == "giấy phép"


async def test_28_a_chosen_reply_keeps_its_text_and_the_others_close(widget: Any) -> None:
    await widget.open()
    answer = await widget.ask()
    replies = answer.locator(".suggestions button")
    await replies.first.focus()
    await widget.page.keyboard.press("Enter")
    await widget.answers.nth(1).wait_for()
    assert await replies.first.text_content() == f"Lệ phí? ({widget.texts['chosen']})"
    assert (
        await replies.evaluate_all("all => all.map((e) => e.getAttribute('aria-disabled'))") == ["true"] * 2
    )
    assert await widget.focused() == "question"


async def test_29_drawings_say_nothing(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    drawings = await widget.page.locator("heza-assistant svg").evaluate_all(
        "all => all.map((e) => e.ariaHidden)"
    )
    assert set(drawings) == {"true"}


async def test_30_the_panel_keeps_above_the_keyboard_of_the_screen(make_widget: Any) -> None:
    widget = await make_widget("/", width=390, height=720)
    await widget.open()
    await widget.page.evaluate(
        """() => {
          Object.defineProperty(visualViewport, 'height', {value: 380, configurable: true});
          visualViewport.dispatchEvent(new Event('resize'));
        }"""
    )
    box = await widget.input.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 380

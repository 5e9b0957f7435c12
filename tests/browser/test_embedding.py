"""The widget in other people's pages: policy, integrity, requests, layout, frames, options."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_under_the_strictest_policy_nothing_is_violated(make_widget: Any, house: Any) -> None:
    widget = await make_widget(house.host)
    await widget.open()
    answer = await widget.ask()
    for name in ("copy", "print", "share"):
        await answer.get_by_role("button", name=widget.texts[name]).click()
    await widget.menu()
    await widget.button("English").click()
    assert (await widget.seen())["violations"] == []
    ground = await widget.page.locator(".header").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(12, 63, 76)"  # it is styled all the same


async def test_the_script_is_what_its_hash_says(make_widget: Any, house: Any) -> None:
    widget = await make_widget("/")
    published = await (await widget.page.request.get(f"{house.url}/widget/integrity.json")).json()
    file = published["files"]["widget.js"]
    body = await (await widget.page.request.get(house.url + file["url"])).body()
    hashed = base64.b64encode(hashlib.sha384(body).digest()).decode()
    assert file["integrity"] == f"sha384-{hashed}"
    assert await widget.page.locator("script").get_attribute("integrity") == file["integrity"]


@pytest.mark.parametrize("right", [True, False])
async def test_a_page_of_another_origin_can_pin_the_hash(make_widget: Any, house: Any, right: bool) -> None:
    page = await make_widget("/")
    published = await (await page.page.request.get(f"{house.url}/widget/integrity.json")).json()
    file = published["files"]["widget.js"]
    integrity = file["integrity"] if right else "sha384-" + "A" * 64
    house.host_page["html"] = (
        f'<!doctype html><title>Host</title><script src="{house.url}{file["url"]}" integrity="{integrity}" '
        'crossorigin="anonymous" defer></script>'
    )
    await page.page.goto(house.host)
    await page.page.wait_for_load_state("networkidle")
    assert await page.launcher.count() == int(right)


async def test_before_the_first_click_nothing_but_the_script_is_fetched(make_widget: Any, house: Any) -> None:
    widget = await make_widget(house.host)
    requests: list[str] = []
    widget.page.on("request", lambda request: requests.append(request.url))
    await widget.page.reload()
    await widget.launcher.wait_for()
    await widget.page.wait_for_load_state("networkidle")
    assert requests == [f"{house.host}/", f"{house.url}/widget/latest/widget.js"]
    assert await widget.page.evaluate("[...document.fonts].length") == 0


async def test_the_layout_of_the_page_never_shifts(widget: Any) -> None:
    await widget.open()
    await widget.ask()
    assert (await widget.seen())["shifts"] == 0


async def test_the_host_cannot_dress_it_and_it_does_not_dress_the_host(make_widget: Any, house: Any) -> None:
    house.host_page["policy"] = f"script-src {house.url}; style-src 'unsafe-inline'"
    house.host_page["html"] += (
        "<style>* {color: red !important; font-size: 8px !important} "
        "heza-assistant {display: none; position: static}</style>"
    )
    widget = await make_widget(house.host)
    assert await widget.launcher.is_visible()
    await widget.open()
    style = await widget.panel.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).fontSize]")
    assert style == ["rgb(23, 36, 43)", "16px"]


async def test_options_of_the_script_tag(make_widget: Any, house: Any) -> None:
    options = 'data-lang="en" data-position="left" data-theme="dark" data-hotline="0000 111 222"'
    house.host_page["html"] = house.host_page["html"].replace("defer", f"defer {options}")
    widget = await make_widget(house.host, lang="en")
    assert "0000 111 222" in str(await widget.launcher.text_content())
    await widget.open()
    box = await widget.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    assert await widget.panel.get_attribute("lang") == "en"
    ground = await widget.panel.evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(22, 36, 42)"


async def test_a_link_of_the_page_opens_it(widget: Any) -> None:
    await widget.page.locator("main [data-heza-open]").click()
    assert await widget.panel.is_visible()
    assert widget.page.url.rstrip("/").count("/ask") == 0


async def test_the_frame_page_is_the_assistant_alone(make_widget: Any) -> None:
    widget = await make_widget("/embed?lang=en&theme=dark", lang="en")
    assert await widget.launcher.count() == 0
    assert (await widget.panel.bounding_box())["width"] == 1280
    assert await widget.button(widget.texts["close"]).count() == 0
    await widget.input.press("Escape")
    await widget.ask("work permit")
    assert (await widget.seen())["violations"] == []


@pytest.mark.parametrize("listed", [True, False])
async def test_only_listed_sites_may_frame_it(browser: Any, house: Any, listed: bool) -> None:
    house.host_page.update(policy="", html=f'<!doctype html><iframe src="{house.url}/embed"></iframe>')
    host = house.host if listed else house.host.replace("127.0.0.1", "localhost")
    page = await browser.new_page()
    await page.goto(host)
    await page.wait_for_load_state("networkidle")
    assert await page.frame_locator("iframe").locator(".panel").count() == int(listed)
    await page.close()


async def test_without_scripts_a_question_is_answered(browser: Any, house: Any) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = await context.new_page()
    await page.goto(house.url)
    # Switched off from outside, Chromium shows no <noscript>; the same link stands above.
    await page.get_by_role("link", name="Đặt câu hỏi", exact=True).click()
    await page.get_by_label("Câu hỏi của quý vị").fill("giấy phép lao động")
    await page.get_by_role("button", name="Gửi câu hỏi").click()
    article = page.locator("article")
    assert "10 ngày làm việc" in str(await article.text_content())
    assert "152/2020/NĐ-CP, Điều 9" in str(await article.text_content())
    assert await article.locator(".tag.expired").text_content() == "Hết hiệu lực"
    await page.get_by_role("button", name="Lệ phí?").click()
    assert "Trong 15 ngày." in str(await page.locator("article").text_content())
    assert house.rasa.calls[-1]["text"] == "Lệ phí?"
    await context.close()

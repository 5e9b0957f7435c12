"""The portal's own pages and the files of the widget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

import pytest

from actions.base import Desk
from portal.markup import document, h
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, Reply, StubRasa, answer

VERSION = "1.2.3-0a1b2c3d"


def test_what_goes_into_a_page_is_escaped() -> None:
    page = document(h("p", {"title": '"><script>'}, "<b>", h("i", None, "&"), "</b>"))
    assert page == '<!doctype html>\n<p title="&quot;&gt;<script&gt;">&lt;b&gt;<i>&amp;</i>&lt;/b&gt;</p>'
    assert tostring(h("p", {"lang": None}, None, "a", "b"), encoding="unicode") == "<p>ab</p>"


@pytest.fixture
def www(tmp_path: Path) -> Path:
    """A built widget."""
    folder = tmp_path / "www" / "widget"
    (folder / VERSION).mkdir(parents=True)
    (folder / VERSION / "widget.js").write_text("built();")
    file = {"url": f"/widget/{VERSION}/widget.js", "integrity": "sha384-abc", "bytes": 8, "gzip_bytes": 8}
    (folder / "integrity.json").write_text(json.dumps({"version": VERSION, "files": {"widget.js": file}}))
    return tmp_path / "www"


@pytest.fixture
async def site(make_portal: MakePortal, www: Path) -> Portal:
    return await make_portal(
        www=www, origins=frozenset({"https://host.example"}), desk=Desk("0000 000 000", "8–17")
    )


async def get(portal: Portal, path: str, **options: Any) -> Reply:
    async with portal.client.get(path, **options) as response:
        return Reply(response.status, response.headers, await response.text())


class TestWidgetFiles:
    @pytest.mark.parametrize(
        ("version", "caching"),
        [(VERSION, "public, max-age=31536000, immutable"), ("latest", "public, max-age=300")],
    )
    async def test_a_version_is_cached_for_ever_the_newest_shortly(
        self, site: Portal, version: str, caching: str
    ) -> None:
        reply = await get(site, f"/widget/{version}/widget.js")
        assert (reply.status, reply.text) == (200, "built();")
        assert reply.headers["Cache-Control"] == caching
        assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"

    async def test_earlier_versions_stay(self, site: Portal, www: Path) -> None:
        (www / "widget" / "1.0.0-ffffffff").mkdir()
        (www / "widget" / "1.0.0-ffffffff" / "widget.js").write_text("earlier();")
        assert (await get(site, "/widget/1.0.0-ffffffff/widget.js")).text == "earlier();"

    async def test_the_hashes_are_published(self, site: Portal) -> None:
        reply = await get(site, "/widget/integrity.json")
        assert json.loads(reply.text)["files"]["widget.js"]["integrity"] == "sha384-abc"

    @pytest.mark.parametrize("version", ["9.9.9", "..", "%2e%2e", "..%2f..", "a" * 60])
    async def test_nothing_else_is_served(self, site: Portal, version: str) -> None:
        assert (await get(site, f"/widget/{version}/widget.js")).status == 404

    async def test_before_the_first_build_there_is_nothing(
        self, make_portal: MakePortal, tmp_path: Path
    ) -> None:
        portal = await make_portal(www=tmp_path / "none")
        for path in ("/widget/latest/widget.js", "/widget/integrity.json"):
            assert (await get(portal, path)).status == 404
        home = await get(portal, "/?lang=vi")
        assert "Phần trợ lý chưa được dựng" in home.text
        assert "<script" not in home.text


class TestHome:
    async def test_it_embeds_the_widget_with_its_hash_and_the_hotline(self, site: Portal) -> None:
        page = (await get(site, "/?lang=vi")).text
        assert f'<script src="/widget/{VERSION}/widget.js" integrity="sha384-abc" defer' in page
        assert 'data-hotline="0000 000 000"' in page
        assert 'href="/a/procedure.permit?lang=vi">Cấp giấy phép lao động' in page

    @pytest.mark.parametrize(("accepts", "lang"), [("en-GB,en", "en"), ("vi", "vi"), ("fr", "vi")])
    async def test_its_language_is_that_of_the_browser(self, site: Portal, accepts: str, lang: str) -> None:
        page = await get(site, "/", headers={"Accept-Language": accepts})
        assert f'<html lang="{lang}">' in page.text


class TestEmbed:
    async def test_listed_sites_may_frame_it(self, site: Portal) -> None:
        reply = await get(site, "/embed?lang=en&theme=dark")
        policy = reply.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self' https://host.example;" in policy
        assert 'data-mode="page" data-theme="dark"' in reply.text

    async def test_other_pages_may_not_be_framed(self, site: Portal) -> None:
        for path in ("/", "/ask", "/a/procedure.permit"):
            policy = (await get(site, path)).headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy


class TestPermanentAnswer:
    async def test_it_is_the_answer_of_the_entry(self, site: Portal) -> None:
        reply = await get(site, "/a/procedure.permit?lang=vi&facet=time_limit")
        assert reply.status == 200
        assert "Trong 10 ngày." in reply.text
        assert "Theo quy định tại ngày 22/11/2026." in reply.text
        assert "Mục procedure.permit, bản 1." in reply.text

    async def test_the_law_is_read_on_the_day_of_the_address(self, site: Portal) -> None:
        reply = await get(site, "/a/procedure.permit?lang=en&facet=time_limit&as_of=2025-01-01")
        assert "Within 15 days." in reply.text
        assert (
            'href="/a/procedure.permit?lang=en&amp;facet=time_limit">Read the law as of today' in reply.text
        )

    @pytest.mark.parametrize("path", ["/a/procedure.none", "/a/procedure.permit?facet=fee", "/a/%3Cb%3E"])
    async def test_what_is_not_there_is_said(self, site: Portal, path: str) -> None:
        reply = await get(site, path)
        assert (reply.status, "Không tìm thấy" in reply.text) == (404, True)

    async def test_a_day_that_does_not_exist_is_refused(self, site: Portal) -> None:
        assert (await get(site, "/a/procedure.permit?as_of=2026-02-30")).status == 400


class TestQuestionWithoutScripts:
    async def test_a_question_is_answered_with_its_sources(self, site: Portal, rasa: StubRasa) -> None:
        reply = await site.call("POST", "/ask", data={"q": " phí\x00 ", "lang": "vi"})
        assert reply.status == 200
        assert rasa.calls[-1]["text"] == "phí"
        for said in ("Trong 15 ngày.", "35/2022/NĐ-CP", "Điều 26", "Chưa xác nhận", 'value="Lệ phí?"'):
            assert said in reply.text
        assert reply.headers["Referrer-Policy"] == "same-origin"
        assert "form-action 'self'" in reply.headers["Content-Security-Policy"]

    async def test_markup_stays_text(self, site: Portal, rasa: StubRasa) -> None:
        rasa.reply = answer("<script>evil()</script>")
        reply = await site.call("POST", "/ask", data={"q": "<img src=x>"})
        assert "<script>evil" not in reply.text
        assert "&lt;script&gt;evil" in reply.text
        assert "<img" not in reply.text

    @pytest.mark.parametrize(
        ("question", "said"), [("", "Xin nhập câu hỏi."), ("ă" * 2001, "Câu hỏi dài quá 4000 byte")]
    )
    async def test_a_question_that_cannot_be_taken_is_shown_again(
        self, site: Portal, rasa: StubRasa, question: str, said: str
    ) -> None:
        reply = await site.call("POST", "/ask", data={"q": question})
        assert reply.status == 400
        assert said in reply.text
        assert f"{question}</textarea>" in reply.text
        assert rasa.calls == []

    async def test_another_site_cannot_ask(self, site: Portal) -> None:
        reply = await site.call("POST", "/ask", data={"q": "phí"}, headers={"Origin": "https://evil.example"})
        assert reply.status == 403

    async def test_while_rasa_is_away_it_says_so(self, site: Portal, rasa: StubRasa) -> None:
        rasa.status = 500
        reply = await site.call("POST", "/ask", data={"q": "phí", "lang": "vi"})
        assert "Hệ thống trả lời đang tạm gián đoạn" in reply.text

"""The portal's own pages: demo host page, iframe page, permanent answers, a page without scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from aiohttp import web

from actions.base import Desk
from knowledge.answer import Answer, Lang, as_lang
from knowledge.dates import display, today
from knowledge.model import Entry
from knowledge.rendering import Renderer, When, main_facet
from knowledge.store import Store
from knowledge.texts import Texts, load_texts, texts
from portal.answer_html import answer_html, link
from portal.guard import page_policy
from portal.intake import MessageRequest, check_dates, clean_text
from portal.markup import Child, document, h, items
from portal.problems import Problem, portal_texts, request_language
from portal.turns import OFFICIAL_SITE, Turn
from portal.widget_files import WidgetFiles

NATIONAL_PORTAL = "https://dichvucong.gov.vn"
_TEXTS = Path(__file__).parent / "texts" / "pages"
_STATIC = Path(__file__).parent / "static"
_SUBJECTS = ("procedure", "incentive", "customs", "zone")
_LISTED = 6

AskOnce = Callable[[str, Lang], Awaitable[Turn]]
"""Answers one question in a conversation of its own."""


@dataclass(frozen=True)
class Pages:
    """The handlers of the pages.

    Args:
        store: the knowledge base, for permanent answers.
        desk: how a visitor reaches a person.
        widget: the built widget.
        ask: answers the question of the page without scripts.
        origins: who may frame ``/embed``.
    """

    store: Store
    desk: Desk
    widget: WidgetFiles
    ask: AskOnce
    origins: frozenset[str] = frozenset()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the pages, of what they are made of, and of the widget."""
        return [
            web.get("/", self.home),
            web.get("/embed", self.embed),
            web.get("/a/{entry}", self.answer),
            web.get("/ask", self.question),
            web.post("/ask", self.question),
            web.static("/static/", _STATIC),
            *self.widget.routes(),
        ]

    async def home(self, request: web.Request) -> web.Response:
        """Return a page in the look of an authority's portal, with the widget in it."""
        t = _texts(request)
        subjects = await asyncio.to_thread(self._subjects, t)
        noscript = h("p", None, t("home.noscript"), " ", _a(t("home.noscript_link"), "/ask", lang=t.lang))
        opener = h(
            "a", {"class": "button", "href": f"/ask?lang={t.lang}", "data-heza-open": ""}, t("home.ask")
        )
        hero = h(
            "section",
            {"class": "hero"},
            h("h1", None, t("home.headline")),
            h("p", None, t("home.lead")),
            h("p", None, opener),
            h("noscript", None, noscript),
            None if self.widget.newest() else h("p", {"class": "notice"}, t("home.not_built")),
        )
        demo = h("p", {"class": "demo"}, t("home.demo"))
        body = [demo, hero, h("div", {"class": "subjects"}, *subjects)]
        return self._page(t, "home", t("home.title"), body, script=self._script(t, {}))

    def _subjects(self, t: Texts) -> list[Element]:
        """Return for each subject some entries with their permanent addresses."""
        found = []
        entries, hides = self.store.entries, self.store.switches.hides
        for kind in _SUBJECTS:
            ids = [entry for entry in entries if entry.startswith(f"{kind}.")][: 2 * _LISTED]
            shown = [entry for entry in entries.fetch(ids).values() if not hides(entry, main_facet(entry))]
            if shown:
                links = [_a(_name(entry, t), f"/a/{entry.id}", lang=t.lang) for entry in shown[:_LISTED]]
                found.append(h("section", None, h("h2", None, t(f"home.{kind}")), items("ul", links)))
        return found

    async def embed(self, request: web.Request) -> web.Response:
        """Return the page for an iframe: nothing but the assistant."""
        t = _texts(request)
        script = self._script(t, {"data-mode": "page", "data-theme": _one_of(request, "theme")})
        noscript = h("noscript", None, _a(t("home.noscript_link"), "/ask", lang=t.lang))
        root = _document(t, t("assistant"), [noscript, script], "embed")
        policy = page_policy(frame_ancestors=("'self'", *sorted(self.origins)))
        return _html(root, {"Content-Security-Policy": policy})

    async def answer(self, request: web.Request) -> web.Response:
        """Return what is recorded about an entry: the permanent address of an answer."""
        t = _texts(request)
        when = _when(request)
        facets = [name for name in request.query.get("facet", "").split(",") if name]
        found = await asyncio.to_thread(self._entry_answer, request.match_info["entry"], facets, when, t.lang)
        if found is None:
            text = [h("h1", None, t("not_found.title")), h("p", None, t("not_found.text"))]
            return self._page(t, "answer", t("not_found.title"), text, status=404)
        entry, shown, answer = found
        name = _name(entry, t)
        body = [
            h("p", {"class": "eyebrow"}, t("answer.title")),
            h("h1", None, name),
            answer_html(answer, t),
            *_dates(t, answer, entry, when, shown),
            self._others(t, entry, shown),
        ]
        return self._page(t, "answer", name, body)

    def _entry_answer(
        self, entry_id: str, facets: list[str], when: When, lang: str
    ) -> tuple[Entry, list[str], Answer] | None:
        entry = self.store.entries.get(entry_id)
        if entry is None or any(name not in entry.facets for name in facets):
            return None
        shown = facets or [main_facet(entry)]
        return entry, shown, Renderer(self.store, lang).answer(entry_id, shown, when)

    def _others(self, t: Texts, entry: Entry, shown: list[str]) -> Element | None:
        """Return links to what else is recorded about an entry."""
        facet_names = texts(t.lang)
        links = [
            _a(facet_names(f"facet.{name}"), f"/a/{entry.id}", lang=t.lang, facet=name)
            for name in entry.facets
            if name not in shown and facet_names.has(f"facet.{name}")
        ]
        if not links:
            return None
        return h(
            "nav",
            {"aria-labelledby": "more"},
            h("h2", {"id": "more"}, t("answer.facets")),
            items("ul", links),
        )

    async def question(self, request: web.Request) -> web.Response:
        """Answer one question without any script."""
        form = await request.post() if request.method == "POST" else {}
        t = _texts(request, str(form.get("lang") or ""))
        asked, status, complaint = str(form.get("q") or ""), 200, None
        shown: list[Child] = []
        if request.method == "POST":
            try:
                turn = await self.ask(clean_text(asked), as_lang(t.lang))
                shown = _turn(turn, t)
                asked = ""
            except Problem as problem:
                status = problem.status
                detail = portal_texts(t.lang)(f"problem.{problem.key}.detail", **problem.values)
                complaint = h("p", {"class": "complaint", "id": "complaint", "role": "alert"}, detail)
        body = [
            h("h1", None, t("ask.title")),
            *shown,
            _question_form(t, asked, complaint),
            h("p", {"class": "muted"}, f"{t('ask.lead')} {t('ask.automatic')}"),
        ]
        # Without a referrer a browser calls the origin of the form "null", and that is refused.
        more = {
            "Content-Security-Policy": page_policy(form_action="'self'"),
            "Referrer-Policy": "same-origin",
        }
        return self._page(t, "ask", t("ask.title"), body, status=status, headers=more)

    def _script(self, t: Texts, more: dict[str, str | None]) -> Element | None:
        newest = self.widget.newest()
        if newest is None:
            return None
        attributes = {
            "src": newest.url,
            "integrity": newest.integrity,
            "defer": "",
            "data-lang": t.lang,
            "data-hotline": self.desk.hotline,
            "data-hours": self.desk.hours,
        }
        return h("script", {**attributes, **more})

    def _page(
        self,
        t: Texts,
        kind: str,
        title: str,
        body: Sequence[Child],
        *,
        script: Element | None = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> web.Response:
        parts = [
            h("a", {"class": "skip", "href": "#main"}, t("skip")),
            _header(t),
            h("main", {"id": "main"}, *body),
            self._footer(t),
            script,
        ]
        return _html(_document(t, f"{title} – {t('site')}", parts, kind), headers, status)

    def _footer(self, t: Texts) -> Element:
        hotline = self.desk.hotline
        call = (
            _a(hotline, "tel:" + "".join(c for c in hotline if c.isdigit() or c == "+")) if hotline else None
        )
        return h(
            "footer",
            None,
            h("p", None, t("hotline"), call, f" {self.desk.hours or ''}") if hotline else None,
            h("p", None, link(f"{t('home.official')}: heza.gov.vn", OFFICIAL_SITE)),
            h("p", None, link(t("home.national"), NATIONAL_PORTAL)),
        )


def _header(t: Texts) -> Element:
    other = "en" if t.lang == "vi" else "vi"
    nav = [
        _a(t("home.title"), "/", lang=t.lang),
        _a(t("ask.title"), "/ask", lang=t.lang),
        h("a", {"href": f"/?lang={other}", "lang": other, "hreflang": other}, t("language")),
    ]
    return h(
        "header",
        None,
        h("p", {"class": "site"}, h("span", {"class": "seal", "aria-hidden": "true"}), t("site")),
        h("nav", {"aria-label": t("site")}, items("ul", nav)),
    )


def _dates(t: Texts, answer: Answer, entry: Entry, when: When, shown: list[str]) -> list[Child]:
    """Return on what days the law was read, and which version of the entry this is."""
    day = when.as_of or today().isoformat()
    said = [t("answer.read_on", day=display(day, t.lang))]
    if when.licensed_on:
        said.append(t("answer.licensed", day=display(when.licensed_on, t.lang)))
    said += [t("answer.version", entry=e.id, version=e.version) for e in answer.entries]
    newer = None
    if when.as_of and when.as_of != today().isoformat():
        address = {"lang": t.lang, "facet": ",".join(shown)}
        newer = h("p", None, _a(t("answer.today"), f"/a/{entry.id}", **address))
    return [h("p", {"class": "muted"}, " ".join(said)), newer]


def _turn(turn: Turn, t: Texts) -> list[Child]:
    own = load_texts(_TEXTS, turn.lang)
    asked = h("p", {"class": "asked"}, h("span", {"class": "eyebrow"}, t("ask.asked")), turn.question)
    more = [
        h("button", {"name": "q", "value": one.text, "type": "submit"}, one.text) for one in turn.suggestions
    ]
    following = None
    if more:
        hidden = h("input", {"type": "hidden", "name": "lang", "value": turn.lang})
        head = h("h2", None, t("ask.next"))
        following = h("form", {"method": "post", "action": "/ask"}, head, hidden, items("ul", more))
    return [asked, answer_html(turn, own), following]


def _question_form(t: Texts, asked: str, complaint: Element | None) -> Element:
    wrong = {"aria-invalid": "true", "aria-describedby": "complaint"} if complaint is not None else {}
    field = {"id": "q", "name": "q", "rows": "3", "maxlength": "4000", "required": "", **wrong}
    return h(
        "form",
        {"method": "post", "action": "/ask", "class": "question"},
        h("label", {"for": "q"}, t("ask.label")),
        complaint,
        h("textarea", field, asked),
        h("input", {"type": "hidden", "name": "lang", "value": t.lang}),
        h("button", {"type": "submit", "class": "primary"}, t("ask.send")),
    )


def _document(t: Texts, title: str, body: Sequence[Child], kind: str) -> Element:
    head = h(
        "head",
        None,
        h("meta", {"charset": "utf-8"}),
        h("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        h("title", None, title),
        h("link", {"rel": "icon", "href": "/static/icon.svg"}),
        h("link", {"rel": "stylesheet", "href": "/static/pages.css"}),
    )
    return h("html", {"lang": t.lang}, head, h("body", {"class": kind}, *body))


def _html(root: Element, headers: dict[str, str] | None = None, status: int = 200) -> web.Response:
    policy = {"Content-Security-Policy": page_policy(), "Cache-Control": "no-cache"}
    return web.Response(
        text=document(root), content_type="text/html", status=status, headers={**policy, **(headers or {})}
    )


def _a(text: str | None, address: str, **query: str) -> Element:
    given = urlencode({name: value for name, value in query.items() if value})
    return h("a", {"href": f"{address}?{given}" if given else address}, text)


def _name(entry: Entry, t: Texts) -> str:
    name = entry.name.get(t.lang)
    return name[:1].upper() + name[1:]


def _texts(request: web.Request, wanted: str = "") -> Texts:
    lang = wanted or request.query.get("lang", "")
    return load_texts(_TEXTS, lang if lang in {"vi", "en"} else request_language(request))


def _one_of(request: web.Request, name: str) -> str | None:
    value = request.query.get(name)
    return value if value in {"auto", "light", "dark"} else None


def _when(request: web.Request) -> When:
    """Read the dates of a permanent address.

    Raises:
        Problem: 400, no such date.
    """
    as_of, licensed = request.query.get("as_of"), request.query.get("licensed_on")
    check_dates(MessageRequest(text="-", as_of=as_of, licensed_on=licensed))
    return When(as_of=as_of, licensed_on=licensed)

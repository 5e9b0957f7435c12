"""The pages behind the links of mails. Opening one does nothing: mail programs fetch links by themselves."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

from aiohttp import web

from portal.guard import page_policy
from portal.markup import Child, document, h
from portal.subscriptions.addresses import Purpose
from portal.subscriptions.letters import PATHS, subscription_texts


def question_page(purpose: Purpose, token: str, lang: str) -> web.Response:
    """Return the page with the button."""
    t = subscription_texts(lang)
    form = h(
        "form",
        {"method": "post", "action": f"{PATHS[purpose]}?{urlencode({'token': token})}"},
        h("button", {"type": "submit", "class": "primary"}, t(f"page.{purpose}.button")),
    )
    return _page(lang, t(f"page.{purpose}.title"), [h("p", None, t(f"page.{purpose}.text")), form])


def notice_page(which: Literal["confirm.done", "stop.done", "gone.text"], lang: str) -> web.Response:
    """Return the page that says what has become of it; 404 for a link that is no longer valid."""
    t = subscription_texts(lang)
    title = t(f"page.{which.partition('.')[0]}.title")
    text = h("p", {"role": "status"}, t(f"page.{which}"))
    return _page(lang, title, [text], 404 if which == "gone.text" else 200)


def _page(lang: str, title: str, body: list[Child], status: int = 200) -> web.Response:
    site = subscription_texts(lang)("site")
    head = h(
        "head",
        None,
        h("meta", {"charset": "utf-8"}),
        h("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        h("meta", {"name": "robots", "content": "noindex"}),
        h("title", None, f"{title} – {site}"),
        h("link", {"rel": "stylesheet", "href": "/static/pages.css"}),
    )
    header = h("header", None, h("p", {"class": "site"}, site))
    main = h("main", {"id": "main"}, h("h1", None, title), *body)
    root = h("html", {"lang": lang}, head, h("body", {"class": "ask"}, header, main))
    headers = {
        "Content-Security-Policy": page_policy(form_action="'self'"),
        "Cache-Control": "no-store",
        # Without a referrer a browser calls the origin of the form "null", and that is refused.
        "Referrer-Policy": "same-origin",
    }
    return web.Response(text=document(root), content_type="text/html", status=status, headers=headers)

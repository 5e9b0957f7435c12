"""A conversation as a file that its visitor keeps: plain text, a page, or data."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from knowledge.dates import HANOI
from knowledge.texts import Texts
from portal.problems import portal_texts
from portal.records import Record, Said

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "h1{font-size:1.4rem}h2{font-size:1rem;margin:2rem 0 .25rem}"
    "time{color:#555;font-size:.875rem;font-weight:400}"
    "p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0}"
)
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
"""No script, no connection, nothing but its own style sheet; the page repeats it for when it is a file."""


def as_json(record: Record) -> dict[str, Any]:
    """Return the record as data."""
    return {
        "started_at": record.started_at.isoformat(),
        "lang": record.lang,
        "said": [
            {"at": s.at.isoformat(), "question": s.question, "turn": s.turn, "agent": s.agent}
            for s in record.said
        ],
    }


def as_text(record: Record) -> str:
    """Return the record as plain text, with the sources and dates of every answer."""
    t = portal_texts(record.lang)
    lines = [t("transcript.title"), t("transcript.started", time=_time(record.started_at)), ""]
    for said in record.said:
        for who, what in _lines(said, t):
            lines += [f"[{_time(said.at)}] {who}:", what, ""]
    return "\n".join([*lines, t("transcript.note"), ""])


def as_html(record: Record) -> str:
    """Return the record as a page that needs nothing else."""
    t = portal_texts(record.lang)
    parts = [
        f'<!DOCTYPE html>\n<html lang="{escape(record.lang)}">\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(PAGE_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(t('transcript.title'))}</title>\n<style>{_STYLE}</style>",
        f"<h1>{escape(t('transcript.title'))}</h1>",
        f"<p>{escape(t('transcript.started', time=_time(record.started_at)))}</p>",
    ]
    for said in record.said:
        at = f'<time datetime="{said.at.isoformat()}">{_time(said.at)}</time>'
        parts += [f"<h2>{escape(who)} {at}</h2>\n<p>{escape(what)}</p>" for who, what in _lines(said, t)]
    return "\n".join([*parts, f"<p><small>{escape(t('transcript.note'))}</small></p>\n</html>\n"])


def _lines(said: Said, t: Texts) -> Iterator[tuple[str, str]]:
    """Yield who said what."""
    if said.agent is not None:
        yield said.agent.get("name") or t("transcript.officer"), str(said.agent.get("text", ""))
        return
    if said.question:  # a correction answers none
        yield t("transcript.visitor"), said.question
    yield t("transcript.assistant"), said.turn["text"] if said.turn else t("transcript.unanswered")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%d/%m/%Y %H:%M}"

"""Search in the knowledge base; public and read-only."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from actions.base import Tools
from knowledge.dates import today
from knowledge.model import Kind
from knowledge.rendering import Renderer, When
from knowledge.search import Searcher
from portal.api.describing import json_reply, problems, query
from portal.api.http import json_response, number, one_of
from portal.intake import MessageRequest, check_dates, clean_text

MAX_RESULTS = 20
_SHOWN = {"outcome", "blocks", "citations", "caveats"}
_RESULTS = {
    "type": "object",
    "required": ["q", "lang", "results"],
    "properties": {
        "q": {"type": "string"},
        "lang": {"enum": ["vi", "en"]},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["entry", "facet", "kind", "name", "score", *sorted(_SHOWN)],
            },
        },
    },
}
MODELS: list[Any] = []
PATHS: dict[str, Any] = {
    "/v1/search": {
        "get": {
            "summary": "Search the knowledge base",
            "parameters": [
                query("q", {"type": "string", "minLength": 1}, required=True),
                query("lang", {"enum": ["vi", "en"]}),
                query("kind", {"type": "string"}),
                query("as_of", {"type": "string", "format": "date"}),
                query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_RESULTS}),
            ],
            "responses": {"200": json_reply(_RESULTS, "Results, best first"), **problems(400, 403, 429)},
        }
    }
}


class Search:
    """``/v1/search``."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._searcher = Searcher(tools.store)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/v1/search", self.search)]

    async def search(self, request: web.Request) -> web.Response:
        """Return what the knowledge base has on a question, rendered."""
        question = clean_text(request.query.get("q", ""))
        lang = one_of(request, "lang", ("vi", "en"), "vi") or "vi"
        kind = one_of(request, "kind", tuple(Kind), None)
        limit = number(request, "limit", "10", range(1, MAX_RESULTS + 1))
        when = When(as_of=_as_of(request))
        results = await asyncio.to_thread(self._results, question, lang, kind, limit, when)
        return json_response({"q": question, "lang": lang, "results": results})

    def _results(
        self, question: str, lang: str, kind: str | None, limit: int, when: When
    ) -> list[dict[str, Any]]:
        renderer = Renderer(self._tools.store, lang)
        results = []
        hits = self._searcher.search(question, limit=3 * MAX_RESULTS)
        entries = self._tools.store.entries.fetch(hit.entry for hit in hits)
        for hit in hits:
            entry = entries.get(hit.entry)
            if entry and kind in {None, entry.kind}:
                answer = renderer.answer(hit.entry, [hit.facet], when)
                found = {
                    "entry": hit.entry,
                    "facet": hit.facet,
                    "kind": entry.kind,
                    "name": entry.name.get(lang),
                    "score": round(hit.score, 4),
                }
                results.append({**found, **answer.model_dump(mode="json", include=_SHOWN)})
        return results[:limit]


def _as_of(request: web.Request) -> str:
    value = request.query.get("as_of")
    if value is None:
        return today().isoformat()
    check_dates(MessageRequest(text="-", as_of=value))
    return value

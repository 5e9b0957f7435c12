"""Runs axe over a page of the console."""

from __future__ import annotations

from tests.browser.console.office import Console
from tests.browser.test_accessibility import TAGS, axe


async def violations(console: Console) -> list[str]:
    """Return what axe finds on the whole page, each with its first place."""
    await console.page.evaluate(axe())
    found = await console.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{v['id']}: {v['nodes'][0]['html']} {v['nodes'][0]['failureSummary']}" for v in found["violations"]
    ]

"""Drives the widget as a visitor does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page

_TEXTS = Path(__file__).resolve().parents[2] / "widget" / "src" / "texts"
FOCUS = "(document.querySelector('heza-assistant').shadowRoot.activeElement)"


@dataclass(frozen=True)
class Widget:
    """The widget in one page."""

    page: Page
    lang: str = "vi"

    @property
    def texts(self) -> dict[str, str]:
        """The widget's own catalogue."""
        found: dict[str, str] = json.loads((_TEXTS / f"{self.lang}.json").read_text(encoding="utf-8"))
        return found

    @property
    def launcher(self) -> Locator:
        return self.page.locator("button.launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    @property
    def input(self) -> Locator:
        return self.page.locator("#question")

    @property
    def answers(self) -> Locator:
        return self.page.locator("li.turn article")

    def button(self, name: str) -> Locator:
        """Return a button of the panel by its accessible name."""
        return self.panel.get_by_role("button", name=name, exact=True)

    async def open(self) -> None:
        """Open the panel."""
        await self.launcher.click()
        await self.panel.wait_for()

    async def send(self, text: str) -> None:
        """Type a question and send it."""
        await self.input.fill(text)
        await self.input.press("Enter")

    async def ask(self, text: str = "giấy phép lao động") -> Locator:
        """Ask, wait for the answer and return it."""
        before = await self.answers.count()
        await self.send(text)
        newest = self.answers.nth(before)
        await newest.wait_for()
        return newest

    async def menu(self) -> Locator:
        """Open the options and return them."""
        await self.button(self.texts["menu"]).click()
        return self.page.locator(".menu")

    async def focused(self) -> str:
        """Return what has the focus inside the widget: class or id, empty if it is elsewhere."""
        script = f"() => {{ const e = {FOCUS}; return e ? e.id || e.className || e.tagName : '' }}"
        return str(await self.page.evaluate(script))

    async def seen(self) -> dict[str, Any]:
        """Return what the page has noticed: violations of its policy, shifts of its layout."""
        found: dict[str, Any] = await self.page.evaluate("window.seen")
        return found

    async def listen(self) -> None:
        """Record from now on every text that is put into a live region."""
        await self.page.evaluate(
            """() => {
              window.spoken = [];
              const root = document.querySelector('heza-assistant').shadowRoot;
              new MutationObserver((changes) => {
                for (const change of changes) {
                  const live = '[aria-live], [role=status], [role=alert], [role=log]';
                  const region = change.target.closest?.(live);
                  if (!region) continue;
                  const added = [...change.addedNodes].map((node) => node.textContent).join('').trim();
                  if (added) window.spoken.push(added);
                }
              }).observe(root, {childList: true, subtree: true, characterData: true});
            }"""
        )

    async def spoken(self) -> list[str]:
        """Return what was told aloud since `listen`."""
        found: list[str] = await self.page.evaluate("window.spoken")
        return found

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from actions.base import Desk, Tools
from actions.message import NAMED, Entity, Message
from actions.server import make_executor
from tests.conftest import MakeStore

MakeTools = Callable[..., Tools]


@pytest.fixture(autouse=True)
def _calendar(today: date) -> None:
    """No test depends on the day on which it runs."""


@pytest.fixture
def make_tools(make_store: MakeStore) -> MakeTools:
    """Return a maker of tools over a store of the given entries."""

    def make(*items: Any, desk: Desk | None = None) -> Tools:
        tools = Tools.over(make_store(*items), desk)
        make_executor(tools)
        return tools

    return make


def said(text: str, *entities: Entity, intents: dict[str, float] | None = None, **fields: Any) -> Message:
    """A message as Rasa understood it, in English unless told otherwise.

    What the intent says of a matter that is about no entry, the subject classifier says too; what is named
    it sees as well.
    """
    intents = intents or {"ask_procedure_overview": 1.0}
    agreed = {f"intent.{name}": 1.5 * p - 0.9 for name, p in intents.items() if not name.startswith("ask_")}
    seen = {e.value: 0.1 for e in entities if e.type in NAMED}
    return Message(text, intents, entities, **{"lang": "en", "subjects": seen | agreed, **fields})


def entity(text: str, spelled: str, kind: str, value: str, **fields: Any) -> Entity:
    """The entity that stands where ``spelled`` stands in ``text``."""
    start = text.index(spelled)
    return Entity(kind, value, start, start + len(spelled), **fields)

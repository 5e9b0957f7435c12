"""Shortcuts in Rasa: three in its action calls, which cost half a turn as they are, and one for events.

Rasa 3.6.21 compiles the JSON schema of an action's reply at every call (16 ms of
20, see docs/adr/0004), opens a connection for each, and sends every event of the
conversation along although our actions read only the slots and the last message. For each
event that it reads it also searches all its classes for the one of that name. Rasa has no
setting for any of it; its version is pinned, and a test holds these methods to what they replace.
"""

from __future__ import annotations

import functools
from contextlib import nullcontext
from typing import Any

import rasa
from aiohttp import ClientSession
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

_new_session = EndpointConfig.session
_class_of_event = Event.resolve_by_type


def shorten_action_calls() -> None:
    """Put the shortcuts in place (for the whole process, at server start)."""
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
    RemoteAction._action_call_format = _call_without_history
    EndpointConfig.session = _kept_session
    Event.resolve_by_type = staticmethod(functools.cache(_class_of_event))


def _call_without_history(
    self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> dict[str, Any]:
    return {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state(EventVerbosity.NONE),
        "version": rasa.__version__,
        "domain": domain.as_dict(),
    }


def _kept_session(self: EndpointConfig) -> nullcontext[ClientSession]:
    """Return the one client of an endpoint, in a context that leaves it open: connections stay alive."""
    kept: ClientSession | None = getattr(self, "_kept", None)
    if kept is None or kept.closed:
        kept = self._kept = _new_session(self)
    return nullcontext(kept)

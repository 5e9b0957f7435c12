"""The ways to a person, and to the state of a dossier."""

from __future__ import annotations

from actions.base import HezaAction, Reply
from actions.message import Message
from actions.resolver import Resolution
from knowledge.answer import Block, Form, Link, Outcome, Para

OFFICIAL_SITE = "https://heza.gov.vn"


class RequestHumanAction(HezaAction):
    """Names the ways to a person: the hotline, the desk if there is one, the official site."""

    action_name = "action_request_human"
    special = "request_human"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Tell how to reach an officer."""
        desk, t = self.tools.desk, self.texts(message.lang)
        blocks: list[Block]
        if desk.hotline:
            hours = t("person.hours", hours=desk.hours) if desk.hours else ""
            blocks = [Para(text=t("person.hotline", hotline=desk.hotline) + hours)]
        else:
            blocks = [Para(text=t("person.desk" if desk.handoff else "person.site"))]
        if desk.handoff:
            blocks.append(Form(form="contact"))
        blocks.append(Link(text=t("person.link"), url=OFFICIAL_SITE))
        return Reply(self.answer(message, Outcome.NO_ANSWER, blocks))


class DossierStatusAction(HezaAction):
    """Says that identity is needed before anything about a dossier is said; the portal does the rest."""

    action_name = "action_dossier_status"
    special = "dossier_status"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Say what is needed, and offer the form for it."""
        text = self.texts(message.lang)("dossier.needs_identity")
        blocks: list[Block] = [Para(text=text), Form(form="dossier_lookup")]
        return Reply(self.answer(message, Outcome.NEEDS_IDENTITY, blocks, [self.person(message)]))

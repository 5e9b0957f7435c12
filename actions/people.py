"""The ways to a person, and to the state of a dossier."""

from __future__ import annotations

from actions.base import HezaAction, Reply
from actions.message import Message
from actions.resolver import Resolution
from knowledge.answer import Block, Form, Link, Outcome, Para

OFFICIAL_SITE = "https://heza.gov.vn"
NATIONAL_PORTAL = "https://dichvucong.gov.vn"


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
    """Asks for identity before anything about a dossier is said."""

    action_name = "action_dossier_status"
    special = "dossier_status"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Say what is needed and where the state can be looked up today."""
        t = self.texts(message.lang)
        blocks: list[Block] = [
            Para(text=t("dossier.needs_identity")),
            Para(text=t("dossier.not_connected")),
            Link(text=t("dossier.portal"), url=NATIONAL_PORTAL),
        ]
        return Reply(self.answer(message, Outcome.NEEDS_IDENTITY, blocks, [self.person(message)]))

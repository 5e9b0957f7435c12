"""What the calls work with: made once at start, closed once at the end."""

from __future__ import annotations

import os
from dataclasses import dataclass

from actions.base import Tools
from dossiers.holidays import calendar_from
from dossiers.opening import open_dossiers
from dossiers.procedures import Procedures
from dossiers.service import KEYS, Dossiers
from portal.api.http import Access
from portal.conversations import Conversations
from portal.direct import DirectAnswers
from portal.handoff.visits import Visits
from portal.hub import Hub
from portal.identity.answers import Answers
from portal.identity.desk import DossierDesk
from portal.keys import keys_path
from portal.metrics import Metrics
from portal.privacy.erasure import Eraser, Erasures
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker
from portal.privacy.vault import Vault, make_vault
from portal.rasa import RasaClient
from portal.rates import Rates
from portal.settings import Settings
from portal.tokens import TokenSigner
from portal.turns import TurnService


@dataclass(frozen=True)
class Services:
    """The parts of the portal, each made before those that need it."""

    conversations: Conversations
    rasa: RasaClient
    hub: Hub
    key: PrivacyKey
    vault: Vault
    erasures: Erasures
    eraser: Eraser
    dossiers: Dossiers
    desk: DossierDesk
    visits: Visits
    direct: DirectAnswers
    turns: TurnService
    signer: TokenSigner
    access: Access
    masker: Masker
    rates: Rates

    async def close(self) -> None:
        """End the turns under way, then give back all connections."""
        await self.turns.finish_pending()
        await self.hub.close()
        await self.rates.close()
        await self.vault.close()
        await self.rasa.close()
        self.conversations.close()
        self.dossiers.close()


def make_services(settings: Settings, tools: Tools, metrics: Metrics) -> Services:
    """Build the parts as the settings say."""
    conversations = Conversations(settings.conversations_url)
    rasa, hub = RasaClient(settings.rasa_url, settings.secret), Hub(settings.redis_url)
    metrics.watch_workers(rasa.workers)
    key = PrivacyKey.from_file(settings.var / "privacy-key")
    vault, erasures = make_vault(settings.redis_url, key), Erasures(conversations.engine)
    dossiers = _open_dossiers(settings, tools, metrics)
    desk = DossierDesk(dossiers, vault, Answers(tools.store, calendar_from(os.environ), settings.desk))
    visits, direct = Visits(conversations.engine, settings.handoff), DirectAnswers(tools.store)
    turns = TurnService(
        conversations, rasa, settings.desk, settings.model, metrics, hub, direct, desk, visits.silence
    )
    signer = TokenSigner.from_file(keys_path(settings.var))
    return Services(
        conversations=conversations,
        rasa=rasa,
        hub=hub,
        key=key,
        vault=vault,
        erasures=erasures,
        eraser=Eraser(erasures, vault, rasa),
        dossiers=dossiers,
        desk=desk,
        visits=visits,
        direct=direct,
        turns=turns,
        signer=signer,
        access=Access(conversations, signer),
        masker=Masker([settings.desk.hotline] if settings.desk.hotline else []),
        rates=Rates(settings.limits, settings.redis_url),
    )


def _open_dossiers(settings: Settings, tools: Tools, metrics: Metrics) -> Dossiers:
    return open_dossiers(
        Procedures.of(tools.store.recorded),
        metrics.looked_up,
        url=settings.dossiers_url,
        keys=settings.var / KEYS,
    )

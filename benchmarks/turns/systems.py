"""The two assistants that are compared, each with its processes and the way it is asked."""

from __future__ import annotations

import shutil
import time
import uuid
from abc import ABC, abstractmethod
from pathlib import Path

from aiohttp import ClientSession

from benchmarks.plain_rasa.building import plain_model
from benchmarks.sizing import Use, used
from evaluation.parts import LOOPBACK, Part, actions_part, free_port, portal_part, rasa_part
from knowledge.content import read
from knowledge.loading import load
from knowledge.store import Store
from launcher.places import Places

OURS, PLAIN = "HEZA assistant", "plain Rasa"
TIME_TO_START = 600.0
TURNS_A_SESSION = 5
_TIMES = "times.jsonl"
_ENDPOINTS, _CREDENTIALS = Path("endpoints.yml"), Path("credentials.yml")


class System(ABC):
    """An assistant with all its processes.

    Args:
        folder: takes its databases and logs.
    """

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.parts: list[Part] = []

    @property
    def times(self) -> Path:
        """The file in which its Rasa notes the parts of each turn."""
        return self.folder / _TIMES

    @property
    def actions_log(self) -> Path:
        """The file in which its actions note how long they took."""
        return next(self.folder.glob("actions-*.log"), None) or next(self.folder.glob("portal-*.log"))

    @property
    def metrics(self) -> str | None:
        """Where it shows its figures, if it does."""
        return None

    def start(self) -> float:
        """Start all processes and wait for them; return the seconds until all were ready."""
        started = time.perf_counter()
        for part in self.parts:
            part.begin()
        for part in self.parts:
            part.wait(TIME_TO_START)
        return time.perf_counter() - started

    def end(self) -> None:
        """End all processes."""
        for part in self.parts:
            part.end()

    def use(self) -> Use:
        """Return what its processes have used together."""
        each = [used(part.pid) for part in self.parts]
        return Use(sum(u.cpu for u in each), sum(u.memory for u in each), sum(u.peak for u in each))

    @abstractmethod
    async def session(self, http: ClientSession) -> str:
        """Begin a conversation."""

    @abstractmethod
    async def ask(self, http: ClientSession, session: str, text: str) -> bool:
        """Send a message and wait for the turn; tell whether it is an answer."""


class Ours(System):
    """The assistant as ``make run`` starts it: Rasa, and the portal with the actions."""

    name = OURS

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        actions, self._metrics = str(free_port()), str(free_port())
        webhook = f"http://{LOOPBACK}:{actions}/webhook"
        rasa, address = rasa_part(folder, webhook, TURN_TIMES=str(self.times))
        rasa.use(_ENDPOINTS, "benchmarks" / Path("turns") / _ENDPOINTS)
        ports = {"HEZA_ACTIONS_PORT": actions, "HEZA_METRICS_PORT": self._metrics}
        portal, self.url = portal_part(folder, address, **ports)
        self.parts = [rasa, portal]

    @property
    def metrics(self) -> str:
        """Where the portal shows its figures."""
        return f"http://{LOOPBACK}:{self._metrics}/metrics"

    async def session(self, http: ClientSession) -> str:
        """Begin a conversation, as the widget does."""
        async with http.post(f"{self.url}/v1/session", json={}) as response:
            response.raise_for_status()
            return str((await response.json())["token"])

    async def ask(self, http: ClientSession, session: str, text: str) -> bool:
        """Ask the portal and wait for the turn."""
        headers = {"Authorization": f"Bearer {session}"}
        url = f"{self.url}/v1/messages?wait=true"
        async with http.post(url, json={"text": text}, headers=headers) as response:
            return response.status == 200 and (await response.json())["outcome"] != "service_down"


class Plain(System):
    """A plain Rasa assistant of the same intents and actions: server and action server, no portal."""

    name = PLAIN

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        actions, webhook = actions_part(folder)
        model = plain_model(Places())
        times = str(self.times)
        as_rasa_has_it = {"OPENBLAS_NUM_THREADS": "0"}
        rasa, self.url = rasa_part(
            folder, webhook, model, "/webhooks/rest/", TURN_TIMES=times, **as_rasa_has_it
        )
        for file in (_ENDPOINTS, _CREDENTIALS):
            rasa.use(file, "benchmarks" / Path("plain_rasa") / file)
        self.parts = [rasa, actions]

    async def session(self, http: ClientSession) -> str:
        """Name a new sender; Rasa's REST channel knows no sessions."""
        return uuid.uuid4().hex

    async def ask(self, http: ClientSession, session: str, text: str) -> bool:
        """Ask Rasa's REST channel."""
        body = {"sender": session, "message": text}
        async with http.post(f"{self.url}/webhooks/rest/webhook", json=body) as response:
            return response.status == 200 and any("custom" in reply for reply in await response.json())


def both(folder: Path) -> tuple[System, System]:
    """Return the two assistants over the same knowledge, not yet started."""
    folders = [folder / name for name in ("ours", "plain")]
    for each in folders:
        each.mkdir()
    first = folders[0] / "knowledge.sqlite"
    store = Store(f"sqlite:///{first}")
    load(store, read())
    store.close()
    shutil.copyfile(first, folders[1] / first.name)
    return Ours(folders[0]), Plain(folders[1])


class Visitors:
    """Visitors of one assistant, each of whom begins a new conversation after some turns.

    Args:
        system: whom they ask.
        http: with what.
        turns: in one conversation.
    """

    def __init__(self, system: System, http: ClientSession, turns: int = TURNS_A_SESSION) -> None:
        self._system = system
        self._http = http
        self._turns = turns
        self._spare: list[str] = []
        self._current: dict[int, tuple[str, int]] = {}

    async def prepare(self, sessions: int) -> None:
        """Begin conversations beforehand: a turn is measured, not the beginning of a session."""
        self._spare += [await self._system.session(self._http) for _ in range(sessions)]

    async def ask(self, visitor: int, text: str) -> bool:
        """Have a visitor ask."""
        session, left = self._current.get(visitor, ("", 0))
        if not left:
            session = self._spare.pop() if self._spare else await self._system.session(self._http)
            left = self._turns
        self._current[visitor] = (session, left - 1)
        return await self._system.ask(self._http, session, text)

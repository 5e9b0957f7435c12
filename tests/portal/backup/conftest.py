from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from knowledge.database import connect, migrate
from knowledge.loading import load
from knowledge.store import Store
from portal.backup.__main__ import main
from portal.backup.erased import hashed
from portal.conversations import Conversations
from portal.privacy.erasure import Erasures
from portal.tables import erasures, sessions, turns
from tests.portal.conftest import PERMIT
from tests.samples import make_content

LAYOUTS = ("sqlite", "postgresql", "postgresql, tracker in SQLite")
Run = Callable[..., int]


@dataclass(frozen=True)
class House:
    """A deployment: where its databases are, and what people do in it."""

    folder: Path
    database: str | None
    tracker: str

    @property
    def portal(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'portal.sqlite'}"

    @property
    def knowledge(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'knowledge.sqlite'}"

    @property
    def rasa(self) -> str:
        """What stands before the names of Rasa's tables."""
        return "rasa." if self.tracker.startswith("postgresql") else ""

    def build(self) -> None:
        """Make every table, and load the content."""
        self.folder.mkdir()
        with closing(Store(self.knowledge)) as store:
            load(store, make_content(PERMIT))
        engine = connect(self.database or f"sqlite:///{self.folder / 'dossiers.sqlite'}")
        migrate(engine, "dossiers")
        engine.dispose()
        Conversations(self.portal).close()
        self.in_tracker(
            *(["CREATE SCHEMA rasa"] if self.rasa else []),
            f"CREATE TABLE {self.rasa}events (id integer PRIMARY KEY, sender_id varchar(255), data text)",
            f"CREATE TABLE {self.rasa}tombstones (conversation varchar(64) PRIMARY KEY, forgotten_at float)",
        )

    def in_tracker(self, *statements: str) -> list[str]:
        """Execute statements in Rasa's database; return the first column of what the last one found."""
        engine = connect(self.tracker)
        with engine.begin() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            found = [str(row[0]) for row in results[-1]] if results[-1].returns_rows else []
        engine.dispose()
        return found

    def talk(self, session: str, days_ago: float = 0) -> None:
        """Have a conversation in portal and tracker."""
        moment = datetime.now(UTC) - timedelta(days=days_ago)
        turn = {"id": f"turn-{session}", "session": session, "seq": 1, "question": "phí", "asked": {}}
        with (
            closing(Conversations(self.portal)) as conversations,
            conversations.engine.execution_options(writes=True).begin() as connection,
        ):
            connection.execute(insert(sessions), {"id": session, "created_at": moment})
            connection.execute(insert(turns), {**turn, "created_at": moment, "turn": {"text": "Miễn phí."}})
        self.in_tracker(
            f"INSERT INTO {self.rasa}events (id, sender_id) "
            f"SELECT coalesce(max(id), 0) + 1, '{session}' FROM {self.rasa}events"
        )

    def erase(self, session: str, rasa_is_up: bool = True) -> None:
        """Erase a session; Rasa leaves a tombstone if it is up."""
        with closing(Conversations(self.portal)) as conversations:
            erasing = Erasures(conversations.engine)
            erasing.erase(session)
            if rasa_is_up:
                self.in_tracker(
                    f"DELETE FROM {self.rasa}events WHERE sender_id = '{session}'",
                    f"INSERT INTO {self.rasa}tombstones VALUES ('{hashed(session)}', 0)",
                )
                erasing.done(session)

    def sessions(self) -> set[str]:
        return self._ids(select(sessions.c.id))

    def answered(self) -> set[str]:
        return self._ids(select(turns.c.session).where(turns.c.turn.is_not(None)))

    def to_forget(self) -> set[str]:
        return self._ids(select(erasures.c.conversation))

    def tracked(self) -> set[str]:
        return set(self.in_tracker(f"SELECT sender_id FROM {self.rasa}events"))

    def _ids(self, query: object) -> set[str]:
        with (
            closing(Conversations(self.portal)) as conversations,
            conversations.engine.connect() as connection,
        ):
            return set(connection.execute(query).scalars())  # type: ignore[call-overload]


@pytest.fixture(params=LAYOUTS)
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A deployment on each layout of databases in turn, with nothing said in it yet."""
    folder = tmp_path / "var"
    database = None
    if request.param != "sqlite":
        database = request.getfixturevalue("postgresql_server").new_database()
    own = f"sqlite:///{folder / 'tracker.sqlite'}"
    made = House(folder, database, database if database and request.param == "postgresql" else own)
    _set(monkeypatch, made)
    made.build()
    return made


@pytest.fixture
def another(house: House, request: pytest.FixtureRequest, tmp_path: Path) -> House:
    """Another machine of the same layout, with nothing on it at all."""
    folder = tmp_path / "elsewhere"
    database = request.getfixturevalue("postgresql_server").new_database() if house.database else None
    own = f"sqlite:///{folder / 'tracker.sqlite'}"
    return House(folder, database, database if database and house.rasa else own)


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Callable[[House], None]:
    """Return what makes a deployment the one that commands work on."""
    return lambda house: _set(monkeypatch, house)


@pytest.fixture
def archive(house: House, tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of archives."""

    def make(*options: str) -> Path:
        target = tmp_path / "backups"
        before = set(target.glob("heza-*")) if target.exists() else set()
        assert main(["make", str(target), *options]) == 0
        return (set(target.glob("heza-*")) - before).pop()

    return make


def _set(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setenv("HEZA_VAR", str(house.folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("HEZA_TRACKER", raising=False)
    if house.database:
        monkeypatch.setenv("DATABASE_URL", house.database)
    if house.database and not house.rasa:
        monkeypatch.setenv("HEZA_TRACKER", str(house.folder / "tracker.sqlite"))

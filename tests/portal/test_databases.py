"""The portal on either database, and on the files of the release before migrations."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from knowledge.database import connect, writing
from knowledge.loading import load
from knowledge.store import Store
from knowledge.switches import switch
from portal.conversations import Conversations
from portal.stored import Question
from tests.portal.conftest import PERMIT, TRANG_DUE, MakePortal
from tests.samples import make_content


async def test_the_portal_runs_on_either_database(make_portal: MakePortal, database: str) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    portal = await make_portal(database_url=database)
    found = await portal.call("GET", "/v1/search", params={"q": "giay phep lao dong", "lang": "en"})
    assert found.json["results"][0]["blocks"][0]["text"] == "Within 10 days."
    opened = await portal.call("POST", "/v1/session", json={"lang": "vi"})
    assert opened.status == 201
    store.close()


async def test_a_search_shows_nothing_of_what_is_switched_off(make_portal: MakePortal, database: str) -> None:
    store = Store(database)
    load(store, make_content(PERMIT, TRANG_DUE))
    with writing(store.engine) as connection:
        switch(connection, "procedure", True, "Lan", "new decree")
    portal = await make_portal(database_url=database)
    found = await portal.call("GET", "/v1/search", params={"q": "giay phep lao dong", "lang": "en"})
    assert {result["outcome"] for result in found.json["results"]} == {"no_answer"}
    assert "days" not in str(found.json["results"])
    store.close()


OLD_TABLES = """
CREATE TABLE sessions (id VARCHAR NOT NULL PRIMARY KEY, lang VARCHAR, page VARCHAR,
    created_at DATETIME NOT NULL);
CREATE TABLE turns (id VARCHAR NOT NULL PRIMARY KEY, session VARCHAR NOT NULL REFERENCES sessions (id),
    seq INTEGER NOT NULL, client_id VARCHAR, request JSON NOT NULL, question VARCHAR NOT NULL,
    created_at DATETIME NOT NULL, turn JSON, UNIQUE (session, seq), UNIQUE (session, client_id));
CREATE TABLE choices (id VARCHAR NOT NULL PRIMARY KEY, session VARCHAR NOT NULL REFERENCES sessions (id),
    seq INTEGER NOT NULL, text VARCHAR NOT NULL, ask JSON NOT NULL);
INSERT INTO sessions VALUES ('s-1', 'en', NULL, '2026-11-22 10:00:00.000000');
INSERT INTO turns VALUES ('t-1', 's-1', 1, NULL, '{}', 'phí', '2026-11-22 10:00:01.000000', '{"seq": 1}');
"""


def test_conversations_of_the_first_release_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "portal.sqlite"
    old = sqlite3.connect(path)
    old.executescript(OLD_TABLES)
    old.close()
    conversations = Conversations(f"sqlite:///{path}")
    assert conversations.language("s-1") == "en"
    assert [(e.id, e.data) for e in conversations.events_after("s-1", 0)] == [(1, {"seq": 1})]
    assert conversations.store("s-1", Question("phí"), "f", None).seq == 2
    conversations.close()
    with connect(f"sqlite:///{path}").connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version_portal").scalar_one()
    head = ScriptDirectory.from_config(Config("alembic.ini", ini_section="portal")).get_current_head()
    assert version == head

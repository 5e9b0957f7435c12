"""Migrations: they make what the models describe, once, on both databases."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect

from dossiers.tables import Base as DossierBase
from knowledge.database import Schema, connect, migrate, version_table
from knowledge.loading import load
from knowledge.store import Store
from knowledge.tables import Base
from portal.recall.uses import turn_entries
from tests.samples import make_content

ROOT = Path(__file__).resolve().parents[2]
MODELS: dict[Schema, MetaData] = {
    "knowledge": Base.metadata,
    "portal": turn_entries.metadata,
    "dossiers": DossierBase.metadata,
}


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = connect(database)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("schema", ["knowledge", "portal", "dossiers"])
def test_migrations_and_models_agree(engine: Engine, schema: Schema) -> None:
    for each in MODELS:
        migrate(engine, each)

    def ours(name: str | None, sort: str, _parents: object) -> bool:
        return name in MODELS[schema].tables if sort == "table" else "full_text" not in str(name)

    with engine.connect() as connection:
        options = {"include_name": ours, "version_table": version_table(schema), "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, MODELS[schema]) == []


def test_a_second_time_nothing_is_left_to_do(engine: Engine) -> None:
    migrate(engine, "knowledge")
    before = inspect(engine).get_table_names()
    migrate(engine, "knowledge")
    assert inspect(engine).get_table_names() == before
    assert "alembic_version_portal" not in before


def test_processes_that_start_together_wait_for_each_other(database: str) -> None:
    engines = [connect(database) for _ in range(4)]
    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(lambda engine: migrate(engine, "portal"), engines))
    assert {"sessions", "turns", "choices"} < set(inspect(engines[0]).get_table_names())
    for engine in engines:
        engine.dispose()


def test_the_knowledge_of_the_first_release_is_built_anew(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        """
        CREATE TABLE entries (id VARCHAR PRIMARY KEY, kind VARCHAR, version INTEGER, hash VARCHAR, data JSON);
        CREATE TABLE documents (number VARCHAR PRIMARY KEY, data JSON);
        CREATE TABLE targets (id INTEGER PRIMARY KEY, entry VARCHAR, facet VARCHAR, folded VARCHAR);
        CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR);
        CREATE VIRTUAL TABLE targets_words USING fts5(folded, content='targets', tokenize='unicode61');
        CREATE VIRTUAL TABLE targets_grams USING fts5(folded, content='targets', tokenize='trigram');
        INSERT INTO meta VALUES ('source', 'x');
        """
    )
    old.close()
    store = Store(f"sqlite:///{path}")
    load(store, make_content())
    assert list(store.entries) == ["document.35-2022-nd-cp"]
    assert not inspect(store.engine).has_table("documents")
    store.close()


@pytest.mark.parametrize("schema", ["knowledge", "portal", "dossiers"])
def test_the_command_line_of_alembic_works_as_well(database: str, schema: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": "."}
    for command in (["upgrade", "head"], ["check"]):
        run = subprocess.run(
            [sys.executable, "-m", "alembic", "-n", schema, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr

"""What tests are given instead of running the migrations anew is what the migrations make."""

from __future__ import annotations

from typing import get_args

import pytest
from sqlalchemy import inspect, text

from benchmarks.postgresql import Postgresql
from knowledge.database import Schema, connect, migrate, recorded_revision
from tests.migrations import replayed

IN_ITS_OWN_WORDS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


@pytest.mark.parametrize("schema", get_args(Schema))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_replayed_database_is_a_migrated_one(
    kind: str, schema: Schema, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    def made() -> list[str]:
        if kind == "postgresql":
            server: Postgresql = request.getfixturevalue("postgresql_server")
            return described(server.new_database(), schema)
        return described(f"sqlite:///{tmp_path_factory.mktemp('new') / 'test.sqlite'}", schema)

    with replayed():  # forgets what other tests let it hear
        migrated, repeated = made(), made()
    assert repeated == migrated
    assert len(migrated) > 3


def described(url: str, schema: Schema) -> list[str]:
    """Return all tables of a new database, with the revision and its indexes."""
    engine = connect(url)
    migrate(engine, schema)
    tables = inspect(engine)
    said = [
        f"{name}: {one}"
        for all_of in (tables.get_multi_columns(), tables.get_multi_foreign_keys())
        for (_schema, name), found in all_of.items()
        for one in found
    ]
    with engine.connect() as connection:
        said += connection.execute(text(IN_ITS_OWN_WORDS[engine.dialect.name])).scalars()
    revision = recorded_revision(engine, schema)
    engine.dispose()
    assert revision is not None
    return [revision, *sorted(said)]

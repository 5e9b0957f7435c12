"""The environment of the migrations of all schemas: ``knowledge``, ``portal``, ``dossiers``.

Each has a section in ``alembic.ini``, a folder of its own here, and its own table of
versions, so that all can live in one database. At start `knowledge.database.migrate`
hands over its connection; Alembic's command line opens one.
"""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, MetaData

from knowledge.database import connect, database_url, var, version_table, writing


def _metadata() -> MetaData:
    if context.config.config_ini_section == "portal":
        from portal.recall.uses import turn_entries  # brings the tables of most parts of the portal with it
        from portal.unanswered.tables import metadata

        assert metadata is turn_entries.metadata
        return metadata
    if context.config.config_ini_section == "dossiers":
        from dossiers.tables import Base as DossierBase

        return DossierBase.metadata
    from knowledge.tables import Base

    return Base.metadata


def _url() -> str:
    section = context.config.config_ini_section
    if section in ("portal", "dossiers"):
        return os.environ.get("DATABASE_URL") or f"sqlite:///{var() / f'{section}.sqlite'}"
    return database_url()


def _run(connection: Connection) -> None:
    metadata = _metadata()

    def ours(name: str | None, sort: str, _parents: object) -> bool:
        """Leave out the other schema's tables, and what only one database has for the full-text index."""
        if sort == "table":
            return name in metadata.tables
        return "full_text" not in str(name)

    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=version_table(context.config.config_ini_section),
        include_name=ours,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with writing(connect(_url())) as opened:
        _run(opened)

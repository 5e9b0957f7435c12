"""Making a back-up while the assistant runs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from knowledge.database import Schema, connect, recorded_revision
from knowledge.store import Store
from portal.backup import archive, postgresql, sqlite
from portal.backup.places import BackupFault, Database, key_files

SCHEMAS: tuple[Schema, ...] = ("knowledge", "portal", "dossiers")
_PATTERN = "heza-*.tar.gz"


def make(databases: Sequence[Database], folder: Path, target: Path, with_keys: bool = False) -> Path:
    """Write an archive into a folder; return its path.

    Each database is as it was at one moment, the tracker's at the latest: what was erased
    between two of these moments is put right when it is restored.

    Args:
        databases: all of them (`portal.backup.places.databases`).
        folder: of the keys (``HEZA_VAR``).
        target: folder of the archives.
        with_keys: put the keys in, too; whoever has such an archive can read everything.

    Raises:
        BackupFault: a database is missing or cannot be read.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    moment = datetime.now(UTC)
    staging = Path(tempfile.mkdtemp(prefix=".making-", dir=target))
    try:
        copies = [_copy(database, staging) for database in databases]
        keys = key_files(folder)
        manifest = archive.Manifest(
            made_at=moment,
            release=_release(databases),
            revisions=_revisions(databases),
            databases=tuple(
                archive.Held(stores=database.stores, engine=database.engine, file=archive.member(path))
                for database, path in zip(databases, copies, strict=True)
            ),
            keys={path.name: archive.sha256(path) for path in keys},
            key_members=tuple(archive.member(path) for path in keys) if with_keys else (),
        )
        result = target / f"heza-{moment:%Y-%m-%dT%H%M%S.%fZ}.tar.gz"
        archive.write(result, manifest, [*copies, *(keys if with_keys else [])])
        return result
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def drop_older(folder: Path, days: int) -> list[Path]:
    """Delete archives that were made more than so many days ago; return them."""
    moment = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    old = [path for path in sorted(folder.glob(_PATTERN)) if path.stat().st_mtime < moment]
    for path in old:
        path.unlink()
    return old


def _copy(database: Database, staging: Path) -> Path:
    if database.engine == "postgresql":
        copy = staging / f"{database.name}.dump"
        postgresql.dump(database, copy)
        return copy
    if not database.path.exists():
        raise BackupFault(f"{database.path} does not exist: has the assistant ever run here?")
    copy = staging / f"{database.name}.sqlite"
    sqlite.copy(database.path, copy)
    return copy


def _release(databases: Sequence[Database]) -> str:
    """Return the release of the content, as turns name it."""
    holder = next(database for database in databases if "knowledge" in database.stores)
    try:
        with closing(Store(holder.text)) as store:
            return store.release
    except (KeyError, DBAPIError):
        return "-"


def _revisions(databases: Sequence[Database]) -> dict[str, str]:
    """Return how far the tables of each schema are."""
    found: dict[str, str] = {}
    for schema in SCHEMAS:
        holder = next(database for database in databases if schema in database.stores)
        engine = connect(holder.text)
        try:
            revision = recorded_revision(engine, schema)
        finally:
            engine.dispose()
        if revision:
            found[schema] = revision
    return found

"""Restoring a back-up into a system that stands still."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from knowledge.database import Schema, connect, knows_revision, migrate
from portal.backup import archive, erased, postgresql, sqlite
from portal.backup.erased import Again
from portal.backup.places import BackupFault, Database
from portal.conversations import Conversations


def verify(source: Path) -> archive.Manifest:
    """Unpack an archive to nowhere, every file and every database in it checked; return what it says.

    Raises:
        BackupFault: it is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="heza-verify-") as folder:
        return _checked(source, Path(folder))


def restore(
    source: Path,
    databases: Sequence[Database],
    folder: Path,
    days: int,
    hashes: frozenset[str] = frozenset(),
    replace: bool = False,
) -> tuple[archive.Manifest, Again]:
    """Put an archive in place of the databases, and erase again what had been erased.

    Everything that can be wrong with the archive or the place is found before anything changes.
    Each database is replaced whole or not at all; if it breaks off between two, restore again.

    Args:
        source: the archive.
        databases: where it goes.
        folder: of keys and embedded databases (``HEZA_VAR``).
        days: `retention_days`.
        hashes: of conversations that are known as erased, besides those that the present databases know.
        replace: whether data that are there may be lost.

    Returns:
        What the archive says about itself, and what was erased once more.

    Raises:
        BackupFault: the archive is damaged or does not fit, the assistant runs, or data are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".restoring-", dir=folder))
    try:
        manifest = _checked(source, staging)
        _must_fit(manifest, databases)
        _must_stand_still(databases)
        if not replace and any(_has_data(database) for database in databases):
            raise BackupFault("There are data already: make a back-up of them and use --replace.")
        gone = set(hashes) | erased.known(databases)
        _put_keys(manifest, staging, folder)
        for database, held in zip(databases, manifest.databases, strict=True):
            _put(database, staging / held.file.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest, _erase_again(databases, gone, days)


def foreign_keys(manifest: archive.Manifest, folder: Path) -> list[str]:
    """Return files of keys that belong to the data but are missing or others here."""
    return [
        name
        for name, digest in sorted(manifest.keys.items())
        if not (folder / name).exists() or archive.sha256(folder / name) != digest
    ]


def _checked(source: Path, folder: Path) -> archive.Manifest:
    manifest = archive.unpack(source, folder)
    for held in manifest.databases:
        check = sqlite.check if held.engine == "sqlite" else postgresql.check
        check(folder / held.file.name)
    return manifest


def _must_fit(manifest: archive.Manifest, databases: Sequence[Database]) -> None:
    wanted = [(database.engine, database.stores) for database in databases]
    if [(held.engine, held.stores) for held in manifest.databases] != wanted:
        raise BackupFault(
            "The back-up is of another layout of databases: DATABASE_URL and HEZA_TRACKER must be as they "
            f"were. It holds {_layout([(held.engine, held.stores) for held in manifest.databases])}; "
            f"here are {_layout(wanted)}."
        )
    schemas: tuple[Schema, ...] = ("knowledge", "portal", "dossiers")
    for schema in schemas:
        revision = manifest.revisions.get(schema)
        if revision and not knows_revision(schema, revision):
            raise BackupFault(
                f"The back-up is of a newer release: its tables of {schema} are not known here."
            )


def _layout(found: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    return "; ".join(f"{engine}: {', '.join(stores)}" for engine, stores in found)


def _must_stand_still(databases: Sequence[Database]) -> None:
    for database in databases:
        busy = sqlite.in_use(database.path) if database.engine == "sqlite" else postgresql.in_use(database)
        if busy:
            raise BackupFault(
                f"The database of {', '.join(database.stores)} is in use: stop the assistant first."
            )


def _has_data(database: Database) -> bool:
    if database.engine == "sqlite":
        return database.path.exists() and database.path.stat().st_size > 0
    return postgresql.has_tables(database)


def _put(database: Database, staged: Path) -> None:
    if database.engine == "sqlite":
        sqlite.put(staged, database.path)
    else:
        postgresql.load(staged, database)


def _put_keys(manifest: archive.Manifest, staging: Path, folder: Path) -> None:
    for part in manifest.key_members:
        (staging / part.name).replace(folder / part.name)


def _erase_again(databases: Sequence[Database], hashes: set[str], days: int) -> Again:
    """Bring the restored tables up to date, and erase."""
    holders = {store: database for database in databases for store in database.stores}
    schemas: tuple[Schema, ...] = ("knowledge", "dossiers")
    for schema in schemas:
        engine = connect(holders[schema].text)
        migrate(engine, schema)
        engine.dispose()
    tracker = connect(holders["tracker"].text)
    try:
        with closing(Conversations(holders["portal"].text)) as conversations:
            return erased.reapply(conversations.engine, tracker, hashes, days)
    finally:
        tracker.dispose()

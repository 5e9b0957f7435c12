"""The archive: one compressed tar file with a manifest that names every member by size and hash."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from portal.backup.places import BackupFault, Engine

MANIFEST = "manifest.json"
_MOST_MANIFEST = 1024 * 1024
_PORTION = 1024 * 1024


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Part):
    """A file of the archive."""

    name: str
    size: int
    sha256: str


class Held(_Part):
    """A database of the archive, and whose data it holds."""

    stores: tuple[str, ...]
    engine: Engine
    file: Member


class Manifest(_Part):
    """What an archive says about itself.

    Args:
        revisions: of the tables of each schema (migrations).
        keys: hash of each file of keys that belongs to the data; ``key_members`` only if they are in.
    """

    format: Literal[1] = 1
    made_at: datetime
    release: str
    revisions: dict[str, str]
    databases: tuple[Held, ...]
    keys: dict[str, str]
    key_members: tuple[Member, ...] = ()

    @property
    def members(self) -> tuple[Member, ...]:
        """All files but the manifest."""
        return (*(held.file for held in self.databases), *self.key_members)


def member(path: Path) -> Member:
    """Describe a file."""
    return Member(name=path.name, size=path.stat().st_size, sha256=sha256(path))


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(target: Path, manifest: Manifest, files: Sequence[Path]) -> None:
    """Write an archive that only its owner may read, whole or not at all."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with open(partial, "xb", opener=_private) as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
                said = manifest.model_dump_json(indent=1).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size = len(said)
                archive.addfile(head, io.BytesIO(said))
                for path in files:
                    archive.add(path, arcname=path.name, recursive=False)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder, every file compared with the manifest.

    Raises:
        BackupFault: it is damaged, incomplete, or of a form that is not known here.
    """
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            manifest = _manifest(archive)
            expected = {part.name: part for part in manifest.members}
            for found in archive:
                if found.name != MANIFEST:
                    _take(archive, found, expected.pop(found.name, None), folder)
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValidationError) as error:
        raise BackupFault(f"{source} is no whole back-up ({type(error).__name__}).") from error
    if expected:
        raise BackupFault(f"{source} lacks {', '.join(sorted(expected))}.")
    return manifest


def _manifest(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    file = archive.extractfile(first) if first and first.name == MANIFEST else None
    if first is None or file is None or first.size > _MOST_MANIFEST:
        raise BackupFault("This is no back-up of the assistant: it does not begin with a manifest.")
    manifest = Manifest.model_validate_json(file.read())
    strange = [part.name for part in manifest.members if Path(part.name).name != part.name]
    if strange:
        raise BackupFault("The manifest names files outside the archive.")
    return manifest


def _take(archive: tarfile.TarFile, found: tarfile.TarInfo, part: Member | None, folder: Path) -> None:
    """Write a member that the manifest names, and no other, to the length that it names."""
    file = archive.extractfile(found) if found.isreg() else None
    if part is None or file is None or found.size != part.size:
        raise BackupFault(f"The archive holds what its manifest does not say ({found.name!r}).")
    path = folder / part.name
    with open(path, "xb", opener=_private) as target:
        digest = _copied(file, target)
    if digest != part.sha256:
        raise BackupFault(f"{part.name} is damaged: its hash is not that of the manifest.")


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while portion := source.read(_PORTION):
        digest.update(portion)
        target.write(portion)
    return digest.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

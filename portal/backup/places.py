"""Where everything is that a back-up has to hold: databases, and the keys that it leaves out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url

from dossiers.feed_keys import FEED_KEYS
from dossiers.service import KEYS as DOSSIER_KEYS
from portal.keys import keys_path
from portal.staff.wiring import KEYS as STAFF_KEYS

Engine = Literal["sqlite", "postgresql"]
_DEBIAN = Path("/usr/lib/postgresql")


class BackupFault(Exception):
    """A back-up cannot be made or restored; the message says why."""


@dataclass(frozen=True)
class Database:
    """One database; several stores may share it.

    Args:
        stores: whose data it holds: ``knowledge``, ``portal``, ``dossiers``, ``tracker``.
        url: SQLAlchemy URL.
    """

    stores: tuple[str, ...]
    url: URL

    @property
    def name(self) -> str:
        """How it is called in an archive."""
        return "-".join(self.stores)

    @property
    def engine(self) -> Engine:
        """Which kind of database it is."""
        return "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"

    @property
    def path(self) -> Path:
        """Return the file of a SQLite database."""
        return Path(self.url.database or "")

    @property
    def text(self) -> str:
        """Return the URL with its password, for engines."""
        return self.url.render_as_string(hide_password=False)


def databases(folder: Path, environment: Mapping[str, str]) -> list[Database]:
    """Return all databases, each once.

    Args:
        folder: of the embedded default (``HEZA_VAR``).
        environment: variables; ``DATABASE_URL`` and ``HEZA_TRACKER`` count.
    """
    found: dict[tuple[str | None, ...], list[str]] = {}
    urls: dict[tuple[str | None, ...], URL] = {}
    for store in ("knowledge", "portal", "dossiers", "tracker"):
        url = _url(_where(store, folder, environment))
        key = (url.host, str(url.port), url.database, str(url.query.get("host")))
        found.setdefault(key, []).append(store)
        urls.setdefault(key, url)
    return [Database(tuple(stores), urls[key]) for key, stores in found.items()]


def _where(store: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Return file or URL of a store; Rasa's tracker lies beside the rest in PostgreSQL only."""
    shared = environment.get("DATABASE_URL")
    if store == "tracker":
        if environment.get("HEZA_TRACKER"):
            return environment["HEZA_TRACKER"]
        shared = shared if shared and shared.startswith("postgres") else None
    return shared or f"sqlite:///{folder / f'{store}.sqlite'}"


def key_files(folder: Path) -> list[Path]:
    """Return the files of keys that exist; they are secrets, and in no archive unless asked for."""
    names = ("privacy-key", DOSSIER_KEYS, FEED_KEYS, STAFF_KEYS)
    return [path for path in (keys_path(folder), *(folder / name for name in names)) if path.exists()]


def program(name: str) -> str:
    """Find a program of PostgreSQL's client: on ``PATH``, or where Debian puts it.

    Raises:
        BackupFault: it is not installed.
    """
    newest = sorted(map(str, _DEBIAN.glob(f"*/bin/{name}")), reverse=True)
    found = shutil.which(name) or next(iter(newest), None)
    if found is None:
        raise BackupFault(f"{name} was not found: install the client of PostgreSQL, of the server's release.")
    return found


def _url(text: str) -> URL:
    """Return a URL with the driver that is installed here; a bare path is a SQLite file."""
    if "://" not in text:
        return make_url(f"sqlite:///{text}")
    url = make_url(text)
    if url.get_backend_name() in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url

"""The keys of the session tokens: a file, changed by ``python -m portal.keys list|rotate|retire``.

The last key signs, all are accepted. Running portals look at the file whenever they
need a key and read it again once it was replaced, so nothing has to be restarted.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from knowledge.database import var

logger = logging.getLogger(__name__)
LIFETIME = timedelta(hours=12)
"""How long a token lasts; a key is needed for so long after it signed for the last time."""
_FILE = "token-keys.json"
_SHORTEST = 32
"""Characters: HS256 wants a key as long as its hash (RFC 7518, section 3.2)."""


class KeysError(Exception):
    """The keys cannot be read, or not changed as wanted; the message says why."""


@dataclass(frozen=True)
class Key:
    """One key; ``made_at`` is null in files that were made before it was recorded."""

    secret: str
    made_at: datetime | None = None


def keys_path(folder: Path) -> Path:
    """Return where the keys of a deployment stand."""
    return folder / _FILE


def read_keys(path: Path) -> dict[str, Key]:
    """Return the keys by ``kid``, oldest first.

    Raises:
        KeysError: no such file, or it holds no keys.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        keys = {str(kid): _key(value) for kid, value in raw.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysError(f"{path}: no keys can be read ({type(error).__name__})") from error
    if not keys or any(len(key.secret) < _SHORTEST for key in keys.values()):
        raise KeysError(f"{path}: it needs a key, and every key at least {_SHORTEST} characters")
    return keys


def write_keys(path: Path, keys: Mapping[str, Key], replace: bool = True) -> None:
    """Write the file as a whole, readable by the owner only.

    Args:
        path: the file.
        keys: all of them, oldest first.
        replace: also if there is one already; otherwise that one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {kid: {"secret": key.secret, "made_at": _text(key.made_at)} for kid, key in keys.items()}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        Path(name).replace(path)
        return
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()


def rotate(path: Path, now: datetime | None = None) -> str:
    """Add a key, which signs from now on, and return its ``kid``."""
    keys = read_keys(path)
    kid = str(max((int(known) for known in keys if known.isdecimal()), default=0) + 1)
    write_keys(path, {**keys, kid: make_key(now)})
    return kid


def retire(path: Path, kid: str, force: bool = False, now: datetime | None = None) -> None:
    """Remove a key; tokens that it signed are refused from now on.

    Raises:
        KeysError: there is no such key, it is the one that signs, or tokens of it may still be valid and
            ``force`` is not given.
    """
    keys = read_keys(path)
    order = list(keys)
    if kid not in keys:
        raise KeysError(f"there is no key {kid}")
    if kid == order[-1]:
        raise KeysError(f"key {kid} is the one that signs: rotate first")
    last_signed = keys[order[order.index(kid) + 1]].made_at
    valid = last_signed is None or (now or datetime.now(UTC)) < last_signed + LIFETIME
    if valid and not force:
        until = f"until {_text(last_signed + LIFETIME)}" if last_signed else "for up to 12 hours"
        raise KeysError(f"tokens signed with key {kid} may be valid {until}; --force ends their sessions")
    del keys[kid]
    write_keys(path, keys)


def make_key(now: datetime | None = None) -> Key:
    """Return a new key of 384 random bits."""
    return Key(secrets.token_urlsafe(48), (now or datetime.now(UTC)).replace(microsecond=0))


class KeyFile:
    """The keys of a file as they are at the moment; a first one is made where there is none.

    Args:
        path: the file.

    Raises:
        KeysError: the file holds no keys.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            write_keys(path, {"1": make_key()}, replace=False)
        self._seen = _stamp(path)
        self._secrets = _secrets(path)

    def secrets(self) -> dict[str, str]:
        """Return secret by ``kid``, oldest first; what cannot be read leaves the former keys in force."""
        try:
            stamp = _stamp(self._path)
            if stamp != self._seen:
                self._seen = stamp
                self._secrets = _secrets(self._path)
                logger.info(
                    "token keys read again: %d, key %s signs", len(self._secrets), [*self._secrets][-1]
                )
        except (KeysError, OSError) as error:
            logger.error("the token keys stay as they were: %s", type(error).__name__)
        return self._secrets


def main(argv: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m portal.keys", description="The keys of session tokens.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="show which keys there are, without their secrets")
    commands.add_parser("rotate", help="add a key; it signs from now on, the others stay valid")
    retiring = commands.add_parser("retire", help="remove a key; its tokens are refused from now on")
    retiring.add_argument("kid", help="which key, as `list` names it")
    retiring.add_argument("--force", action="store_true", help="even if it ends sessions that still run")
    arguments = parser.parse_args(argv)
    path = keys_path(var())
    try:
        if arguments.command == "rotate":
            print(f"key {rotate(path)} signs from now on")
        elif arguments.command == "retire":
            retire(path, arguments.kid, arguments.force)
            print(f"key {arguments.kid} is gone")
        else:
            _list(path)
    except (KeysError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _list(path: Path) -> None:
    keys = read_keys(path)
    for kid, key in keys.items():
        role = "signs" if kid == [*keys][-1] else "accepted"
        print(f"{kid}\t{_text(key.made_at) or 'unknown'}\t{role}")


def _key(value: Any) -> Key:
    if isinstance(value, str):  # as release 0.1.0 wrote it
        return Key(value)
    made_at = value["made_at"]
    return Key(str(value["secret"]), datetime.fromisoformat(made_at) if made_at else None)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _secrets(path: Path) -> dict[str, str]:
    return {kid: key.secret for kid, key in read_keys(path).items()}


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


if __name__ == "__main__":
    sys.exit(main())

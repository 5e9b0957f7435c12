from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from aiohttp.test_utils import unused_port

from portal.privacy.keys import PrivacyKey


@pytest.fixture
def key(tmp_path: Path) -> PrivacyKey:
    return PrivacyKey.from_file(tmp_path / "keys" / "privacy-key")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private Redis that writes every change to a file; without one, skip (but not in CI)."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            raise AssertionError("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    port, folder = unused_port(), tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    with redis.Redis(port=port) as client:
        for _ in range(100):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.1)
    raise AssertionError("Redis did not start")


@pytest.fixture
def redis_folder(redis_url: str) -> Path:
    """Where that Redis keeps its files."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        return Path(client.config_get("dir")["dir"])

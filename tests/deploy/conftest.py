from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

from tests.deploy.images import Stage, read_stages


def program(name: str) -> str:
    """Find a program on PATH or in the runtime; without it, skip (on a developer's machine only)."""
    folders = [os.environ.get("PATH", ""), sysconfig.get_path("scripts"), "/usr/sbin"]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None and os.environ.get("CI") == "true":
        raise FileNotFoundError(f"{name} is not installed")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return str(Path(found))


@pytest.fixture(scope="session")
def stages() -> dict[str, Stage]:
    return read_stages()

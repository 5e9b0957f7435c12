"""Keys that several portals share."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.staff.sealing import Sealer


def test_portals_that_start_together_have_the_same_keys(tmp_path: Path) -> None:
    for attempt in range(20):
        path = tmp_path / str(attempt) / "keys.json"
        with ThreadPoolExecutor(8) as portals:
            first, *others = portals.map(Sealer.from_file, [path] * 8)
        sealed = first.seal("secret")
        assert [other.open(sealed) for other in others] == ["secret"] * 7
        assert [file.name for file in path.parent.iterdir()] == ["keys.json"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

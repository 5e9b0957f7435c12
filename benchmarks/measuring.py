"""What the measurements share: the machine they ran on, percentiles, memory."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}


def percentile(times: list[float], percent: int) -> float:
    """Return the value below which ``percent`` of ``times`` lie, to a tenth."""
    return round(statistics.quantiles(times, n=100, method="inclusive")[percent - 1], 1)


def memory_mb() -> float:
    """Return how much memory this process has in use (where the system does not say: had at most)."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS"))
        return round(int(line.split()[1]) / 1024, 1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)

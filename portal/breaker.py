"""A circuit breaker: a part that keeps failing is left alone for a while.

While it is open, calls fail at once instead of each waiting for its deadline; after a
pause one call is let through to see whether the part is back (Nygard, Release It!, ch. 5).
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Opens after ``failures`` in a row.

    Args:
        failures: how many failures in a row open it.
        pause: seconds until a trial call is let through.
        clock: seconds that only grow.
    """

    def __init__(
        self, failures: int = 5, pause: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls fail at once."""
        return self._failed >= self._limit

    def allows(self) -> bool:
        """Tell whether to call; while the breaker is open, one trial in each pause."""
        if not self.is_open:
            return True
        if self._clock() < self._next_trial:
            return False
        self._next_trial = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        """Close the breaker."""
        self._failed = 0

    def failed(self) -> None:
        """Count a failure."""
        self._failed += 1
        if self._failed >= self._limit:
            self._next_trial = self._clock() + self._pause

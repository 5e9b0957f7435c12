"""How often someone may guess: pure arithmetic over the times of failures.

Three things are counted. A *client* and a *network* that fail too often are locked out for a
while. A *code* is never locked, since that would let a competitor shut out the owner: its
tries become slower, whoever makes them, and those who looked this dossier up before or hold the
receipt's secret do not wait at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_MINUTES = timedelta(minutes=1)
_HOURS = timedelta(hours=1)
_DAYS = timedelta(days=1)


@dataclass(frozen=True)
class Tier:
    """After ``failures`` within ``within``: locked for ``locked`` from the last one."""

    failures: int
    within: timedelta
    locked: timedelta


@dataclass(frozen=True)
class Limits:
    """The limits of a deployment.

    Of a code, ``free`` failures in ``window`` cost nothing; then the pause before the next try is
    1 s and doubles with every ``doubling`` failures up to ``longest_pause``. A pause up to
    ``longest_hold`` is waited out with the reply; a longer one is told instead of trying.
    """

    client: tuple[Tier, ...] = (Tier(5, 15 * _MINUTES, 15 * _MINUTES), Tier(15, _DAYS, _DAYS))
    network: tuple[Tier, ...] = (Tier(30, _HOURS, _HOURS), Tier(120, _DAYS, _DAYS))
    window: timedelta = _DAYS
    free: int = 5
    doubling: int = 5
    longest_pause: timedelta = _HOURS
    longest_hold: timedelta = timedelta(seconds=8)
    trusted_for: timedelta = 90 * _DAYS
    alarm_of_code: tuple[int, int] = (10, 3)
    """Failures on one code within ``window``, by how many clients."""
    alarm_of_all: tuple[int, int] = (50, 10)
    """Failures on any codes within an hour, by how many clients."""
    alarm_again: timedelta = _HOURS

    @property
    def failures_to_longest_pause(self) -> int:
        """Failures after which the pause grows no more."""
        failures = self.free
        while self.pause(failures) < self.longest_pause:
            failures += 1
        return failures

    def pause(self, failures: int) -> timedelta:
        """Return how long after the last of so many failures the next try of a code may come."""
        if failures < self.free:
            return timedelta(0)
        doublings = min((failures - self.free) / self.doubling, 40)
        return min(timedelta(seconds=2**doublings), self.longest_pause)


def locked_until(failures: Sequence[datetime], tiers: Sequence[Tier], now: datetime) -> datetime | None:
    """Return when the lock ends that these failures brought about, or None.

    Args:
        failures: their times, the latest first.
        tiers: of the client or of the network.
        now: the present.
    """
    ends = []
    for tier in tiers:
        if len(failures) >= tier.failures:
            last, first = failures[0], failures[tier.failures - 1]
            if last - first <= tier.within and now < last + tier.locked:
                ends.append(last + tier.locked)
    return max(ends, default=None)


def next_try(failures: Sequence[datetime], limits: Limits, now: datetime) -> datetime:
    """Return when the next try of a code may come: now, or later after many failures.

    Args:
        failures: times of those within the window, the latest first.
        limits: the deployment's.
        now: the present.
    """
    return max(now, failures[0] + limits.pause(len(failures))) if failures else now

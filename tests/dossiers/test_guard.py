from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dossiers.guard import Limits, Tier, locked_until, next_try

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TIERS = (
    Tier(3, timedelta(minutes=10), timedelta(minutes=15)),
    Tier(5, timedelta(hours=24), timedelta(hours=24)),
)
LIMITS = Limits()


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


def test_enough_failures_in_a_short_time_lock() -> None:
    assert locked_until(ago(1, 2), TIERS, NOW) is None
    assert locked_until(ago(1, 2, 12), TIERS, NOW) is None
    assert locked_until(ago(1, 2, 9), TIERS, NOW) == NOW + timedelta(minutes=14)


def test_a_lock_ends() -> None:
    assert locked_until(ago(14, 15, 16), TIERS, NOW) == NOW + timedelta(minutes=1)
    assert locked_until(ago(15, 16, 17), TIERS, NOW) is None


def test_the_longer_lock_counts() -> None:
    assert locked_until(ago(1, 2, 3, 60, 120), TIERS, NOW) == NOW + timedelta(hours=24, minutes=-1)


def test_without_tiers_nothing_locks() -> None:
    assert locked_until(ago(*range(100)), (), NOW) is None


def test_the_pause_of_a_code_grows_up_to_a_limit() -> None:
    pauses = [LIMITS.pause(n) for n in range(200)]
    assert pauses[: LIMITS.free] == [timedelta(0)] * LIMITS.free
    assert pauses == sorted(pauses)
    assert LIMITS.pause(5) == timedelta(seconds=1)
    assert LIMITS.pause(10) == timedelta(seconds=2)
    assert LIMITS.pause(20) == timedelta(seconds=8)
    assert pauses[-1] == LIMITS.pause(10**6) == LIMITS.longest_pause


def test_the_pause_counts_from_the_last_failure() -> None:
    failures = ago(*[5] * 20)
    assert next_try(failures, LIMITS, NOW) == NOW
    assert next_try([NOW, *failures[1:]], LIMITS, NOW) == NOW + timedelta(seconds=8)
    assert next_try([], LIMITS, NOW) == NOW


def test_a_competitor_alone_cannot_make_the_owner_wait_longer_than_a_reply_is_held() -> None:
    """One client is locked long before the pause of a code exceeds what is waited out."""
    before_lock = LIMITS.client[-1].failures
    assert LIMITS.pause(before_lock) <= LIMITS.longest_hold


def test_as_many_failures_of_a_code_are_counted_as_matter() -> None:
    assert LIMITS.pause(LIMITS.failures_to_longest_pause) == LIMITS.longest_pause
    assert LIMITS.pause(LIMITS.failures_to_longest_pause - 1) < LIMITS.longest_pause

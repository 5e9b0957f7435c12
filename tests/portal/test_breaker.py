from __future__ import annotations

from portal.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(failures=3, pause=5, clock=clock)
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row() -> None:
    assert not opened(Clock()).allows()


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()


def test_after_the_pause_one_trial_is_let_through() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 5
    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_a_trial_that_succeeds_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 5
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_a_trial_that_fails_opens_it_for_another_pause() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 5
    assert breaker.allows()
    breaker.failed()
    clock.now = 9.9
    assert not breaker.allows()
    clock.now = 10
    assert breaker.allows()

"""Parts die, hang, slow down and run full while visitors talk: nothing acknowledged is lost (docs/faults.md)."""

from __future__ import annotations

from tests.faults.house import House
from tests.faults.visitors import crowd


async def test_rasa_and_actions_killed(small: House) -> None:
    async with crowd(*small.urls) as visitors:
        await visitors.taken(10)
        small.workers[0].kill()
        await visitors.taken(10)
        small.workers[0].start()
        small.actions.kill()
        await visitors.taken(10)
        small.actions.start()
        await visitors.taken(10)
        turns = await visitors.settle(small.urls[0])
    outcomes = {turn["outcome"] for turn in turns}
    assert outcomes == {"small_talk", "service_down"}

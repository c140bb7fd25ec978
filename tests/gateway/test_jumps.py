"""The system's clock jumps, with messages that wait, that are uncertain and that are open: nothing comes of it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.outbox import Outbox, Stage
from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .world import HOST, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JUMPS = {
    f"{'back' if sign < 0 else 'ahead'} {amount}": sign * timedelta(**{unit: number})
    for amount, (unit, number) in {
        "an hour": ("hours", 1),
        "a day": ("days", 1),
        "ten days": ("days", 10),
    }.items()
    for sign in (1, -1)
}
ENDINGS: Mapping[str, Callable[[World], object]] = {
    "it goes on": lambda _: None,
    "it is restarted": World.restart,
    "its machine is booted": lambda world: world.gateway.reboot(),
}
# Every jump and every ending; where there is time, every one with every other.
SAMPLED = set(zip(JUMPS, [*ENDINGS] * 2, strict=True))
PAIRS = [
    pytest.param(*pair, marks=[] if pair in SAMPLED else pytest.mark.long) for pair in itertools.product(JUMPS, ENDINGS)
]


def _with_messages_at_every_stage(world: World) -> None:
    """Let two messages be open, two uncertain and two waiting."""
    world.main.deliver(outcome(wired=1, sent=2, delivered=3600))
    world.add(2)
    world.passes(minutes=2)
    world.simulation.fault(by="gateway", kind=FaultKind.RESET, moment=FaultMoment.AFTER, to=HOST, method="POST")
    world.add(2)
    world.passes(seconds=45)
    world.simulation.faults.clear()
    world.simulation.fault(by="gateway", kind=FaultKind.STATUS, status=422, to=HOST)
    world.add(2)
    world.passes(seconds=45)


@pytest.mark.parametrize(("jump", "ending"), PAIRS)
def test_a_jump_of_the_clock(jump: str, ending: str) -> None:
    """Everything is sent once and followed to its end in its time, and the pauses are as long as ever."""
    with World() as world:
        _with_messages_at_every_stage(world)
        assert {each.stage for each in Outbox(world.gateway.database)} == {Stage.OPEN, Stage.SENDING, Stage.WAITING}
        world.gateway.set_clock(JUMPS[jump])
        ENDINGS[ending](world)
        world.passes(minutes=20)
        world.simulation.faults.clear()
        world.passes(minutes=30)
        assert world.received() == world.wanted()
        assert set(world.states()) <= {"sent", "delivered"}
        world.passes(hours=1)
        assert world.states() == {"delivered": 6}
        assert [each.reason for each in Outbox(world.gateway.database)] == [None] * 6


@pytest.mark.parametrize(("jump", "ending"), PAIRS)
def test_a_jump_of_the_clock_ends_no_pause(jump: str, ending: str) -> None:
    """Whoever was told to come back in an hour comes back in an hour: neither before, nor days later."""
    with World() as world:
        world.passes(minutes=1)
        world.simulation.fault(kind=FaultKind.STATUS, status=429, retry_after=3600, to=HOST, method="POST", count=1)
        world.add()
        world.passes(minutes=5)
        world.gateway.set_clock(JUMPS[jump])
        ENDINGS[ending](world)
        world.passes(minutes=50)
        assert len(world.requests(to=HOST, method="POST")) == 1
        world.passes(minutes=15)
        assert len(world.requests(to=HOST, method="POST")) == 2

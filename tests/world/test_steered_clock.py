from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.steered_clock import SteeredClock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock(datetime(2026, 3, 2, 8, tzinfo=UTC), speed=0)


@pytest.fixture
def loop(clock: SteeredClock) -> Iterator[SimulationLoop]:
    loop = SimulationLoop(clock)
    yield loop
    loop.finish()


def test_paused(clock: SteeredClock) -> None:
    """Paused time does not pass."""
    before = clock.now()
    time.sleep(0.002)
    assert (clock.now(), clock.frozen) == (before, False)


def test_turned(clock: SteeredClock) -> None:
    """Time goes on from where it was, at whatever speed it is given."""
    clock.turn(1_000_000)
    time.sleep(0.002)
    clock.turn(0)
    passed = clock.seconds()
    time.sleep(0.002)
    assert passed >= 2000
    assert clock.seconds() == passed


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_no_speed(clock: SteeredClock, speed: float) -> None:
    """Time does not run backwards, nor infinitely fast."""
    with pytest.raises(ValueError, match="the speed of a clock"):
        clock.turn(speed)


def test_held(clock: SteeredClock) -> None:
    """Held, it is a frozen clock that can be moved, and it goes on from there at the speed that it had."""
    clock.turn(0.001)
    with clock.held():
        clock.jump_to(5_000_000)
        assert (clock.frozen, clock.speed, clock.elapsed()) == (True, 0, 5_000_000)
    assert (clock.frozen, clock.speed) == (False, 0.001)
    assert 5_000_000 <= clock.elapsed() < 6_000_000


def test_jumps_are_told(clock: SteeredClock) -> None:
    """Who wants to know how far it was moved is told."""
    jumps: list[timedelta] = []
    clock.on_jump = jumps.append
    with clock.held():
        clock.jump_to(3_000_000)
        clock.jump_to(1_000_000)
    assert jumps == [timedelta(seconds=3)]


def test_only_when_held(clock: SteeredClock) -> None:
    """Time that passes by itself cannot be moved."""
    with pytest.raises(TypeError, match="cannot be moved"):
        clock.jump_to(1)


def test_a_held_day_takes_no_time(loop: SimulationLoop, clock: SteeredClock) -> None:
    """What is due within a held advance happens, at its instants."""
    instants: list[float] = []

    async def every_hour() -> None:
        while True:
            await asyncio.sleep(3600)
            instants.append(clock.seconds())

    task = loop.create_task(every_hour())
    with clock.held():
        loop.advance(86_400)
    assert len(instants) == 24
    assert instants[-1] == 86_400
    assert not task.done()


def test_served_while_paused(loop: SimulationLoop, clock: SteeredClock) -> None:
    """A loop whose time is paused does at once what needs no time, and leaves alone what is due later."""
    ran: list[str] = []
    clock.call_later(1, lambda: ran.append("later"))
    clock.call_later(0, lambda: ran.append("now"))
    loop.call_soon(lambda: loop.call_soon(loop.stop))
    loop.serve()
    assert ran == ["now"]


def test_it_goes_on_after_a_pause(loop: SimulationLoop, clock: SteeredClock) -> None:
    """What was set before time was held or paused is due when it passes again."""
    clock.call_later(1, loop.stop)
    with clock.held():
        loop.advance(0.1)
    clock.turn(1000)
    loop.serve()
    assert clock.seconds() >= 1


def test_held_back(clock: SteeredClock) -> None:
    """Held, it can be moved no further than it may, and says why; a speed that is given meanwhile counts afterwards."""
    with clock.held(2, "somebody lives in it"):
        clock.jump_to(2_000_000)
        with pytest.raises(UsageError, match="somebody lives in it"):
            clock.jump_to(2_000_001)
        clock.turn(0.5)
        assert (clock.elapsed(), clock.speed) == (2_000_000, 0)
    assert clock.speed == 0.5
    with clock.held():
        clock.jump_to(9_000_000)

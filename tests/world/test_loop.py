from __future__ import annotations

import asyncio
import math
import threading
import time
from contextlib import nullcontext

import pytest

from rapidpro_simulator.world.clock import FrozenClock, LiveClock
from rapidpro_simulator.world.loop import AdvanceLimitError, DeadlockError, Limits, SimulationLoop


def test_month_in_no_time(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Sleeping for a month moves the clock by a month."""
    loop.run(asyncio.sleep(30 * 86400))
    assert clock.seconds() == 30 * 86400


@pytest.mark.parametrize("days", [100, 200, 364, 3650])
def test_late(loop: SimulationLoop, clock: FrozenClock, days: int) -> None:
    """Short waits work after years of virtual time as on the first day."""
    loop.advance(days * 86400)
    loop.run(asyncio.sleep(0.0034567))
    assert clock.seconds() == pytest.approx(days * 86400 + 0.003457, abs=2e-6)


@pytest.mark.parametrize("days", [0, 364, 3650])
@pytest.mark.parametrize("seconds", [1e-12, 1e-7, 4e-7, 9.9e-7, 1e-6])
def test_tiny_sleeps(loop: SimulationLoop, clock: FrozenClock, seconds: float, days: int) -> None:
    """However short a sleep is, it moves the clock: by one microsecond, the shortest time there is."""
    loop.advance(days * 86400)
    began = clock.elapsed()
    for _ in range(10):
        loop.run(asyncio.sleep(seconds))
    assert clock.elapsed() - began == 10


def test_waiting_for_an_instant(loop: SimulationLoop, clock: FrozenClock) -> None:
    """A loop that sleeps for what is left gets there, although what is left becomes tiny."""
    until = clock.seconds() + 1 / 3

    async def wait() -> None:
        while (left := until - clock.seconds()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left / 2)

    loop.run(wait())
    assert clock.elapsed() == 333_334


def test_never_early(loop: SimulationLoop, clock: FrozenClock) -> None:
    """A timer that is due between two microseconds waits for the later one, whatever happens at the earlier."""
    instants: list[int] = []
    loop.call_later(10e-6, lambda: instants.append(clock.elapsed()))
    loop.call_later(10.5e-6, lambda: instants.append(clock.elapsed()))
    loop.call_at(10.6e-6, lambda: instants.append(clock.elapsed()))
    loop.advance(1)
    assert instants == [10, 11, 11]


def test_tiny_advance(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Time that is let pass passes, be it ever so short."""
    loop.advance(1e-9)
    assert clock.elapsed() == 1


def test_for_ever(loop: SimulationLoop, clock: FrozenClock) -> None:
    """A sleep without end is one, and time passes without it."""
    task = loop.create_task(asyncio.sleep(math.inf))
    loop.advance(30 * 86400)
    assert (task.done(), clock.seconds()) == (False, 30 * 86400)
    task.cancel()


def test_advance_runs_timers_of_both(loop: SimulationLoop, clock: FrozenClock) -> None:
    """An advance interleaves the loop's timers and the clock's, each at its instant."""
    instants: list[tuple[str, float]] = []
    loop.call_later(2, lambda: instants.append(("loop", clock.seconds())))
    clock.call_later(1, lambda: instants.append(("clock", clock.seconds())))
    clock.call_later(3, lambda: instants.append(("clock", clock.seconds())))
    loop.advance(2.5)
    assert instants == [("clock", 1.0), ("loop", 2.0)]


def test_exact_end(loop: SimulationLoop, clock: FrozenClock) -> None:
    """An advance ends where it was told to, when nothing is under way."""
    loop.advance(3600)
    assert clock.seconds() == 3600


def test_due_at_the_end(loop: SimulationLoop, clock: FrozenClock) -> None:
    """What is due exactly at the end of an advance belongs to it."""
    ran: list[int] = []
    clock.call_later(60, lambda: ran.append(1))
    loop.advance(60)
    assert ran == [1]


def test_comes_to_rest(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Work that is under way at the end is finished: a chain of short waits."""

    async def chain() -> None:
        for _ in range(5):
            await asyncio.sleep(0.1)

    clock.call_later(60, lambda: loop.create_task(chain()))
    loop.advance(60)
    assert (clock.seconds(), asyncio.all_tasks(loop)) == (60.5, set())


def test_rest_is_bounded(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Somebody who never rests is left behind after the settling time."""

    async def restless() -> None:
        while True:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    loop.create_task(restless())
    loop.advance(60)
    assert 61.8 < clock.seconds() <= 62.0


def test_iterations_are_bounded(clock: FrozenClock) -> None:
    """A loop without a pause is stopped, and the message names who is running."""

    async def busy() -> None:
        while True:  # noqa: ASYNC110
            await asyncio.sleep(0)

    loop = SimulationLoop(clock, Limits(iterations=1000))
    task = loop.create_task(busy(), name="busy bee")
    with pytest.raises(AdvanceLimitError, match="busy bee"):
        loop.advance(1)
    task.cancel()
    loop.finish()


def test_a_busy_machine_stops_nothing(clock: FrozenClock) -> None:
    """However long an advance takes by the wall, it is not stopped while its time goes on."""

    def slow() -> None:
        time.sleep(0.0005)
        clock.call_later(10, slow)

    loop = SimulationLoop(clock, Limits(real_seconds=0.05))
    slow()
    loop.advance(3600)
    assert clock.seconds() == 3600
    loop.finish()


def test_a_thread_without_end(clock: FrozenClock) -> None:
    """A thread that does not come back stops the advance that waits for it."""
    released = threading.Event()
    loop = SimulationLoop(clock, Limits(real_seconds=0.2))
    task = loop.create_task(asyncio.to_thread(released.wait, 60), name="sleepyhead")
    with pytest.raises(AdvanceLimitError, match=r"0\.2 real seconds in a thread.*sleepyhead"):
        loop.advance(1)
    released.set()
    task.cancel()
    loop.finish()


@pytest.mark.parametrize("limits", [Limits(iterations=2000), Limits(exchanges=500)], ids=["iterations", "exchanges"])
@pytest.mark.parametrize(("pause", "stopped"), [(60, False), (1, True)])
def test_limits_are_of_an_hour(clock: FrozenClock, limits: Limits, pause: float, stopped: bool) -> None:
    """What is slow enough goes on for days; what is busier than the limits allow is stopped within its first hour."""
    loop = SimulationLoop(clock, limits)
    made: list[None] = []
    loop.count_exchanges = lambda: len(made)

    async def poll() -> None:
        while True:
            made.append(None)
            await asyncio.sleep(pause)

    task = loop.create_task(poll(), name="poller")
    with pytest.raises(AdvanceLimitError, match=r"in an hour.*poller") if stopped else nullcontext():
        loop.advance(10 * 86400)
    assert clock.seconds() < 3600 if stopped else clock.seconds() >= 10 * 86400
    task.cancel()
    loop.finish()


def test_deadlock(loop: SimulationLoop) -> None:
    """Waiting for what can never happen is an error, not a hang."""
    with pytest.raises(DeadlockError):
        loop.run(_wait_for_nothing())


async def _wait_for_nothing() -> None:
    await asyncio.get_running_loop().create_future()


def test_threads_hold_time(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Frozen time does not jump over the work of a thread."""

    async def both() -> None:
        await asyncio.gather(asyncio.to_thread(time.sleep, 0.05), asyncio.sleep(0))

    clock.call_later(3600, lambda: None)
    loop.run(both())
    assert clock.seconds() == 0


def test_live_advance() -> None:
    """A dilated loop advances by waiting, as many times shorter as the clock is faster."""
    clock = LiveClock(speed=1000)
    loop = SimulationLoop(clock)
    ran: list[float] = []
    clock.call_later(10, lambda: ran.append(clock.seconds()))
    start = clock.seconds()
    loop.advance(30)
    assert len(ran) == 1
    assert ran[0] >= 10
    assert clock.seconds() - start >= 30
    loop.finish()


def test_exchanges_are_bounded(clock: FrozenClock) -> None:
    """Too many exchanges stop an advance."""
    loop = SimulationLoop(clock, Limits(exchanges=10))
    made: list[None] = []
    loop.count_exchanges = lambda: len(made)

    async def chatty() -> None:
        while True:
            made.append(None)
            await asyncio.sleep(0.001)

    task = loop.create_task(chatty())
    with pytest.raises(AdvanceLimitError, match="more than 10 exchanges"):
        loop.advance(3600)
    task.cancel()
    loop.finish()

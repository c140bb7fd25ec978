from __future__ import annotations

import asyncio
import math
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import ContextVar, copy_context
from functools import partial
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.clock import FrozenClock, LiveClock
from rapidpro_simulator.world.loop import AdvanceLimitError, DeadlockError, Limits, SimulationLoop, _rounded_up
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


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


def test_what_a_timer_is_given(loop: SimulationLoop) -> None:
    """A timer has its arguments, and runs in the context it was given, else in that of who set it."""
    variable = ContextVar("variable", default="outside")
    context = copy_context()
    context.run(variable.set, "inside")
    seen: list[tuple[str, ...]] = []

    def note(*words: str) -> None:
        seen.append((*words, variable.get()))

    loop.call_later(1, note, "a", "b", context=context)
    loop.call_at(2, note, "c", context=context)
    loop.call_later(3, note)
    loop.advance(4)
    loop.call_at(5, note, "d")
    loop.advance(1)
    assert seen == [("a", "b", "inside"), ("c", "inside"), ("outside",), ("d", "outside")]


@pytest.mark.parametrize(
    ("seconds", "rounded"),
    [
        (0, 0),
        (-1, 0),
        (1e-9, 1),
        (10e-6, 10),
        (10.0005e-6, 10),
        (10.002e-6, 11),
        (1.5, 1_500_000),
        (math.inf, math.inf),
    ],
)
def test_whole_microseconds(seconds: float, rounded: float) -> None:
    """A wait is rounded up, but for what floating numbers add by themselves."""
    assert _rounded_up(seconds) == rounded


def test_finish(clock: FrozenClock) -> None:
    """What still runs is cancelled and may clean up; generators and threads end too, and the loop is closed."""
    loop = SimulationLoop(clock)
    ended: list[str] = []
    kept: list[object] = []

    async def work(name: str) -> None:
        try:
            await asyncio.sleep(math.inf)
        finally:
            await asyncio.sleep(5)
            ended.append(name)
            raise ValueError

    async def generate() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            ended.append("generator")

    async def begin() -> threading.Thread:
        kept.extend(asyncio.create_task(work(name)) for name in ("first", "second"))
        generator = generate()
        kept.append(generator)
        await anext(generator)
        return await asyncio.to_thread(threading.current_thread)

    thread = loop.run(begin())
    loop.finish()
    assert sorted(ended[:2]) == ["first", "second"]
    assert ended[2:] == ["generator"]
    assert (loop.is_closed(), thread.is_alive()) == (True, False)


async def _busy(rounds: list[None]) -> None:
    while True:
        rounds.append(None)
        await asyncio.sleep(0)


def test_rounds_are_counted(clock: FrozenClock) -> None:
    """More rounds than the limit allows are noticed at every 256th one; the complaint says all there is to know."""
    loop = SimulationLoop(clock, Limits(iterations=512))
    rounds: list[None] = []
    tasks = [loop.create_task(_busy(rounds), name="busy bee")]
    tasks += [loop.create_task(asyncio.sleep(math.inf), name=f"sleeper {number}") for number in range(9)]
    with pytest.raises(AdvanceLimitError) as caught:
        loop.advance(1)
    sleepers = ", ".join(f"sleeper {number}" for number in range(7))
    assert str(caught.value) == (
        "the advance took more than 512 rounds of the event loop in an hour, at 2026-03-02T08:00:00+00:00; "
        f"running: busy bee, {sleepers} and 2 more"
    )
    assert 760 <= len(rounds) <= 770
    with pytest.raises(AdvanceLimitError, match="more than 512 rounds"):
        loop.advance(1)
    assert 2 * 760 <= len(rounds) <= 2 * 770
    for task in tasks:
        task.cancel()
    loop.finish()


def test_the_limits_of_a_later_hour(clock: FrozenClock) -> None:
    """Whoever is busy is stopped, however much time has passed before."""
    loop = SimulationLoop(clock, Limits(iterations=512))
    loop.advance(7200)
    task = loop.create_task(_busy([]))
    with pytest.raises(AdvanceLimitError):
        loop.advance(1)
    task.cancel()
    loop.finish()


@pytest.mark.parametrize(("exchanges", "stopped"), [(10, False), (11, True)])
def test_exchanges_are_counted(clock: FrozenClock, exchanges: int, stopped: bool) -> None:
    """As many as the limit allows are allowed; those of an earlier advance are not counted."""
    loop = SimulationLoop(clock, Limits(exchanges=10))
    made = [None] * 100
    loop.count_exchanges = lambda: len(made)

    async def chatty() -> None:
        made.extend([None] * exchanges)
        for _ in range(600):
            await asyncio.sleep(0)

    loop.create_task(chatty(), name="chatty")
    complaint = r"^the advance took more than 10 exchanges in an hour, at 2026-03-02T08:00:00\+00:00; running: chatty$"
    with pytest.raises(AdvanceLimitError, match=complaint) if stopped else nullcontext():
        loop.advance(1)
    loop.finish()


def test_nobody_to_wait_for(loop: SimulationLoop) -> None:
    """A deadlock says who waits, and when; it may be nobody."""
    with pytest.raises(DeadlockError) as caught:
        loop.run_until_complete(loop.create_future())
    assert str(caught.value) == "this would wait for ever, at 2026-03-02T08:00:00+00:00; running: no task"


def test_each_thread_has_its_time(clock: FrozenClock) -> None:
    """The limit is for one thread, not for all that are waited for one after another."""
    loop = SimulationLoop(clock, Limits(real_seconds=0.5))

    async def work() -> None:
        for _ in range(6):
            await asyncio.to_thread(time.sleep, 0.12)
            await asyncio.sleep(1)

    loop.run(work())
    assert clock.seconds() == 6
    loop.finish()


@pytest.mark.parametrize(("pause", "end"), [(0.9, 63.0), (1.0, 63.0), (1.1, 60.0)])
def test_rest_as_told(clock: FrozenClock, pause: float, end: float) -> None:
    """What counts as rest is told: how near the next event may be, and for how long an advance waits for rest."""
    loop = SimulationLoop(clock, Limits(quiet=1.0, settle=3.0))

    def again() -> None:
        clock.call_later(pause, again)

    clock.call_later(60, again)
    loop.advance(60)
    assert end - pause < clock.seconds() <= end
    loop.finish()


def test_advances_do_not_remember(loop: SimulationLoop, clock: FrozenClock) -> None:
    """After an advance a coroutine runs to its end, whatever was the horizon."""
    loop.advance(10)
    assert loop.run(asyncio.sleep(100, "done")) == "done"
    assert clock.seconds() == 110


def test_clock_and_loop_at_once(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Nothing of what is due at one instant is left for the next, on whichever side it was set."""
    seen: list[tuple[str, int]] = []

    def note(name: str) -> None:
        seen.append((name, clock.elapsed()))

    for seconds in (1, 3):
        loop.call_later(seconds, note, "loop")
        clock.call_later(seconds, partial(note, "clock"))
    loop.advance(2)
    assert sorted(seen) == [("clock", 1_000_000), ("loop", 1_000_000)]
    loop.advance(1)
    assert sorted(seen)[1::2] == [("clock", 3_000_000), ("loop", 3_000_000)]


@pytest.fixture
def live() -> Iterator[SimulationLoop]:
    loop = SimulationLoop(LiveClock(speed=100))
    yield loop
    loop.finish()


@pytest.mark.parametrize("seconds", [0.99, 10])
def test_live_waits(live: SimulationLoop, seconds: float) -> None:
    """A live loop wakes for its own timers, short ones too, and not only for those of the clock."""
    later = PATIENCE * live.clock.speed
    live.clock.call_later(later, lambda: None)
    live.advance(50)
    began = live.clock.seconds()
    live.run(asyncio.sleep(seconds))
    assert seconds <= live.clock.seconds() - began
    assert live.clock.seconds() < later


def test_live_threads(live: SimulationLoop) -> None:
    """A live loop waits for a thread although nothing is due."""
    assert live.run(asyncio.to_thread(lambda: "back")) == "back"


def test_own_threads(loop: SimulationLoop) -> None:
    """Work goes to the executor that is told, with its arguments."""
    with ThreadPoolExecutor(1, "own") as executor:

        async def work() -> tuple[str, str]:
            name = await asyncio.get_running_loop().run_in_executor(executor, lambda: threading.current_thread().name)
            return name, await asyncio.get_running_loop().run_in_executor(executor, "{}!".format, "word")

        assert loop.run(work()) == ("own_0", "word!")


def test_all_threads_hold_time(loop: SimulationLoop, clock: FrozenClock) -> None:
    """Time stands still until the last thread is back."""

    async def work() -> None:
        await asyncio.gather(*(asyncio.to_thread(time.sleep, seconds) for seconds in (0.02, 0.1)))

    clock.call_later(1, lambda: None)
    loop.run(work())
    assert clock.seconds() == 0


@pytest.mark.parametrize(("count", "end"), [(7, "sleeper 6"), (8, "sleeper 7"), (9, "sleeper 7 and 1 more")])
def test_who_is_running(loop: SimulationLoop, count: int, end: str) -> None:
    """Up to eight tasks are named."""
    sleepers = [loop.create_task(_wait_for_nothing(), name=f"sleeper {number}") for number in range(count)]
    with pytest.raises(DeadlockError) as caught:
        loop.run_until_complete(loop.create_future())
    assert str(caught.value).endswith(f", {end}")
    assert len(sleepers) == count  # asyncio itself would forget them


def test_input(loop: SimulationLoop, clock: FrozenClock) -> None:
    """What comes in is read before time goes on."""
    here, there = socket.socketpair()
    seen: list[tuple[bytes, float]] = []
    with here, there:
        loop.add_reader(there, lambda: seen.append((there.recv(9), clock.seconds())))
        clock.call_later(5, lambda: here.send(b"hello"))
        clock.call_later(5.000001, lambda: None)
        loop.advance(60)
        loop.remove_reader(there)
    assert seen == [(b"hello", 5.0)]


def test_broken_off(loop: SimulationLoop, clock: FrozenClock) -> None:
    """What runs can be ended from inside; the loop runs on afterwards, and what was taken back has no effect."""
    loop.call_later(5, loop.break_off, KeyError("too long"))
    with pytest.raises(KeyError, match="too long"):
        loop.advance(3600)
    assert clock.seconds() == 5
    loop.call_later(5, loop.break_off, KeyError("too long"))
    loop.call_later(5, loop.break_off, None)
    loop.advance(3600)
    assert clock.seconds() == 3605

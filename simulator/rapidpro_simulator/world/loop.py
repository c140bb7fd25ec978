"""An asyncio event loop that lives by a simulation's clock.

In frozen time it never waits: when nobody has work, the clock jumps to the next timer. In-process traffic runs over
Unix sockets, which the kernel delivers synchronously, so "nobody has work" is exact.
"""

from __future__ import annotations

import asyncio
import math
import selectors
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .clock import MICROSECONDS, BaseClock, FrozenClock

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Executor

T = TypeVar("T")


class AdvanceLimitError(RuntimeError):
    """An advance cost more than `Limits` allow: something is busy without end, or a bound is too tight.

    The text names the bound that was reached; the last exchanges are notes of the error.
    """


class DeadlockError(RuntimeError):
    """A coroutine waits for what can never happen: no timer is set and no exchange is under way."""


@dataclass(frozen=True)
class Limits:
    """How much one advance may cost before it is stopped, and what counts as quiet.

    `iterations` are rounds of the event loop, `exchanges` HTTP exchanges, `real_seconds` seconds of the wall clock.
    After the asked-for instant an advance lets what is under way come to rest: it goes on while something is due within
    `quiet` virtual seconds, but never longer than `settle` virtual seconds.
    """

    iterations: int = 5_000_000
    exchanges: int = 500_000
    real_seconds: float = 120.0
    quiet: float = 0.25
    settle: float = 2.0


class SimulationLoop(asyncio.SelectorEventLoop):
    """An event loop whose `time()` is the clock's, in seconds since the simulation began."""

    def __init__(self, clock: BaseClock, limits: Limits | None = None) -> None:
        self.clock = clock
        self.limits = limits or Limits()
        self.count_exchanges: Callable[[], int] = lambda: 0
        self._outside = 0
        self._horizon: int | None = None
        self._iterations = 0
        self._exchanges = 0
        self._real_deadline = math.inf
        selector: selectors.BaseSelector = (
            _FrozenSelector(self, clock) if isinstance(clock, FrozenClock) else _LiveSelector(self, clock)
        )
        super().__init__(selector)
        # asyncio runs a timer that is due within the clock's resolution, by default a nanosecond. After some months of
        # virtual time a float cannot tell that apart any more; this clock counts microseconds anyway.
        self._clock_resolution = 1 / MICROSECONDS

    def time(self) -> float:
        return self.clock.seconds()

    def run_until_complete(self, future: Any) -> Any:
        self._begin(horizon=None)
        return super().run_until_complete(future)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` to its end; virtual time passes as far as it needs."""
        result: T = self.run_until_complete(coroutine)
        return result

    def advance(self, seconds: float) -> None:
        """Let `seconds` of the clock's time pass, run all that is due, and come to rest.

        Raises `AdvanceLimitError` when the limits are exceeded.
        """
        horizon = self.clock.elapsed() + round(seconds * MICROSECONDS)
        self._begin(horizon)
        stop = None if isinstance(self.clock, FrozenClock) else self.clock.call_later(seconds, self.stop)
        try:
            self.run_forever()
        finally:
            self._horizon = None
            if stop is not None:
                stop.cancel()

    def finish(self) -> None:
        """Cancel what is still running and close the loop."""
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        if tasks:
            self.run(_gather(tasks))
        self.run(self.shutdown_asyncgens())
        self._outside += 1  # the executor's threads end in real time
        self.run(self.shutdown_default_executor())
        self.close()

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        # A thread's work takes real time: frozen time must not jump over it.
        future = super().run_in_executor(executor, func, *args)
        self._outside += 1
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _: object) -> None:
        self._outside -= 1

    def _begin(self, horizon: int | None) -> None:
        self._horizon = horizon
        self._iterations = 0
        self._exchanges = self.count_exchanges()
        self._real_deadline = time.monotonic() + self.limits.real_seconds

    def _check_limits(self) -> None:
        if self._iterations > self.limits.iterations:
            raise AdvanceLimitError(self._complaint(f"more than {self.limits.iterations:,} rounds of the event loop"))
        if self.count_exchanges() - self._exchanges > self.limits.exchanges:
            raise AdvanceLimitError(self._complaint(f"more than {self.limits.exchanges:,} exchanges"))
        if time.monotonic() > self._real_deadline:
            raise AdvanceLimitError(self._complaint(f"more than {self.limits.real_seconds:g} real seconds"))

    def _complaint(self, what: str) -> str:
        names = sorted(task.get_name() for task in asyncio.all_tasks(self))
        running = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        return f"the advance took {what}, at {self.clock.now().isoformat()}; running: {running or 'no task'}"

    def _next_event(self, timeout: float | None) -> int | None:
        """Return when something is due, in microseconds: a timer of the loop (in `timeout`) or one of the clock."""
        due = self.clock.next_due()
        if timeout is None:
            return due
        # Rounded up: the loop's own timer, kept in floating seconds, must be due when the clock gets there.
        loops = self.clock.elapsed() + max(1, math.ceil(timeout * MICROSECONDS - 1e-3))
        return loops if due is None else min(loops, due)

    def _run_due(self) -> None:
        due = self.clock.next_due()
        if due is not None and due <= self.clock.elapsed():
            self.call_soon(self.clock.run_due)


async def _gather(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: SimulationLoop) -> None:
        super().__init__()
        self._loop = loop


class _FrozenSelector(_Selector):
    def __init__(self, loop: SimulationLoop, clock: FrozenClock) -> None:
        super().__init__(loop)
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        loop = self._loop
        loop._iterations += 1
        if not loop._iterations % 256:
            loop._check_limits()
        if timeout is not None and timeout <= 0:
            return []  # callbacks wait to be run: whatever has arrived has time, as none passes until nobody has work
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready:
            return ready
        if loop._outside:
            return super().select(0.05)
        self._jump(timeout)
        loop._run_due()
        return []

    def _jump(self, timeout: float | None) -> None:
        loop, clock = self._loop, self._clock
        event = loop._next_event(timeout)
        horizon = loop._horizon
        if horizon is None:
            if event is None:
                raise DeadlockError(loop._complaint("for ever").replace("the advance took", "this would wait"))
            clock.jump_to(event)
        elif event is not None and event <= max(horizon, self._rest(horizon)):
            clock.jump_to(event)
        else:
            clock.jump_to(horizon)
            loop.stop()

    def _rest(self, horizon: int) -> int:
        """Return until when an event still belongs to this advance, although its time is over."""
        limits = self._loop.limits
        near = self._clock.elapsed() + round(limits.quiet * MICROSECONDS)
        return min(near, horizon + round(limits.settle * MICROSECONDS))


class _LiveSelector(_Selector):
    def __init__(self, loop: SimulationLoop, clock: BaseClock) -> None:
        super().__init__(loop)
        self._clock = clock
        self._speed: float = getattr(clock, "speed", 1.0)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            event = self._loop._next_event(timeout)
            timeout = None if event is None else max(0, event - self._clock.elapsed()) / MICROSECONDS / self._speed
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(timeout)
        self._loop._run_due()
        return ready

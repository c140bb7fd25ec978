"""An asyncio event loop that lives by a simulation's clock.

In frozen time it never waits: at quiescence, when no callback is ready and no input has arrived, the clock jumps to the
next timer. In-process traffic stays in memory, so that quiescence is exact.
"""

from __future__ import annotations

import asyncio
import math
import selectors
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .clock import MICROSECONDS, BaseClock, microseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Executor
    from contextvars import Context

T = TypeVar("T")

WINDOW_SECONDS = 3600  # virtual, within which the limits are counted
THREAD_WAIT_SECONDS = 0.05  # real, between two looks whether a thread has come back


class AdvanceLimitError(RuntimeError):
    """More happened within a virtual hour than `Limits` allow: something is busy without end, or a bound is too tight.

    The text names the bound that was reached; the last exchanges are notes of the error.
    """


class DeadlockError(RuntimeError):
    """A coroutine waits for what can never happen: no timer is set and no exchange is under way."""


@dataclass(frozen=True)
class Limits:
    """How much may happen before an advance is stopped, and what counts as quiescence.

    `iterations` are rounds of the event loop, `exchanges` HTTP exchanges: so many within one virtual hour, so that an
    advance may be as long as it likes while its time goes on. `real_seconds` are what a sentence of a live simulation
    may take; frozen time waits so long for a thread, and else never asks the wall.
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
        self._measured = 0  # from when on the limits are counted, in virtual microseconds
        self._iterations = 0
        self._exchanges = 0
        self._waits = 0  # for threads, in a row
        self._broken: Exception | None = None
        super().__init__(_Selector(self))
        # asyncio runs a timer that is due within the clock's resolution, by default a nanosecond, which a float of some
        # months cannot tell apart. Half a microsecond can be: what is due now is due, and what is due in one is not.
        self._clock_resolution = 0.5 / MICROSECONDS

    def time(self) -> float:
        return self.clock.seconds()

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        # A timer is due at a whole microsecond, never before its time: however short a wait is, time moves on.
        due = self.clock.elapsed() + _rounded_up(delay)
        return super().call_at(due / MICROSECONDS, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_later(when - self.time(), callback, *args, context=context)

    def run_until_complete(self, future: Any) -> Any:
        self._begin(horizon=None)
        return super().run_until_complete(future)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` to its end; virtual time passes as far as it needs."""
        result: T = self.run_until_complete(coroutine)
        return result

    def advance(self, seconds: float) -> None:
        """Let `seconds` of the clock's time pass, run all that is due, and come to rest (quiescence).

        Raises `AdvanceLimitError` when the limits are exceeded.
        """
        horizon = self.clock.elapsed() + microseconds(seconds)
        self._begin(horizon)
        stop = None if self.clock.frozen else self.clock.call_later(seconds, self.stop)
        try:
            self.run_forever()
        finally:
            self._horizon = None
            if stop is not None:
                stop.cancel()

    def serve(self) -> None:
        """Run until `stop`, for callers from outside; time passes by itself."""
        self._begin(horizon=None)
        self.run_forever()

    def break_off(self, error: Exception | None) -> None:
        """Let what runs end with `error` before the loop's next round; None: let it go on after all.

        For bounds that are not of this loop's own time; call it in the thread of the loop.
        """
        self._broken = error

    def _end_what_is_broken_off(self) -> None:
        if self._broken is not None:
            error, self._broken = self._broken, None
            raise error

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
        self._measure()

    def _measure(self) -> None:
        self._measured = self.clock.elapsed()
        self._iterations = 0
        self._exchanges = self.count_exchanges()
        self._waits = 0

    def _check_limits(self) -> None:
        if self.clock.elapsed() - self._measured >= WINDOW_SECONDS * MICROSECONDS:
            self._measure()
        elif self._iterations > self.limits.iterations:
            raise AdvanceLimitError(
                self._complaint(f"more than {self.limits.iterations:,} rounds of the event loop in an hour")
            )
        elif self.count_exchanges() - self._exchanges > self.limits.exchanges:
            raise AdvanceLimitError(self._complaint(f"more than {self.limits.exchanges:,} exchanges in an hour"))

    def _wait_for_thread(self) -> None:
        self._waits += 1
        if self._waits * THREAD_WAIT_SECONDS > self.limits.real_seconds:
            raise AdvanceLimitError(self._complaint(f"more than {self.limits.real_seconds:g} real seconds in a thread"))

    def _complaint(self, what: str) -> str:
        return f"the advance took {what}, {self._situation()}"

    def _situation(self) -> str:
        names = sorted(task.get_name() for task in asyncio.all_tasks(self))
        running = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        return f"at {self.clock.now().isoformat()}; running: {running or 'no task'}"

    def _next_event(self, timeout: float | None) -> int | None:
        """Return when something is due, in microseconds: a timer of the loop (in `timeout`) or one of the clock."""
        due = self.clock.next_due()
        if timeout is None:
            return due
        loops = self.clock.elapsed() + round(timeout * MICROSECONDS)
        return loops if due is None else min(loops, due)

    def _run_due(self) -> None:
        due = self.clock.next_due()
        if due is not None and due <= self.clock.elapsed():
            self.call_soon(self.clock.run_due)


def _rounded_up(seconds: float) -> float:
    """Return `seconds` in whole microseconds, at least one for any time above 0; infinity stays what it is."""
    if math.isinf(seconds):
        return seconds
    noise = 1e-3  # microseconds that come from reckoning in floating seconds
    return max(math.ceil(seconds * MICROSECONDS - noise), int(seconds > 0))


async def _gather(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


class _Selector(selectors.DefaultSelector):
    """Waits for input as the clock wants it, which may be frozen now and pass by itself later."""

    def __init__(self, loop: SimulationLoop) -> None:
        super().__init__()
        self._loop = loop
        self._clock = loop.clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop._end_what_is_broken_off()
        return self._select_frozen(timeout) if self._clock.frozen else self._select_live(timeout)

    def _select_frozen(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        loop = self._loop
        loop._iterations += 1
        if not loop._iterations % 256:
            loop._check_limits()
        if timeout is not None and timeout <= 0:
            return []  # callbacks wait to be run: input can wait, as no time passes before quiescence
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready:
            return ready
        if loop._outside:
            loop._wait_for_thread()
            return super().select(THREAD_WAIT_SECONDS)
        loop._waits = 0
        self._jump(timeout)
        loop._run_due()
        return []

    def _jump(self, timeout: float | None) -> None:
        loop, clock = self._loop, self._clock
        event = loop._next_event(timeout)
        horizon = loop._horizon
        if horizon is None:
            if event is None:
                raise DeadlockError(f"this would wait for ever, {loop._situation()}")
            clock.jump_to(event)
        elif event is not None and event <= max(horizon, self._rest(horizon)):
            clock.jump_to(event)
        else:
            clock.jump_to(horizon)
            loop.stop()

    def _rest(self, horizon: int) -> int:
        """Return until when an event still belongs to this advance, although its time is over."""
        limits = self._loop.limits
        near = self._clock.elapsed() + microseconds(limits.quiet)
        return min(near, horizon + microseconds(limits.settle))

    def _select_live(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            event = self._loop._next_event(timeout)
            timeout = None if event is None else self._real_seconds(event - self._clock.elapsed())
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(timeout)
        self._loop._run_due()
        return ready

    def _real_seconds(self, elapsed: int) -> float | None:
        """Return how long the wall's clock takes for so many microseconds; None where time is paused."""
        if elapsed <= 0:
            return 0.0
        return elapsed / MICROSECONDS / self._clock.speed if self._clock.speed else None

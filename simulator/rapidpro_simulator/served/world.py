"""A served world: a simulation that lives in a thread of its own, is asked from other threads, and knows its story.

Its clock is a `SteeredClock`. What drives it is done while time is held, so that an hour takes no longer than what
happens in it; unless somebody outside lives in that time, for whom it has to pass.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.testing.sentences import read_sentences

from .live import LiveSimulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from .plan import Plan

T = TypeVar("T")

MOST_SECONDS = 120.0  # real, that something that is done to a world may take
EXCHANGE_SECONDS = 1.0  # by which time that is paused is moved for an exchange, whoever lives in it


class WorldEndedError(RuntimeError):
    """The world has been closed, or its thread has ended."""


class TooLongError(RuntimeError):
    """What was done to a world took longer than it may, and was broken off where it was."""


class ServedWorld:
    """The world of a `plan`, from its beginning until `close`.

    `folder` is where sentences find the files that they name; what is done to the world may take `most_seconds` of real
    time. `over` is done when it has ended. Raises what `LiveSimulation` raises: `PlanError` and `UsageError` for a plan
    that cannot be lived.
    """

    def __init__(self, name: str, plan: Plan, folder: Path, most_seconds: float = MOST_SECONDS) -> None:
        self.name = name
        self.plan = plan
        self.over: Future[None] = Future()
        self._folder = folder
        self._most_seconds = most_seconds
        self._actions: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._asked: set[Future[Any]] = set()  # and not answered yet
        self._serving = False  # by itself, between two actions
        self._driven: object = None  # what is being done
        self._ended = False
        self._began: Future[LiveSimulation] = Future()
        self._thread = threading.Thread(target=self._live, name=f"world {name}", daemon=True)
        self._thread.start()
        self._live_simulation = self._began.result()

    def __enter__(self) -> ServedWorld:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def ended(self) -> bool:
        return self._ended

    def read(self, question: Callable[[LiveSimulation], T]) -> Future[T]:
        """Ask something that changes nothing; it is answered between two events, also while the world is driven."""
        answer: Future[T] = Future()
        self._asked.add(answer)
        answer.add_done_callback(self._asked.discard)
        live = self._live_simulation
        self._call(lambda: _fulfil(answer, lambda: question(live)))
        return answer

    def drive(self, action: Callable[[LiveSimulation], T]) -> Future[T]:
        """Do something to the world, after whatever else is being done to it; time is held meanwhile.

        Where somebody outside lives in the time of this world, it is not held: an hour takes an hour, at its speed.
        It raises `TooLongError` where it takes more than the world allows.
        """
        answer: Future[T] = Future()
        self._actions.put(lambda: _fulfil(answer, lambda: self._drive(action)))
        self._call(self._interrupt)
        return answer

    def say(self, text: str) -> Future[int]:
        """Do what the sentences of `text` say, one after the other, and return how many they were.

        Raises `ValueError` where it is no Gherkin, and `SentenceError` for the first that fails: those before it are
        done.
        """
        sentences = read_sentences(text)

        def action(live: LiveSimulation) -> int:
            narrator = live.narrator(self._folder)
            for sentence in sentences:
                begun = live.simulation.clock.seconds()
                narrator.say(sentence)
                live.story.tell(begun, sentence)
            return len(sentences)

        return self.drive(action)

    def turn(self, speed: float) -> Future[None]:
        """Let time pass at another speed, 0 to pause it. Raises `ValueError` for what is no speed."""
        return self.read(lambda live: live.clock.turn(speed))

    def close(self) -> None:
        """End the world, whatever is being done to it: its ports are free, and its journal is whole."""
        if not self._ended:
            self._ended = True
            with suppress(WorldEndedError):  # it has ended by itself
                self._call(self._interrupt)
        self._thread.join()

    def _live(self) -> None:
        try:
            live = LiveSimulation(self.plan)
        except BaseException as error:
            self._began.set_exception(error)
            return
        try:
            with live:
                self._began.set_result(live)
                while not self._ended:
                    self._serving = True
                    live.serve()
                    self._serving = False
                    self._act()
        finally:
            self._refuse_the_rest()
            self.over.set_result(None)

    def _act(self) -> None:
        while not self._ended:
            try:
                action = self._actions.get_nowait()
            except queue.Empty:
                return
            action()

    def _refuse_the_rest(self) -> None:
        self._ended = True
        while not self._actions.empty():
            self._actions.get_nowait()()
        for answer in list(self._asked):
            if answer.set_running_or_notify_cancel():
                answer.set_exception(self._ended_error())

    def _drive(self, action: Callable[[LiveSimulation], T]) -> T:
        if self._ended:
            raise self._ended_error()
        live = self._live_simulation
        with self._bounded(live), _hold(live):
            result = action(live)
            live.listen_to_new_hosts()
        return result

    @contextmanager
    def _bounded(self, live: LiveSimulation) -> Iterator[None]:
        """Break off what is done within where it takes too long: the world would be nobody else's meanwhile."""
        self._driven = driven = object()

        def break_off() -> None:
            if self._driven is driven:
                live.simulation.loop.break_off(self._too_long(live))

        def strike() -> None:
            with suppress(WorldEndedError):
                self._call(break_off)

        timer = threading.Timer(self._most_seconds, strike)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._driven = None
            live.simulation.loop.break_off(None)

    def _too_long(self, live: LiveSimulation) -> TooLongError:
        return TooLongError(
            f"this took more than {self._most_seconds:g} s, and was broken off: it is {live.clock.now().isoformat()} "
            f"in the world {self.name} now; ask for less at once, or serve with --most-seconds"
        )

    def _ended_error(self) -> WorldEndedError:
        return WorldEndedError(f"the world {self.name} has ended")

    def _call(self, callback: Callable[[], Any]) -> None:
        try:
            self._live_simulation.simulation.loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop is closed
            raise self._ended_error() from None

    def _interrupt(self) -> None:
        """Let the thread see to its actions; while it is at one, the loop that runs belongs to that one."""
        loop = self._live_simulation.simulation.loop
        if self._serving:
            loop.stop()
        elif self._ended and self._driven is not None:
            loop.break_off(self._ended_error())


def _hold(live: LiveSimulation) -> AbstractContextManager[None]:
    outsiders = ", ".join(live.outsiders)
    if not outsiders:
        return live.held()
    if live.clock.speed:
        return nullcontext()
    because = f"time is paused, and cannot jump, because {outsiders} lives in it: give the clock a speed, and wait"
    return live.held(EXCHANGE_SECONDS, because)


def _fulfil(answer: Future[T], question: Callable[[], T]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(question())
    except Exception as error:
        answer.set_exception(error)

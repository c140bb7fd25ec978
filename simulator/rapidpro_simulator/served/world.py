"""A served world: a simulation that lives in a thread of its own, is asked from other threads, and knows its story.

Its clock is a `SteeredClock`. What drives it is done while time is held, so that an hour takes no longer than what
happens in it; unless somebody outside lives in that time, for whom it has to pass.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.testing.sentences import Narrator, read_sentences

from .live import LiveSimulation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .plan import Plan

T = TypeVar("T")


class WorldEndedError(RuntimeError):
    """The world has been closed, or its thread has ended."""


class ServedWorld:
    """The world of a `plan`, from its beginning until `close`.

    `folder` is where sentences find the files that they name. Raises what `LiveSimulation` raises: `PlanError` and
    `UsageError` for a plan that cannot be lived.
    """

    def __init__(self, name: str, plan: Plan, folder: Path) -> None:
        self.name = name
        self.plan = plan
        self._folder = folder
        self._actions: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._serving = False  # by itself, between two actions
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
        live = self._live_simulation
        self._call(lambda: _fulfil(answer, lambda: question(live)))
        return answer

    def drive(self, action: Callable[[LiveSimulation], T]) -> Future[T]:
        """Do something to the world, after whatever else is being done to it; time is held meanwhile.

        Where somebody outside lives in the time of this world, it is not held: an hour takes an hour, at its speed.
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
            narrator = Narrator(live.simulation, live.files.folder, self._folder)
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
        """End the world: its ports are free, and its journal is whole."""
        if not self._ended:
            self._ended = True
            self._call(self._interrupt)
        self._thread.join()

    def _live(self) -> None:
        try:
            live = LiveSimulation(self.plan)
        except BaseException as error:
            self._began.set_exception(error)
            return
        with live:
            self._began.set_result(live)
            while not self._ended:
                self._serving = True
                live.serve()
                self._serving = False
                self._act()
        self._refuse_the_rest()

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

    def _drive(self, action: Callable[[LiveSimulation], T]) -> T:
        if self._ended:
            raise WorldEndedError(f"the world {self.name} has ended")
        live = self._live_simulation
        with nullcontext() if live.outsiders else live.clock.held():
            result = action(live)
            live.listen_to_new_hosts()
        return result

    def _call(self, callback: Callable[[], Any]) -> None:
        try:
            self._live_simulation.simulation.loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop is closed
            raise WorldEndedError(f"the world {self.name} has ended") from None

    def _interrupt(self) -> None:
        """Let the thread see to its actions; while it is at one, the loop that runs belongs to that one."""
        if self._serving:
            self._live_simulation.simulation.loop.stop()


def _fulfil(answer: Future[T], question: Callable[[], T]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(question())
    except Exception as error:
        answer.set_exception(error)

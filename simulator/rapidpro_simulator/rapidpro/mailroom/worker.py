"""Mailroom's work for one contact after another: tasks of a contact wait while one of them awaits an answer.

A task is a coroutine. It runs on at once, without an event loop, until it awaits a `PendingResult`, such as that of a
webhook; whoever brings the result lets it go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.contacts import Contact

T = TypeVar("T")
Task = Callable[[], Coroutine[Any, Any, object]]


class PendingResult(Generic[T]):
    """Something that a task awaits; `ask` is called with the function that takes the answer when it is there."""

    def __init__(self, ask: Callable[[Callable[[T], None]], object]) -> None:
        self._ask = ask
        self._value: T

    def __await__(self) -> Generator[PendingResult[T], None, T]:
        yield self
        return self._value

    def then(self, go_on: Callable[[], None]) -> None:
        """Ask, and call `go_on` when the answer is there."""

        def take(value: T) -> None:
            self._value = value
            go_on()

        self._ask(take)


class ContactWorker:
    """Runs the tasks of each contact in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: dict[Contact, deque[Task]] = {}

    def busy(self, contact: Contact) -> bool:
        """Say whether a task of this contact is under way."""
        return contact in self._waiting

    def submit(self, contact: Contact, task: Task) -> None:
        """Run a task of a contact: now, or after those that came before it."""
        waiting = self._waiting.get(contact)
        if waiting is not None:
            waiting.append(task)
            return
        self._waiting[contact] = deque()
        self._advance(contact, task())

    def _advance(self, contact: Contact, running: Coroutine[Any, Any, object]) -> None:
        try:
            answer: PendingResult[Any] = running.send(None)
        except StopIteration:
            self._next(contact)
        except BaseException:
            del self._waiting[contact]
            raise
        else:
            answer.then(lambda: self._advance(contact, running))

    def _next(self, contact: Contact) -> None:
        waiting = self._waiting.pop(contact)
        while waiting and contact not in self._waiting:
            self.submit(contact, waiting.popleft())
        if waiting:
            self._waiting[contact].extend(waiting)

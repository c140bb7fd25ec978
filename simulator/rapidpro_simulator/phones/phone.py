"""One phone, or what has a number as phones have: a robot, an operator."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.clock import Clock, Timer

ANSWERING = 5.0  # seconds between a text and the answer to it


class PhoneError(ValueError):
    """A phone cannot do that now; the text says why."""


class Phone:
    """A scripted phone. What it gets is in `inbox`; `answers` are what it answers by itself, by globs of what it gets.

    >>> phone = simulation.phones["+265991234567"]
    >>> phone.answers["What is your name?"] = "Grace"
    >>> phone.sleep(3600)
    """

    def __init__(self, number: str, clock: Clock) -> None:
        self.number = number
        self.inbox: list[str] = []
        self.answers: dict[str, str] = {}
        self.has_sim = True
        self._clock = clock
        self._alarm: Timer | None = None
        self._asleep = False
        self._waiting: list[Callable[[], object]] = []

    def __repr__(self) -> str:
        return f"<phone {self.number}>"

    def take(self, text: str, reply: Callable[[str], object], report: Callable[[bool], object]) -> None:
        """Take a text, now or when it is on again; `report` says whether the phone has it, `reply` texts back."""
        if not self.has_sim:
            report(False)
        elif self._asleep:
            self._waiting.append(lambda: self.take(text, reply, report))
        else:
            self.inbox.append(text)
            report(True)
            if (answer := self._answer(text)) is not None:
                self._clock.call_later(ANSWERING, lambda: self._reply(reply, answer))

    def sleep(self, seconds: float | None = None) -> None:
        """Be off, for so many seconds or until it wakes: what comes meanwhile is delivered late."""
        self._asleep = True
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if seconds is None else self._clock.call_later(seconds, self.wake)

    def wake(self) -> None:
        """Be on again; what has waited is delivered now, in its order."""
        self._asleep = False
        waiting, self._waiting = self._waiting, []
        for take in waiting:
            take()

    def lose_sim(self) -> None:
        """Be nobody's any more: what has waited, and what comes, fails."""
        self.has_sim = False
        waiting, self._waiting = self._waiting, []
        for take in waiting:
            take()

    def require(self) -> None:
        """Raise `PhoneError` unless the phone can text."""
        if not self.has_sim:
            raise PhoneError(f"{self.number} has lost its SIM: nobody can text from it")
        if self._asleep:
            raise PhoneError(f"{self.number} is off: nobody can text from it until it is on again")

    def _reply(self, reply: Callable[[str], object], answer: str) -> None:
        if self.has_sim and not self._asleep:
            reply(answer)

    def _answer(self, text: str) -> str | None:
        return next((answer for wanted, answer in self.answers.items() if fnmatchcase(text, wanted)), None)

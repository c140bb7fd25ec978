"""What a carrier can do with a message, as data: outcomes, and profiles that mix them. Who gets which: `carrier`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.world.near_words import did_you_mean

REPORTABLE: Mapping[str, Status] = MappingProxyType(
    {
        status.name.lower(): status
        for status in (Status.WIRED, Status.SENT, Status.DELIVERED, Status.READ, Status.ERRORED, Status.FAILED)
    }
)
"""The statuses that a carrier can bring about, by the API's words (rapidpro 6.2)."""


def reportable(word: str) -> Status:
    """Return the status of a word such as `delivered`. Raises `ValueError` that says which there are."""
    try:
        return REPORTABLE[word]
    except KeyError:
        raise ValueError(f"a carrier cannot report {word!r}, only: {', '.join(REPORTABLE)}") from None


@dataclass(frozen=True)
class Report:
    """A status that comes `after` so many seconds from the hand-over.

    No status: the carrier rejects the message, and the generation says what becomes of it (rapidpro 6.3).
    """

    after: float
    status: Status | None


@dataclass(frozen=True)
class Outcome:
    """What becomes of a message, attempt by attempt; the last attempt stands for all that follow."""

    name: str
    attempts: tuple[tuple[Report, ...], ...]

    def reports(self, attempt: int) -> tuple[Report, ...]:
        """Return the reports on an attempt (0: the first), in the order of time."""
        return self._ordered[min(attempt, len(self._ordered) - 1)]

    @cached_property
    def _ordered(self) -> tuple[tuple[Report, ...], ...]:
        return tuple(tuple(sorted(attempt, key=lambda report: report.after)) for attempt in self.attempts)

    def without(self, words: Iterable[str]) -> Outcome:
        """Return this outcome less the reports of some statuses."""
        dropped = {reportable(word) for word in words}
        if not dropped:
            return self
        attempts = tuple(tuple(each for each in attempt if each.status not in dropped) for attempt in self.attempts)
        return replace(self, name=f"{self.name} without {', '.join(words)}", attempts=attempts)


def outcome(name: str = "", /, **seconds: float) -> Outcome:
    """Return an outcome of one attempt from words and seconds after the hand-over.

    >>> outcome(wired=0.5, delivered=5, sent=60)  # a late report of `sent`, which overwrites `delivered`
    """
    attempt = tuple(Report(after, reportable(word)) for word, after in seconds.items())
    return Outcome(name or ", ".join(seconds) or "nothing", (attempt,))


def _after_errors(name: str, errors: int) -> Outcome:
    return Outcome(name, (*[_ERRORED] * errors, _DELIVERED))


_ERRORED = (Report(0.5, Status.ERRORED),)
_DELIVERED = (Report(0.5, Status.WIRED), Report(3, Status.SENT), Report(10, Status.DELIVERED))

OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        each.name: each
        for each in (
            Outcome("delivered", (_DELIVERED,)),
            outcome("sent", wired=0.5, sent=3),
            outcome("wired", wired=0.5),  # and never a report: a consumer that waits for more waits for ever
            outcome("read", wired=0.5, sent=3, delivered=10, read=60),
            outcome("failed", failed=0.5),
            outcome("undelivered", wired=0.5, sent=3, failed=10),
            Outcome("rejected", ((Report(0.5, None),),)),
            Outcome("errored", (_ERRORED,)),
            _after_errors("errored once", 1),
            _after_errors("errored twice", 2),
            # There is no guard of the order of reports: rapidpro 6.2.
            outcome("sent late", wired=0.5, delivered=5, sent=60),
            outcome("failed late", wired=0.5, sent=3, delivered=10, failed=60),
            outcome("delivered late", wired=0.5, sent=3, failed=10, delivered=60),
            outcome("nothing"),
        )
    }
)

PROFILES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "good": MappingProxyType({"delivered": 0.97, "sent": 0.02, "failed": 0.01}),
        "poor": MappingProxyType(
            {"delivered": 0.7, "sent": 0.1, "wired": 0.05, "errored once": 0.05, "undelivered": 0.05, "errored": 0.05}
        ),
    }
)
"""Shares of outcomes, modelled: a network in a capital, and one at the end of the road."""

Wish = str | Outcome | Mapping[str, float]
"""An outcome, its name, the name of a profile, or shares by the names of outcomes."""


def shares_of(wish: Wish) -> list[tuple[Outcome, float]]:
    """Return the outcomes that a wish allows, with their weights. Raises `ValueError` for what nobody can do."""
    if isinstance(wish, Outcome):
        return [(wish, 1.0)]
    if isinstance(wish, str):
        if wish in PROFILES:
            return shares_of(PROFILES[wish])
        wish = {wish: 1.0}
    shares = [(_named(name), weight) for name, weight in wish.items()]
    if not shares or min(weight for _, weight in shares) < 0 or sum(weight for _, weight in shares) <= 0:
        raise ValueError(f"shares of outcomes are numbers of 0 and more that are not all 0, not {dict(wish)}")
    return shares


def _named(name: str) -> Outcome:
    try:
        return OUTCOMES[name]
    except KeyError:
        known = [*OUTCOMES, *PROFILES]
        hint = did_you_mean(name, known)
        raise ValueError(f"a carrier cannot do {name!r}; it can do: {', '.join(known)}{hint}") from None

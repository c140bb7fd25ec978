"""Random worlds that are not random: what tests need to happen."""

from __future__ import annotations

from rapidpro_simulator.laboratory.explore.events import ACCIDENTS, FAULTS, SETTINGS, Event
from rapidpro_simulator.laboratory.explore.random_worlds import RandomWorld


def fault(cause: str, amount: str = "next", until: str = "") -> Event:
    """Return the first fault of a cause."""
    family = next(family for family in FAULTS if family.cause == cause)
    return family.event(family.failures[0], amount, until)


def world(*events: Event | str, settings: tuple[Event, ...] = (), messages: str = "a pending message") -> RandomWorld:
    """Return the world in which this happens."""
    said = tuple(Event(each) if isinstance(each, str) else each for each in events)
    return RandomWorld(settings, messages, said)


EVENTS = {event.cause: event for event in (*ACCIDENTS, *SETTINGS)}
"""An event of each cause that is no fault."""

LOST = "the answer to a message is lost"

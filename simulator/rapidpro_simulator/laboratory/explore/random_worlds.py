"""A random world as data, and how Hypothesis draws one: a list of sentences in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from rapidpro_simulator.laboratory.recording.scenario import Step

from .events import (
    ACCIDENTS,
    CLOCKS,
    CLOCKS_OF_HOSTS,
    FAULTS,
    FAULTS_OF,
    MESSAGES,
    PACES,
    PAUSES,
    QUOTA_PROFILE,
    RESTART,
    SETTINGS,
    TEXTS,
    WHATSAPP_GENERATION,
    Event,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SWITCHED = re.compile(r'the instance is switched to the workspace "(\w+)"')
PENDING = re.compile(r"(a|\d+) pending message")
MOST_EVENTS = 8
FIRST_MESSAGES = ("a pending message", "2 pending messages", "5 pending messages")
AMOUNTS = ("next", "next 3", "2nd", "")
LAST_PAUSE = "10 minutes pass"
DURATIONS = ("", "10 minutes", "1 hour")


@dataclass(frozen=True)
class RandomWorld:
    """What happens in a world of a gateway of a `kind`.

    `clocks` are said before anything is there, `settings` when all is; then come the messages that the world begins
    with, and its `events` in order.
    """

    settings: tuple[Event, ...]
    messages: str
    events: tuple[Event, ...]
    clocks: tuple[Event, ...] = ()
    kind: str = "standalone"

    @property
    def causes(self) -> frozenset[str]:
        """What goes wrong in it."""
        return frozenset(event.cause for event in self._all() if event.cause)

    @property
    def has_moved(self) -> bool:
        """Whether CHT sends through another workspace in the end than in the beginning."""
        switches = [match[1] for event in self.events if (match := SWITCHED.fullmatch(event.text))]
        return bool(switches) and switches[-1] != "Main"

    @property
    def message_count(self) -> int:
        """How many messages there are to send in it, all in all."""
        sentences = (self.messages, *(event.text for event in self.events))
        amounts = (match[1] for text in sentences if (match := PENDING.match(text)))
        return sum(1 if amount == "a" else int(amount) for amount in amounts)

    def without(self, cause: str) -> RandomWorld:
        """Return the world without everything of a cause."""
        return replace(
            self,
            settings=tuple(event for event in self.settings if event.cause != cause),
            events=tuple(event for event in self.events if event.cause != cause),
            clocks=tuple(event for event in self.clocks if event.cause != cause),
        )

    def without_event(self, number: int) -> RandomWorld:
        """Return the world without one of its events."""
        return replace(self, events=self.events[:number] + self.events[number + 1 :])

    def background(self) -> tuple[Step, ...]:
        """Return the sentences that bring the world about."""
        return tuple(Step("Given", text) for text in self._background())

    def steps(self) -> tuple[Step, ...]:
        """Return the settings, the first messages and the events as sentences."""
        first = (Step("Given", self.messages),)
        return (*(Step(each.kind, each.text) for each in self.settings), *first, *_spoken(self.events))

    def repairs(self) -> tuple[Step, ...]:
        """Return the sentences that end what goes wrong, a while after the last event.

        The gateway is restarted last, when nothing kills it any more.
        """
        wanted = dict.fromkeys(text for event in self.events for text in event.repairs)
        return tuple(Step("When", text) for text in (LAST_PAUSE, *sorted(wanted, key=RESTART.__eq__)))

    def _all(self) -> tuple[Event, ...]:
        return (*self.clocks, *self.settings, *self.events)

    def _background(self) -> Iterator[str]:
        wanted = {each for event in self._all() for each in event.surroundings}
        generation = f' of the generation "{WHATSAPP_GENERATION}"' if "whatsapp" in wanted else ""
        profile = f' with the rate profile "{QUOTA_PROFILE}"' if "quota" in wanted else ""
        yield from (each.text for each in self.clocks)
        if generation or profile:
            yield f'a RapidPro host "textit.com"{generation}{profile}'
        yield 'RapidPro workspaces "Main" and "Other"' if "accounts" in wanted else 'a RapidPro workspace "Main"'
        if "little" in wanted:
            yield 'the workspace "Main" may make 20 requests an hour in the scope "v2"'
        if "hosts" in wanted:
            yield 'a RapidPro workspace "Elsewhere" on "rapidpro.example.org"'
        if "whatsapp" in wanted:
            yield 'the workspace "Main" sends through WhatsApp'
        yield 'a CHT instance that sends through the workspace "Main"'
        if "patient" in wanted and self.kind == "standalone":
            yield "the gateway sends messages however old they are"


def _spoken(events: tuple[Event, ...]) -> Iterator[Step]:
    """Say faults with Given before anything has happened, and everything with When from then on."""
    kind = "Given"
    for event in events:
        kind = "When" if event.kind == "When" else kind
        yield Step(kind, event.text)


@st.composite
def _faults(draw: st.DrawFn, kind: str) -> Event:
    family = draw(st.sampled_from((*FAULTS, *FAULTS_OF.get(kind, ()))))
    failure = draw(st.sampled_from(family.failures))
    if family.once:
        return family.event(failure, draw(st.sampled_from(("next", "2nd"))), "")
    amount = draw(st.sampled_from(AMOUNTS))
    return family.event(failure, amount, "" if amount else draw(st.sampled_from(DURATIONS[1:])))


def _any_event(kind: str) -> st.SearchStrategy[Event]:
    pauses = st.sampled_from(PAUSES)
    accidents = (*ACCIDENTS, *(CLOCKS if kind == "standalone" else ()))
    return st.one_of(
        pauses,
        st.sampled_from(MESSAGES),
        pauses,
        _faults(kind),
        _faults(kind),
        st.sampled_from(accidents),
        st.sampled_from(TEXTS),
    )


def _at_most_one(choice: Sequence[Event | None]) -> st.SearchStrategy[tuple[Event, ...]]:
    return st.sampled_from(choice).map(lambda event: () if event is None else (event,))


def random_worlds(kind: str) -> st.SearchStrategy[RandomWorld]:
    """Return the worlds for gateways of a kind, such as `cht` or `standalone`: some sentences are for one kind only."""
    settings = st.lists(st.sampled_from(SETTINGS), max_size=1).map(tuple)
    return st.builds(
        RandomWorld,
        st.tuples(_at_most_one(PACES.get(kind, (None,))), settings).map(lambda parts: (*parts[0], *parts[1])),
        st.sampled_from(FIRST_MESSAGES),
        st.lists(_any_event(kind), min_size=1, max_size=MOST_EVENTS).map(tuple),
        _at_most_one(CLOCKS_OF_HOSTS),
        st.just(kind),
    )

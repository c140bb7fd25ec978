"""Plays an incident with one remedy and one seed, and returns its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.messages.states import POLLED_STATES
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.laboratory.forecast.figures import Figures, Hour
from rapidpro_simulator.laboratory.forecast.incident import NOTHING, STANDALONE
from rapidpro_simulator.laboratory.forecast.reports import CarrierDraws
from rapidpro_simulator.rapidpro.generations.rates import merged
from rapidpro_simulator.world.seed import Seed

from .carrier import CarrierModel
from .cht_gateway import ChtGatewayModel
from .kernel import Kernel
from .latency import LatencyModel
from .messages import SENDABLE, Mailbag, ModelMessage
from .others import DUE_TASKS, RANKS, arrivals, consumer, due_tasks, new_work
from .rapidpro import RapidProModel

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from rapidpro_simulator.laboratory.forecast.incident import (
        Consumer,
        Incident,
        Inherited,
        OpenMessages,
        Remedy,
    )
    from rapidpro_simulator.world.seed import Stream

    from .kernel import Actor
    from .standalone import StandaloneModel

HOUR = 3600.0
DAY = 86_400.0


@dataclass(frozen=True)
class Phases:
    """How many seconds before the start the timers of the gateway, of the sentinel and of the others began.

    Who asks a moment before the other gets what an hour gives back, so they are part of what a seed decides. The timers
    of CHT's own gateway (`built_in`) run while another gateway is used, too.
    """

    gateway: float
    sentinel: float
    consumers: tuple[float, ...]
    built_in: float = 0.0

    @classmethod
    def drawn(cls, incident: Incident, random: Random) -> Phases:
        """Draw all of them: nobody knows them of a real deployment."""
        consumers = tuple(random.uniform(0, each.every_minutes * 60) for each in incident.consumer)
        gateway, sentinel, built_in = (
            random.uniform(0, each) for each in (incident.interval_seconds, DUE_TASKS, incident.interval_seconds)
        )
        return cls(gateway, sentinel, consumers, built_in)


@dataclass(frozen=True)
class Circumstances:
    """What luck decides before anything happens: when timers began, and when new messages are made (seconds).

    What the carrier does with one message after another is drawn from the seed `carrier`. `start` is second 0: RapidPro
    tries again at whole minutes, and CHT's sentinel sleeps at night.
    """

    phases: Phases
    times: list[float]
    carrier: Seed
    start: datetime

    @classmethod
    def drawn(cls, incident: Incident, seed: Seed) -> Circumstances:
        """Draw all of them."""
        phases = Phases.drawn(incident, seed.stream("phases"))
        return cls(phases, arrivals(incident, seed.stream("arrivals")), seed, incident.start)


def play(incident: Incident, remedy: Remedy, seed: int, circumstances: Circumstances | None = None) -> Figures:
    """Return what becomes of `incident` where somebody does `remedy`; the same `seed`, the same figures.

    Circumstances are drawn, too, unless they are given.
    """
    drawn = Seed(f"forecast {seed}")
    return _Play(incident, remedy, drawn, circumstances or Circumstances.drawn(incident, drawn)).figures()


class _Play:
    def __init__(self, incident: Incident, remedy: Remedy, seed: Seed, circumstances: Circumstances) -> None:
        self._incident = incident
        self._remedy = remedy
        self._phases = phases = circumstances.phases
        self._start = circumstances.start
        self._kernel = Kernel()
        account = incident.rapidpro
        generation = account.its_generation
        draws = CarrierDraws(incident.carrier, generation, circumstances.carrier.stream("carrier"))
        carrier = CarrierModel(draws, generation, self._start, seed.stream("dispatch"))
        self._rapidpro = RapidProModel(account, carrier, incident.hours)
        self._latency = LatencyModel(seed.stream("latency"), incident.latency.rapidpro, incident.latency.couchdb)
        self._mailbag = Mailbag(self._kernel)
        self._hours: list[Hour] = []
        documents = seed.stream("documents")
        for group in incident.open:
            self._add(group, documents)
        self._gateway = self._gateway_of(incident.gateway, incident.interval_seconds)
        kernel = self._kernel
        kernel.start(self._applied(), remedy.after_hours * HOUR)
        kernel.start(new_work(self._mailbag, circumstances.times, documents))
        self._sentinel = self._start_sentinel(DUE_TASKS - phases.sentinel)
        self._gateway.start(phases.gateway)
        starts = [
            each.every_minutes * 60 - phase for each, phase in zip(self._consumers, phases.consumers, strict=True)
        ]
        self._polls = [self._start_consumer(each, at) for each, at in zip(self._consumers, starts, strict=True)]
        kernel.start(self._watch(), HOUR)

    def _add(self, group: OpenMessages, stream: Stream) -> None:
        line = None if group.answer == NOTHING else ((float("-inf"), group.answer),)
        for _ in range(group.count):
            due = -stream.uniform(0, group.age_days * DAY) if group.due is None else group.due
            message = ModelMessage(stream.getrandbits(RANKS), due, group.state, timeline=line)
            message.backlog = not group.is_to_come
            message.sent_before = group.state in POLLED_STATES
            message.referenced = group.reference and message.sent_before
            self._mailbag.add(message)

    def _gateway_of(
        self, name: str, interval: float, inherited: Inherited | None = None
    ) -> ChtGatewayModel | StandaloneModel:
        parts = (self._kernel, self._latency, self._mailbag, self._rapidpro)
        if name == STANDALONE:
            from .standalone import StandaloneModel  # the package `cht_rapidpro_gateway` may not be there

            return StandaloneModel(*parts, inherited)
        return ChtGatewayModel(*parts, release(name.partition(":")[2]), interval)

    @property
    def _consumers(self) -> tuple[Consumer, ...]:
        return self._incident.consumer

    def _start_sentinel(self, at: float) -> Actor:
        return self._kernel.start(due_tasks(self._kernel, self._mailbag, self._start), at)

    def _start_consumer(self, of: Consumer, at: float) -> Actor:
        return self._kernel.start(consumer(self._kernel, self._latency, self._rapidpro, of), at)

    def figures(self) -> Figures:
        self._kernel.run(self._incident.seconds + 1e-6)
        # What was scheduled, and was given another state before it was due, nobody waits for.
        new = [each for each in self._mailbag.messages if not each.backlog and each.pended is not None]
        sent = [(each.pending_since, each.first_sent) for each in new]
        again = sum(each.again for each in self._mailbag.messages)
        new_open = sum(not each.is_final for each in new)
        return Figures(self._hours, self._rapidpro.requests(), sent, again, self._mailbag.backlog_gone, new_open)

    # The remedy

    def _applied(self) -> Actor:
        """Do at once what the remedy is; what it does not name stays as it is."""
        remedy = self._remedy
        if remedy.set_state is not None:
            for message in self._mailbag.in_states(remedy.of_states):
                self._mailbag.set_state(message, remedy.set_state)
                if message.state in SENDABLE and not message.backlog and message.pended is None:
                    message.pended = self._kernel.now
        account = self._incident.rapidpro
        self._rapidpro.throttle.change(merged(account.profile, {**account.rates, **remedy.rates}))
        if remedy.gateway is not None or remedy.interval_seconds is not None:
            self._change_gateway(remedy.gateway or self._incident.gateway)
        if remedy.consumer_minutes is not None:
            self._kernel.stop(self._polls)
            for each in self._consumers:
                slower = replace(each, every_minutes=remedy.consumer_minutes)
                self._start_consumer(slower, self._kernel.now + remedy.consumer_minutes * 60)
        yield from ()

    def _change_gateway(self, name: str) -> None:
        """Begin with another gateway, or with CHT's own anew, in a process of another release or with other timers."""
        begins_anew = STANDALONE not in (name, self._incident.gateway)
        if begins_anew:
            self._gateway.stop()
        else:
            self._gateway.disable()
        if begins_anew and name != self._incident.gateway:  # an upgrade, which ends the sentinel's process too
            self._kernel.stop([self._sentinel])
            self._start_sentinel(self._kernel.now)
        interval = self._remedy.interval_seconds or self._incident.interval_seconds
        self._gateway = self._gateway_of(name, interval, self._remedy.inherited)
        # CHT's own timers have run all along, as long as nobody wants others.
        goes_on = self._incident.gateway == STANDALONE and self._remedy.interval_seconds is None
        self._gateway.start((self._kernel.now + self._phases.built_in) % interval if goes_on else 0.0)

    # Looking

    def _watch(self) -> Actor:
        while True:
            self._hours.append(Hour(self._mailbag.open_backlog, self._mailbag.waiting))
            yield self._kernel.now + HOUR

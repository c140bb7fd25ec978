"""Plays an incident with one remedy and one seed, and returns its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.laboratory.forecast.figures import Figures, Hour
from rapidpro_simulator.laboratory.forecast.incident import NOTHING, STANDALONE, Inherited
from rapidpro_simulator.rapidpro.generations.rates import merged
from rapidpro_simulator.world.seed import Seed

from .carrier import CarrierModel
from .cht_gateway import ChtGatewayModel
from .kernel import Kernel
from .latency import LatencyModel
from .messages import Mailbag, ModelMessage
from .others import DUE_TASKS, RANKS, arrivals, consumer, due_tasks, new_work
from .rapidpro import RapidProModel

if TYPE_CHECKING:
    from random import Random

    from rapidpro_simulator.laboratory.forecast.incident import Consumer, Incident, OpenMessages, Remedy
    from rapidpro_simulator.world.seed import Stream

    from .kernel import Actor
    from .standalone import StandaloneModel

LEFT_ALONE = Inherited()
HOUR = 3600.0
DAY = 86_400.0


@dataclass(frozen=True)
class Phases:
    """How many seconds before the start the timers of the gateway, of the sentinel and of the others began.

    Who asks a moment before the other gets what an hour gives back, so they are part of what a seed decides.
    """

    gateway: float
    sentinel: float
    consumers: tuple[float, ...]

    @classmethod
    def drawn(cls, incident: Incident, random: Random) -> Phases:
        """Draw all of them: nobody knows them of a real deployment."""
        consumers = tuple(random.uniform(0, each.every_minutes * 60) for each in incident.consumer)
        return cls(random.uniform(0, incident.interval_seconds), random.uniform(0, DUE_TASKS), consumers)


def play(incident: Incident, remedy: Remedy, seed: int, phases: Phases | None = None) -> Figures:
    """Return what becomes of `incident` where somebody does `remedy`; the same `seed`, the same figures."""
    drawn = Seed(f"forecast {seed}")
    return _Play(incident, remedy, drawn, phases or Phases.drawn(incident, drawn.stream("phases"))).figures()


class _Play:
    def __init__(self, incident: Incident, remedy: Remedy, seed: Seed, phases: Phases) -> None:
        self._incident = incident
        self._remedy = remedy
        self._kernel = Kernel()
        account = incident.rapidpro
        words = account.its_generation.words.message
        carrier = CarrierModel(seed.stream("carrier"), incident.carrier.outcomes, incident.carrier.delays, words)
        self._rapidpro = RapidProModel(account, carrier)
        self._latency = LatencyModel(seed.stream("latency"), incident.latency.rapidpro, incident.latency.couchdb)
        self._mailbag = Mailbag(self._kernel)
        self._hours: list[Hour] = []
        documents = seed.stream("documents")
        for group in incident.open:
            self._add(group, documents)
        self._gateway = self._gateway_of(incident.gateway, incident.interval_seconds)
        self._arrivals = arrivals(incident, seed.stream("arrivals"))
        self._start(documents, phases)

    def _add(self, group: OpenMessages, stream: Stream) -> None:
        line = None if group.answer == NOTHING else ((float("-inf"), group.answer),)
        for _ in range(group.count):
            due = -stream.uniform(0, group.age_days * DAY) if group.due is None else group.due
            message = ModelMessage(stream.getrandbits(RANKS), due, group.state, timeline=line, backlog=True)
            self._mailbag.add(message)

    def _gateway_of(
        self, name: str, interval: float, inherited: Inherited = LEFT_ALONE
    ) -> ChtGatewayModel | StandaloneModel:
        parts = (self._kernel, self._latency, self._mailbag, self._rapidpro)
        if name == STANDALONE:
            from .standalone import StandaloneModel  # the package `cht_rapidpro_gateway` may not be there

            return StandaloneModel(*parts, inherited)
        return ChtGatewayModel(*parts, release(name.partition(":")[2]), interval)

    def _start(self, documents: Stream, phases: Phases) -> None:
        kernel = self._kernel
        kernel.start(self._applied(), self._remedy.after_hours * HOUR)
        kernel.start(new_work(self._mailbag, self._arrivals, documents))
        kernel.start(due_tasks(kernel, self._mailbag), DUE_TASKS - phases.sentinel)
        self._gateway.start(phases.gateway)
        self._consumers = [consumer(kernel, self._latency, self._rapidpro, each) for each in self._incident.consumer]
        for actor, each, phase in zip(self._consumers, self._incident.consumer, phases.consumers, strict=True):
            kernel.start(actor, each.every_minutes * 60 - phase)
        kernel.start(self._watch(), HOUR)

    def figures(self) -> Figures:
        self._kernel.run(self._incident.seconds + 1e-6)
        sent = [(each.due, each.first_sent) for each in self._mailbag.messages if not each.backlog]
        again = sum(max(0, each.copies - (not each.backlog)) for each in self._mailbag.messages)
        return Figures(self._hours, dict(self._rapidpro.requests), sent, again, self._mailbag.backlog_gone)

    # The remedy

    def _applied(self) -> Actor:
        """Do at once what the remedy is; what it does not name stays as it is."""
        remedy = self._remedy
        yield self._kernel.now
        if remedy.set_state is not None:
            for message in self._mailbag.in_states(remedy.of_states):
                self._mailbag.set_state(message, remedy.set_state)
        self._rapidpro.throttle.change(
            merged(self._incident.rapidpro.profile, {**self._incident.rapidpro.rates, **remedy.rates})
        )
        if remedy.gateway is not None or remedy.interval_seconds is not None:
            self._gateway.stop()
            name = remedy.gateway or self._incident.gateway
            interval = remedy.interval_seconds or self._incident.interval_seconds
            self._gateway = self._gateway_of(name, interval, remedy.inherited)
            self._gateway.start()
        if remedy.consumer_minutes is not None:
            self._kernel.stop(self._consumers)
            for each in self._incident.consumer:
                self._kernel.start(
                    self._slower(each, remedy.consumer_minutes), self._kernel.now + remedy.consumer_minutes * 60
                )

    def _slower(self, of: Consumer, minutes: float) -> Actor:
        return consumer(self._kernel, self._latency, self._rapidpro, replace(of, every_minutes=minutes))

    # Looking

    def _watch(self) -> Actor:
        while True:
            self._look()
            yield self._kernel.now + HOUR

    def _look(self) -> None:
        waiting = self._mailbag.count("pending", "forwarded-to-gateway")
        self._hours.append(Hour(self._mailbag.open_backlog, waiting))

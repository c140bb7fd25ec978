"""The same incident in the full simulation: every request over HTTP, every document in CouchDB. The model's judge."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.cht.messages.states import FINAL_STATES
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.sentences import Narrator, read_sentences
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.network import Latency
from rapidpro_simulator.world.seed import Seed

from .figures import Figures, Hour
from .incident import NOTHING, STANDALONE, Incident, Remedy
from .model.cht_gateway import ASKS, SENDS
from .model.others import DUE_TASKS, arrivals
from .model.play import Phases
from .model.rapidpro import ANSWERED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.world.journal import Exchange

HOST, WORKSPACE = "rapidpro.example.org", "Main"
OTHERS = "another system"
FIRST_UNKNOWN = 500_001  # references of messages that the account does not know
PURPOSES = {"POST": SENDS, "GET": ASKS}
LOOK = "*/messages_by_state"
WAITING = ("pending", "forwarded-to-gateway")
HOUR = 3600.0
DAY = 86_400.0
PAGE = 500  # documents that are saved by one request


def simulate(incident: Incident, remedy: Remedy, seed: int) -> tuple[Figures, Phases]:
    """Return the figures of an incident as the full simulation has them, and when its timers began.

    It takes about a minute for each 50,000 requests.
    """
    latency = Latency(*incident.latency.rapidpro)
    with Simulation(
        seed=seed,
        clock=FrozenClock(incident.start),
        generation=incident.rapidpro.generation,
        gateway=incident.gateway,
        latency=latency,
    ) as simulation:
        simulated = _Simulated(incident, remedy, simulation, seed)
        return simulated.figures(), simulated.phases()


class _Simulated:
    def __init__(self, incident: Incident, remedy: Remedy, simulation: Simulation, seed: int) -> None:
        self._incident = incident
        self._remedy = remedy
        self._simulation = simulation
        self._narrator = Narrator(simulation)
        self._hours: list[Hour] = []
        stream = Seed(f"forecast {seed}").stream("arrivals")
        self._times = arrivals(incident, stream)
        self._say(*self._background())
        simulation.hosts[HOST].workspace(WORKSPACE).deliver(incident.carrier.outcomes)
        self._cht = Administrator(simulation, next(iter(simulation.sites.values())))
        self._add_open(Seed(f"forecast {seed}").stream("documents"))
        self._say(*self._consumers())
        self._start = simulation.clock.now()

    def figures(self) -> Figures:
        events: list[tuple[float, Any]] = [(self._remedy.after_hours * HOUR, self._apply)]
        events += [(time, self._add_new) for time in self._times]
        events += [(HOUR * hour, self._look) for hour in range(1, int(self._incident.seconds // HOUR) + 1)]
        for time, act in sorted(events, key=lambda event: event[0]):
            self._advance_to(time)
            act()
        return Figures(self._hours, self._requests(), self._delays(), 0, None)

    def phases(self) -> Phases:
        """Return when the timers began: from the first that the gateway and the sentinel look for in CouchDB."""
        gateway = -self._first("gateway", "/api/sms*" if self._is_standalone else LOOK)
        consumers = (0.0,) * len(self._incident.consumer)
        return Phases(gateway % self._incident.interval_seconds, -self._first("sentinel*", LOOK) % DUE_TASKS, consumers)

    @property
    def _is_standalone(self) -> bool:
        return self._incident.gateway == STANDALONE

    def _first(self, by: str, path: str) -> float:
        looks = self._simulation.journal.exchanges(by=by, path=path)
        return min(time for each in looks if (time := (each.time - self._start).total_seconds()) >= 0)

    def _say(self, *sentences: str) -> None:
        for sentence in read_sentences("\n".join(sentences)) if sentences else ():
            self._narrator.say(sentence)

    def _background(self) -> Iterator[str]:
        account = self._incident.rapidpro
        kind = f'of the generation "{account.generation}" with the rate profile "{account.profile.name}"'
        yield f'Given a RapidPro host "{HOST}" {kind}'
        yield f'And a RapidPro workspace "{WORKSPACE}" on "{HOST}"'
        for scope, rate in account.rates.items():
            yield f'And the workspace "{WORKSPACE}" may make {rate.limit} requests an hour in the scope "{scope}"'
        yield f'And a CHT instance that sends through the workspace "{WORKSPACE}"'

    def _consumers(self) -> Iterator[str]:
        for each in self._incident.consumer:
            for endpoint in each.asks:
                path = f"/api/v2/{endpoint}.json"
                every = f"{each.every_minutes:g} minutes"
                yield f'Given {OTHERS} polls the workspace "{WORKSPACE}" every {every} for "{path}"'

    def _add_open(self, stream: Any) -> None:
        documents: list[dict[str, Any]] = []
        for group in self._incident.open:
            assert group.answer == NOTHING, "the full simulation has only messages that the account does not know"
            for _ in range(group.count):
                made = self._simulation.clock.now() - timedelta(seconds=stream.uniform(0, group.age_days * DAY))
                number = len(documents)
                reference = {} if group.state == "pending" else {"gateway_ref": FIRST_UNKNOWN + number}
                documents.append(self._document(number, f"old {number}", made, state=group.state, **reference))
        self._save(documents)

    def _document(self, number: int, text: str, made: Any, **task: Any) -> dict[str, Any]:
        return message_document(self._simulation, number, f"+25471{number:07}", text, now=made, **task)

    def _save(self, documents: list[dict[str, Any]]) -> None:
        for first in range(0, len(documents), PAGE):
            self._cht.save(documents[first : first + PAGE])

    def _advance_to(self, time: float) -> None:
        left = (self._start + timedelta(seconds=time) - self._simulation.clock.now()).total_seconds()
        if left > 0:
            self._simulation.advance(seconds=left)

    def _add_new(self) -> None:
        number = self._made = getattr(self, "_made", -1) + 1
        self._save([self._document(number, f"new {number}", self._simulation.clock.now())])

    def _apply(self) -> None:
        if self._remedy.set_state is None:
            return
        changed = {}
        for sent in self._cht.messages():
            if sent.state in self._remedy.of_states:
                sent.task["state"] = self._remedy.set_state
                changed[sent.document["_id"]] = sent.document
        self._save(list(changed.values()))

    def _look(self) -> None:
        messages = self._cht.messages()
        old = [each for each in messages if each.message["message"].startswith("old")]
        still_open = sum(each.state not in FINAL_STATES for each in old)
        self._hours.append(Hour(still_open, sum(each.state in WAITING for each in messages)))

    # What the journal tells

    def _exchanges(self) -> list[Exchange]:
        return self._simulation.journal.exchanges(to=HOST, path="/api/v2/*")

    def _requests(self) -> dict[tuple[int, str, str], int]:
        found: Counter[tuple[int, str, str]] = Counter()
        for each in self._exchanges():
            hour = int((each.time - self._start).total_seconds() // HOUR)
            if 0 <= hour < len(self._hours):
                found[hour, self._consumer(each), REFUSED if each.status == 429 else ANSWERED] += 1
        return dict(found)

    def _consumer(self, exchange: Exchange) -> str:
        by = str(exchange.get("by"))
        if by == OTHERS:
            return by
        if self._is_standalone:
            return "gateway asks" if "/messages" in str(exchange.get("path")) else "gateway sends"
        return PURPOSES[str(exchange.get("method"))]

    def _delays(self) -> list[tuple[float, float | None]]:
        sent: dict[str, float] = {}
        for each in self._exchanges():
            if each.get("method") == "POST" and each.status == 201:
                text = json.loads(each.request)["text"]
                sent.setdefault(text, (each.time - self._start).total_seconds())
        return [(time, sent.get(f"new {number}")) for number, time in enumerate(self._times)]

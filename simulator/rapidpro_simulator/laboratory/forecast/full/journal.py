"""What the journal and CHT's documents tell of an incident: who asked how often, and how long messages waited."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.messages.states import FINAL_STATES
from rapidpro_simulator.gateways.interface import PARTY
from rapidpro_simulator.laboratory.forecast.incident import STANDALONE
from rapidpro_simulator.laboratory.forecast.model.cht_gateway import ASKS, SENDS
from rapidpro_simulator.laboratory.forecast.model.messages import SENDABLE
from rapidpro_simulator.laboratory.forecast.model.others import DUE_TASKS
from rapidpro_simulator.laboratory.forecast.model.play import Phases
from rapidpro_simulator.laboratory.forecast.model.rapidpro import ANSWERED, REFUSED

from .deployment import HOST
from .remedies import SUCCESSOR

if TYPE_CHECKING:
    from rapidpro_simulator.cht.sent_messages import SentMessage
    from rapidpro_simulator.world.journal import Exchange

    from .deployment import Deployment

PURPOSES = {"POST": SENDS, "GET": ASKS}
LOOK = "*/messages_by_state"
HOUR = 3600.0


class Told:
    """What became of a deployment whose first so many hours are over."""

    def __init__(self, deployment: Deployment, hours: int) -> None:
        self._deployment = deployment
        self._hours = hours
        self._standalone = SUCCESSOR if deployment.incident.gateway != STANDALONE else PARTY
        self._exchanges = deployment.simulation.journal.exchanges(to=HOST, path="/api/v2/*")

    def requests(self) -> dict[tuple[int, str, str], int]:
        """Return how many requests there were, by hour, who asked, and whether they were answered or refused."""
        found: Counter[tuple[int, str, str]] = Counter()
        for each in self._exchanges:
            hour = int(self._seconds(each.time) // HOUR)
            if 0 <= hour < self._hours:
                found[hour, self._consumer(each), REFUSED if each.status == 429 else ANSWERED] += 1
        return dict(found)

    def delays(self) -> list[tuple[float, float | None]]:
        """Return when the new messages became pending, and when they were first sent."""
        sent: dict[str, float] = {}
        for each in self._exchanges:
            if each.get("method") == "POST" and each.status == 201:
                sent.setdefault(json.loads(each.request)["text"], self._seconds(each.time))
        return [(self._seconds(pended), sent.get(each.message["message"])) for each, pended in self._new]

    def new_open(self) -> int:
        """Return how many of the new messages have no final state."""
        return sum(each.state not in FINAL_STATES for each, _ in self._new)

    @cached_property
    def _new(self) -> list[tuple[SentMessage, datetime]]:
        """The new messages that have become pending, and when."""
        new = [each for each in self._deployment.cht.messages() if each.message["message"].startswith("new")]
        return [(each, pended) for each in new if (pended := self._pended(each)) is not None]

    def _pended(self, message: SentMessage) -> datetime | None:
        """Return when a message first became pending, be it by hand; None for one that never did."""
        if (pended := _pended(message.task)) is not None:
            return pended
        remedy = self._deployment.remedy
        by_hand = remedy.set_state in SENDABLE and message.state != "scheduled"
        return self._deployment.started + timedelta(hours=remedy.after_hours) if by_hand else None

    def phases(self) -> Phases:
        """Return when the timers began: from the first that the gateway and the sentinel look for in CouchDB."""
        incident = self._deployment.incident
        gateway = -self._first(PARTY, "/api/sms*" if incident.gateway == STANDALONE else LOOK)
        sentinel = -self._first("sentinel*", LOOK) % DUE_TASKS
        consumers = (0.0,) * len(incident.consumer)
        is_back = incident.gateway == STANDALONE and self._deployment.remedy.gateway is not None
        built_in = -self._first(self._deployment.instance.party, LOOK) if is_back else 0.0
        interval = incident.interval_seconds
        return Phases(gateway % interval, sentinel, consumers, built_in % interval)

    def _consumer(self, exchange: Exchange) -> str:
        by = str(exchange.get("by"))
        if by in {each.name for each in self._deployment.incident.consumer}:
            return by
        if by == self._standalone:
            return "gateway asks" if "/messages" in str(exchange.get("path")) else "gateway sends"
        return PURPOSES[str(exchange.get("method"))]

    def _first(self, by: str, path: str) -> float:
        looks = self._deployment.simulation.journal.exchanges(by=by, path=path)
        return min((time for each in looks if (time := self._seconds(each.time)) >= 0), default=0.0)

    def _seconds(self, moment: datetime) -> float:
        return (moment - self._deployment.started).total_seconds()


def _pended(task: dict[str, object]) -> datetime | None:
    """Return when a task first became pending; None for one that never did."""
    history = task.get("state_history")
    for change in history if isinstance(history, list) else []:
        if change["state"] == "pending":
            return datetime.fromisoformat(change["timestamp"])
    return None

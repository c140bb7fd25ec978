"""The parties of an incident, built in the full simulation: RapidPro, CHT, the gateway, and who else asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.laboratory.forecast.incident import STANDALONE
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.polling import Poller
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.network import Latency

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.laboratory.forecast.incident import Consumer, Incident, Remedy
    from rapidpro_simulator.laboratory.forecast.reports import CarrierDraws

HOST, WORKSPACE, CHT = "rapidpro.example.org", "Main", "cht.example.org"


class Deployment:
    """An incident's deployment; use it as a context manager. `started` is when `start` was called."""

    def __init__(self, incident: Incident, remedy: Remedy, seed: int) -> None:
        self.incident = incident
        self.remedy = remedy
        account = incident.rapidpro
        self.simulation = Simulation(
            seed=seed,
            clock=FrozenClock(incident.start),
            generation=account.generation,
            gateway=incident.gateway,
            latency=Latency(*incident.latency.rapidpro),
        )
        self.host = self.simulation.rapidpro(HOST, rate_profile=account.profile.name)
        self.workspace = self.host.workspace(WORKSPACE)
        self.workspace.access.rates = dict(account.rates)
        self.instance = self.simulation.cht(CHT, _release(incident, remedy), interval=incident.interval_seconds)
        self.cht = Administrator(self.simulation, self.instance)
        self.gateway = self.simulation.gateways[CHT]
        self.gateway.use(url=self.host.url, token=self.workspace.token.key)
        self.pollers: list[Poller] = []
        self.started = self.simulation.clock.now()
        self._documents = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.simulation.close()

    def start(self, draws: CarrierDraws) -> None:
        """Let the carrier and the others begin: the time of the incident begins now.

        Whatever is sent from now on, the carrier does what `draws` says.
        """
        self.workspace.delivery.carrier.outcome = lambda *_, **__: draws.outcome()  # type: ignore[method-assign]
        self.ask({each: each.every_minutes for each in self.incident.consumer})
        self.started = self.simulation.clock.now()

    def ask(self, minutes: dict[Consumer, float]) -> None:
        """Let each of the others ask every so many minutes, and no more as they did."""
        for poller in self.pollers:
            poller.stop()
        self.pollers = [
            Poller(
                self.simulation,
                of.name,
                self.workspace,
                [f"{self.host.url}/api/v2/{endpoint}.json" for endpoint in of.asks],
                every * 60,
            )
            for of, every in minutes.items()
        ]

    def document(self, text: str, made: datetime, **task: Any) -> dict[str, Any]:
        """Return a new document with one message, made at a time."""
        self._documents += 1
        phone = self.phone(self._documents)
        return message_document(self.simulation, self._documents, phone, text, now=made, **task)

    def phone(self, number: int) -> str:
        """Return the number that the message of a document goes to, by the number of the document."""
        return f"+25471{number:07}"


def _release(incident: Incident, remedy: Remedy) -> str | None:
    """Return the release of CHT that another gateway's account is left for; None: that of the gateway."""
    if incident.gateway == STANDALONE and remedy.gateway not in (None, STANDALONE):
        return remedy.gateway.partition(":")[2]
    return None

"""Plays an incident with one remedy in the full simulation, and returns the figures that the model returns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.states import FINAL_STATES
from rapidpro_simulator.laboratory.forecast.figures import Figures, Hour
from rapidpro_simulator.laboratory.forecast.model.messages import SENDABLE
from rapidpro_simulator.laboratory.forecast.model.others import arrivals
from rapidpro_simulator.laboratory.forecast.model.play import Circumstances
from rapidpro_simulator.laboratory.forecast.reports import CarrierDraws
from rapidpro_simulator.world.seed import Seed

from .deployment import Deployment
from .documents import add_open, save
from .journal import Told
from .remedies import apply

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import Incident, Remedy

HOUR = 3600.0


def simulate(incident: Incident, remedy: Remedy, seed: int) -> tuple[Figures, Circumstances]:
    """Return the figures of an incident as the full simulation has them, and under which circumstances.

    It takes about a minute for each 50,000 requests. All exchanges take as long as `latency.rapidpro` says, those with
    CouchDB too.
    """
    drawn = Seed(f"forecast {seed}")
    times = arrivals(incident, drawn.stream("arrivals"))
    with Deployment(incident, remedy, seed) as deployment:
        add_open(deployment, drawn.stream("documents"))
        deployment.start(CarrierDraws(incident.carrier, incident.rapidpro.its_generation, drawn.stream("carrier")))
        hours = _play(deployment, times)
        told = Told(deployment, len(hours))
        figures = Figures(hours, told.requests(), told.delays(), 0, None, told.new_open())
        return figures, Circumstances(told.phases(), times, drawn, deployment.started)


def _play(deployment: Deployment, times: list[float]) -> list[Hour]:
    """Let the time of the incident pass, with new work and the remedy; return what there is at the end of each hour."""
    hours: list[Hour] = []
    events: list[tuple[float, Any]] = [(deployment.remedy.after_hours * HOUR, lambda: apply(deployment))]
    events += [(time, lambda number=number: _add_new(deployment, number)) for number, time in enumerate(times)]
    events += [
        (HOUR * hour, lambda: hours.append(_look(deployment))) for hour in range(1, deployment.incident.hours + 1)
    ]
    for time, act in sorted(events, key=lambda event: event[0]):
        left = (deployment.started + timedelta(seconds=time) - deployment.simulation.clock.now()).total_seconds()
        if left > 0:
            deployment.simulation.advance(seconds=left)
        act()
    return hours


def _add_new(deployment: Deployment, number: int) -> None:
    save(deployment, [deployment.document(f"new {number}", deployment.simulation.clock.now())])


def _look(deployment: Deployment) -> Hour:
    messages = deployment.cht.messages()
    old = [each for each in messages if each.message["message"].startswith("old")]
    still_open = sum(each.state not in FINAL_STATES for each in old)
    return Hour(still_open, sum(each.state in SENDABLE for each in messages))

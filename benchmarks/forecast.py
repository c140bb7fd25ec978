"""How long a forecast takes: 15,100 open messages, a month, five remedies with three seeds each."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.forecast.reading import read_incident
from rapidpro_simulator.laboratory.forecast.run import forecast

from .report import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scale import Scale

INCIDENT = Path(__file__).with_name("incident.toml")
FULL_DAY = 60_000  # the exchanges of a day at full scale
AIM = 600.0  # seconds of processor time: five minutes on two cores


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the processor seconds of the incident, in this process; of three days of it where little is measured."""
    incident = read_incident(INCIDENT)
    incident = replace(incident, days=max(3.0, incident.days * scale.day // FULL_DAY))
    seconds = []
    for _ in range(scale.rounds):
        began = time.process_time()
        forecast(incident, processes=1)
        seconds.append(time.process_time() - began)
    what = f"{incident.open_count:,} open messages, {incident.days:g} days, {len(incident.remedy)} remedies"
    yield Figure("forecast", f"{what}, {incident.seeds} seeds: processor time", "s", seconds, at_most(AIM))

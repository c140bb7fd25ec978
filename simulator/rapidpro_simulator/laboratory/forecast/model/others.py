"""What goes on around the gateway: new work, the sentinel's clock, other consumers of the quota."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.sentinel.window import is_sendable

from .messages import ModelMessage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from rapidpro_simulator.laboratory.forecast.incident import Consumer, Incident

    from .kernel import Actor, Kernel
    from .latency import LatencyModel
    from .messages import Mailbag
    from .rapidpro import RapidProModel

HOUR = 3600.0
DUE_TASKS = 300.0  # seconds between two runs of the sentinel's (cht 6.5)
RANKS = 64  # bits: documents have random ids


def arrivals(incident: Incident, random: Random) -> list[float]:
    """Draw when new messages are made, in seconds from the start, by the averages of the hours of local clocks."""
    times: list[float] = []
    begin, end = 0.0, incident.seconds
    while begin < end:
        moment = incident.moment(begin)
        # Not every forecast begins at a full hour, and not every zone is whole hours away.
        length = min(end - begin, HOUR - (moment.minute * 60 + moment.second))
        average = sum(work.rate(moment) for work in incident.work) * length / HOUR
        times += [begin + part * length for part in _poisson(average, random)]
        begin += length
    return times


def _poisson(average: float, random: Random) -> Iterator[float]:
    """Yield the instants of a Poisson process between 0 and 1."""
    time = random.expovariate(average) if average else 1.0
    while time < 1.0:
        yield time
        time += random.expovariate(average)


def new_work(mailbag: Mailbag, times: list[float], random: Random) -> Actor:
    """Make a pending message at each of some times."""
    for time in times:
        yield time
        mailbag.add(ModelMessage(random.getrandbits(RANKS), time, pended=time))


def due_tasks(kernel: Kernel, mailbag: Mailbag, start: datetime) -> Actor:
    """Make scheduled messages pending, as the sentinel does every five minutes; at night it does not (cht 6.5).

    The forecast begins at `start`; the server's clock shows UTC.
    """
    begin = start.astimezone(UTC)
    while True:
        if is_sendable({}, begin + timedelta(seconds=kernel.now)):
            for message in mailbag.due(kernel.now):
                mailbag.set_state(message, "pending", referenced=False)
                message.pended = kernel.now
        yield kernel.now + DUE_TASKS


def consumer(kernel: Kernel, latency: LatencyModel, rapidpro: RapidProModel, of: Consumer) -> Actor:
    """Ask for each endpoint, one after another, again and again."""
    tick = kernel.now
    doors = [rapidpro.door(of.name, endpoint) for endpoint in of.asks]
    while True:
        now = tick
        for door in doors:
            yield (now := now + latency.web())
            door.admits(now)
        tick += of.every_minutes * 60
        yield max(now, tick)

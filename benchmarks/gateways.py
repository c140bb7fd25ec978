"""What open messages cost a workspace: requests of CHT's own gateway and of the standalone one, in a virtual day."""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.journal import Exchange

from . import chart
from .processes import fresh
from .report import Figure, at_most, table
from .scale import FULL
from .workspace import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.world.journal import Entry

    from .scale import Scale

GATEWAYS = ("cht:5.2", "standalone")
MESSAGES = 10_000
HOURS = 24
FEW = 1.5  # requests a message, that one included which sends it
KEEP = 1000  # entries of the journal
PROFILE = "shared-2500"
BATCH = 1000
PICTURE = Path(__file__).parent.parent / "docs" / "quota.svg"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the requests a message of a day in which no message comes to an end, and draw a picture of them."""
    count = round(MESSAGES * scale.day / 60_000)
    days = {gateway: _day(gateway, count) for gateway in GATEWAYS}
    for gateway, day in days.items():
        aim = at_most(FEW) if gateway == "standalone" else None
        yield Figure(
            "gateways", f"{gateway}: {count:,} open messages, a day", "requests/message", [_all(day) / count], aim
        )
        yield Figure("gateways", f"{gateway}: messages sent in the day", "messages", [day["sent"]])
    if count == MESSAGES:
        PICTURE.write_text(
            chart.picture({name: day["answered"] for name, day in days.items()}, count), encoding="utf-8"
        )


def _all(day: dict[str, Any]) -> int:
    return int(day["answered"][-1] + day["refused"][-1])


@cache
def _day(gateway: str, count: int) -> dict[str, Any]:
    day: dict[str, Any] = json.loads(fresh("benchmarks.gateways", gateway, str(count)))
    return day


def main(gateway: str, count: int) -> None:
    """Print the requests that had been answered and refused at the end of each hour, and the messages sent."""
    requests: Counter[str] = Counter()

    def note(entry: Entry) -> None:
        if isinstance(entry, Exchange) and entry.get("to") == HOST and str(entry.get("by")).startswith("gateway"):
            requests["refused" if entry.status == 429 else "answered"] += 1

    hours: dict[str, list[int]] = {"answered": [0], "refused": [0]}
    with Simulation(gateway=gateway, keep=KEEP, freeze_datetime=gateway == "standalone") as simulation:
        host = simulation.rapidpro(HOST, rate_profile=PROFILE)
        workspace = host.workspace("Bench")
        workspace.deliver(outcome(wired=1, sent=5))
        administrator = Administrator(simulation, simulation.cht("cht.example.org"))
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            administrator.save([_document(simulation, number) for number in numbers])
        simulation.journal.listeners.append(note)
        simulation.gateways["cht.example.org"].use(url=host.url, token=workspace.token.key)
        for _ in range(HOURS):
            simulation.advance(hours=1)
            for kind, counts in hours.items():
                counts.append(requests[kind])
        print(json.dumps({**hours, "sent": len(workspace.messages)}))


def _document(simulation: Simulation, number: int) -> dict[str, Any]:
    return message_document(simulation, number, f"+25471{number:07}", f"Visit number {number} is tomorrow")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(sys.argv[1], int(sys.argv[2]))
    else:
        print(table(list(measure(FULL))))

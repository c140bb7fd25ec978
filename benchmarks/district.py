"""A month of a district: 200 health workers, 5,000 scheduled messages, CHT 5.2 with its gateway and its sentinel.

And the ten steps of CHT's documentation as one scenario.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.simulation import Simulation

from .polling import Cost
from .processes import fresh
from .report import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scale import Scale

WORKERS = 200
MESSAGES = 5_000
DAYS = 30
MONTH_LIMIT = 60.0  # seconds
STEPS_LIMIT = 5.0  # seconds
BATCH = 500  # documents in one request
HOST = "cht.example.org"
ROOT = Path(__file__).parents[1]
TEN_STEPS = ROOT / "features" / "integration" / "ten_steps.feature"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the real and the processor seconds of a month, in a fresh process, and those of the ten steps."""
    days = max(1, DAYS * scale.day // 60_000)
    costs = [Cost(**json.loads(fresh("benchmarks.district", str(days)))) for _ in range(scale.rounds)]
    what = f"{days} days of {WORKERS} health workers with {MESSAGES * days // DAYS:,} scheduled messages"
    limit = at_most(MONTH_LIMIT * days / DAYS)
    yield Figure("district", what, "s", [cost.real for cost in costs], limit)
    yield Figure("district", f"{what}: processor time", "s", [cost.processor for cost in costs])
    steps = [_ten_steps() for _ in range(scale.rounds)]
    yield Figure("district", "the ten steps, with the start of pytest", "s", steps, at_most(STEPS_LIMIT))


def _ten_steps() -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", str(TEN_STEPS), "-k", "first_text"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def main(days: int) -> None:
    with Simulation() as simulation:
        host = simulation.rapidpro("textit.com")
        workspace = host.workspace("Main")
        cht = Administrator(simulation, simulation.cht(HOST))
        cht.set_credential("rapidpro:outgoing", workspace.token.key)
        cht.send_through(host.url)
        _schedule(simulation, cht, days)
        began, processor = time.perf_counter(), time.process_time()
        simulation.advance(days=days)
        cost = Cost(time.perf_counter() - began, time.process_time() - processor)
        states = [message.state for message in cht.messages()]
        assert set(states) == {"delivered"}, "every message of the month is delivered"
        print(json.dumps(asdict(cost)))


def _schedule(simulation: Simulation, cht: Administrator, days: int) -> None:
    """Save a report for each message: the messages become due evenly over the month, by day only."""
    count = MESSAGES * days // DAYS
    phones = [f"+2547110{number:05}" for number in range(WORKERS)]
    start = simulation.clock.now()
    documents = [
        _report(number, phones[number % WORKERS], start + timedelta(minutes=10 + number * (days * 1440 - 60) // count))
        for number in range(count)
    ]
    for first in range(0, count, BATCH):
        cht.save(documents[first : first + BATCH])


def _report(number: int, phone: str, due: datetime) -> dict[str, Any]:
    task = {
        "due": due.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "type": "Visits",
        "group": 1,
        "state": "scheduled",
        "state_history": [],
        "messages": [{"uuid": f"m{number}", "to": phone, "message": f"Please make visit {number}."}],
    }
    return {
        "_id": f"report-{number:05}",
        "type": "data_record",
        "form": "P",
        "from": phone,
        "fields": {},
        "errors": [],
        "reported_date": int(due.timestamp() * 1000) - 86_400_000,
        "tasks": [],
        "scheduled_tasks": [task],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))

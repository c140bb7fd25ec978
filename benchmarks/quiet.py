"""What an idle CHT costs: a virtual month in which nothing is sent, and a minute among few documents and among many.

CHT 5.2 with its gateway, its api and its sentinel, in frozen time.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.cht.messages.states import javascript_time
from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.simulation import Simulation

from .processes import fresh
from .report import Figure, at_most
from .workspace import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.cht.couch import Database
    from rapidpro_simulator.cht.instance import Instance

    from .scale import Scale

OPEN = 200
"""Messages without a final state."""
DAYS = 30
POLLED_DAY = 24  # hours: the quota is the same in each of them
MONTH_LIMIT = 30.0  # seconds
FLAT = 1.25  # what a minute among many may cost, as a multiple of one among few
FEW, MANY = 100, 100_000
MINUTES = 300
KEEP = 1000  # entries of the journal: it is not what is measured
CHT = "cht.example.org"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the processor seconds of a quiet month, and the ratio of a minute among many documents to one among few."""
    share = min(1.0, scale.day / 60_000)
    yield from _months(scale, max(1, round(DAYS * share)), max(1, round(POLLED_DAY * share)))
    yield from _minutes(scale, min(MANY, scale.many))


def _months(scale: Scale, days: int, hours: int) -> Iterator[Figure]:
    for state, wanted in (("scheduled", 24 * days), ("sent", hours)):
        rounds = [_fresh("month", state, wanted) for _ in range(scale.rounds)]
        months = 24 * DAYS / wanted
        what = f"a month with {OPEN} {state} messages, by {wanted} hours of it"
        seconds = [months * each["seconds"] for each in rounds]
        yield Figure("quiet", f"{what}: processor time", "s", seconds, at_most(MONTH_LIMIT))
        yield Figure("quiet", f"{what}: exchanges", "1000", [months * rounds[0]["exchanges"] / 1000])


def _minutes(scale: Scale, many: int) -> Iterator[Figure]:
    minutes = min(MINUTES, scale.polls)
    rounds = [(_fresh("minute", FEW, minutes), _fresh("minute", many, minutes)) for _ in range(scale.rounds)]
    for kind, what in (("quiet", "a minute"), ("edit", "a minute with an edit")):
        few_ms, many_ms = ([1000 * each[kind] for each in column] for column in zip(*rounds, strict=True))
        ratios = [slow / fast for fast, slow in zip(few_ms, many_ms, strict=True)]
        yield Figure("quiet", f"{what} among {many:,} documents, to one among {FEW:,}", "ratio", ratios, at_most(FLAT))
        yield Figure("quiet", f"{what} among {FEW:,} documents", "ms", few_ms)
        yield Figure("quiet", f"{what} among {many:,} documents", "ms", many_ms)


def _fresh(*arguments: Any) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(fresh("benchmarks.quiet", *map(str, arguments)))
    return result


def month(state: str, hours: str) -> dict[str, float]:
    """Return what so many hours cost in which CHT has messages of a state, `scheduled` or `sent`."""
    with Simulation(gateway="cht:5.2", keep=KEEP) as simulation:
        administrator = _deployment(simulation)
        due = javascript_time(simulation.clock.now() + timedelta(days=2 * DAYS))
        administrator.save([_message(simulation, number, state, due) for number in range(OPEN)])
        simulation.advance(hours=1)  # all that can happen to them has happened: what is left is to ask
        before = simulation.network.exchanges
        seconds = _processor(lambda: simulation.advance(hours=int(hours)))
        return {"seconds": seconds, "exchanges": simulation.network.exchanges - before}


def minute(documents: str, minutes: str) -> dict[str, float]:
    """Return the seconds that a minute takes in which nothing happens, and one in which a document is edited."""
    with Simulation(gateway="cht:5.2", keep=KEEP) as simulation:
        instance = simulation.cht(CHT)
        _deployment(simulation)
        medic = _fill(simulation, instance, int(documents))
        quiet = _processor(lambda: simulation.advance(minutes=int(minutes)))
        edits = _processor(lambda: _edit(simulation, instance, medic, int(documents), int(minutes)))
        return {"quiet": quiet / int(minutes), "edit": edits / int(minutes)}


def _deployment(simulation: Simulation) -> Administrator:
    """Put a RapidPro and a CHT that sends through it into a simulation; what is sent is never seen delivered."""
    host = simulation.rapidpro(HOST)
    workspace = host.workspace("Bench")
    workspace.deliver(outcome(wired=1, sent=5))
    administrator = Administrator(simulation, simulation.cht(CHT))
    administrator.set_credential("rapidpro:outgoing", workspace.token.key)
    administrator.send_through(host.url)
    return administrator


def _message(simulation: Simulation, number: int, state: str, due: str) -> dict[str, Any]:
    document = message_document(simulation, number, f"+25471{number:07}", f"Visit number {number} is due")
    if state == "scheduled":
        document["scheduled_tasks"] = [{**each, "state": state, "due": due} for each in document.pop("tasks")]
    return document


def _fill(simulation: Simulation, instance: Instance, count: int) -> Database:
    """Store `count` reports as those that sentinel has seen long ago, and let the views be read once."""
    medic = instance.couch.database("medic")
    instance.stop_sentinel()
    medic.bulk([_report(number) for number in range(count)])
    sentinels = instance.couch.database("medic-sentinel")
    position = sentinels.get("_local/transitions-seq")
    sentinels.put({**position, "value": str(medic.update_seq)})
    instance.start_sentinel()
    simulation.advance(hours=1)
    return medic


def _edit(simulation: Simulation, instance: Instance, medic: Database, count: int, minutes: int) -> None:
    for number in range(minutes):
        # As many documents, all over the database, in either: what is edited first gets an info document, too.
        name = _name(number % FEW * (count // FEW))
        document = {**medic.get(name), "fields": {"round": number}}
        url = f"{instance.couch_host.url}/medic/{document['_id']}"
        stored = simulation.request("PUT", url, json=document, auth=instance.administrator)
        if stored.status != 201:
            raise RuntimeError(f"{url}: {stored.status} {stored.text}")
        simulation.advance(minutes=1)


def _report(number: int) -> dict[str, Any]:
    message = {"uuid": f"m{number}", "to": "+254712345678", "message": "Please visit Ann."}
    task = {"state": "delivered", "gateway_ref": str(number), "messages": [message]}
    return {"_id": _name(number), "type": "data_record", "form": "V", "reported_date": number, "tasks": [task]}


def _name(number: int) -> str:
    return f"report-{number:06}"


def _processor(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    print(json.dumps({"month": month, "minute": minute}[sys.argv[1]](*sys.argv[2:])))

"""Faults: what goes wrong on the wire, added, looked at and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import COUNT, FLAG, NAME, POSITION, TEXT, described, optional, record, results

if TYPE_CHECKING:
    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.world.faults import Fault

RESOURCE = Resource("faults")

FAULT = record(
    {
        "number": described(POSITION, "in the order in which they were added"),
        "what": TEXT,
        "where": TEXT,
        "count": described(optional(COUNT), "how often it strikes; null: always"),
        "seen": described(COUNT, "requests that it is about"),
        "struck": COUNT,
        "over": FLAG,
    }
)
NEW_FAULT = record(
    {
        "requests": described(NAME, "which: broadcast, status, RapidPro, CouchDB, webhook, record-saving, …"),
        "failure": described(NAME, "such as: answered with 500; never answered; refused; answered 90 seconds late"),
    },
    {
        "next": described(POSITION, "only so many, from now on; default: all"),
        "after_side_effect": described(FLAG, "whether the service has done its work before"),
        "duration": described(NAME, "for how long, such as: 2 hours"),
    },
)


@RESOURCE.get("/worlds/{world}/faults", results(FAULT))
async def list_faults(call: Call) -> Any:
    """List the faults that there are or were, with how often each has struck."""
    return {"results": await call.read(faults)}


@RESOURCE.post("/worlds/{world}/faults", NEW_FAULT, FAULT, status=201)
async def add_fault(call: Call) -> Any:
    """Let something go wrong, from now on."""
    body = call.body
    count = body.get("next")
    requests = f"{body['requests']} request{'' if count == 1 else 's'}"
    which = requests if count is None else f"the next {requests}" if count == 1 else f"the next {count} {requests}"
    sentence = f"When {which} {'is' if count == 1 else 'are'} {body['failure']}"
    if body.get("after_side_effect"):
        sentence += f" after {'its' if count == 1 else 'their'} side effect"
    if "duration" in body:
        sentence += f" for {body['duration']}"
    await call.say(sentence)
    return (await call.read(faults))[-1]


@RESOURCE.delete("/worlds/{world}/faults")
async def remove_faults(call: Call) -> None:
    """Let nothing go wrong any more."""
    await call.say("When nothing goes wrong any more")


@RESOURCE.delete("/worlds/{world}/faults/{number}")
async def remove_fault(call: Call) -> None:
    """Take one fault away."""
    number = int(call.parameter("number"))
    count = await call.read(lambda live: len(live.simulation.faults.added))
    if number > count:
        raise ProblemError(404, f"there is no fault {number}; there are {count}")
    await call.say(f"When fault {number} ends")


def faults(live: LiveSimulation) -> list[dict[str, Any]]:
    """Return the faults of a world."""
    plan = live.simulation.faults
    return [_fault(number, each, plan.is_planned(each)) for number, each in enumerate(plan.added, start=1)]


def _fault(number: int, fault: Fault, planned: bool) -> dict[str, Any]:
    return {
        "number": number,
        "what": fault.describe(),
        "where": fault.place(),
        "count": fault.count,
        "seen": fault.seen,
        "struck": fault.struck,
        "over": not planned or (fault.count is not None and fault.struck >= fault.count),
    }

"""What every gateway should keep: each message is sent once, comes to an end, and costs RapidPro little.

These sentences look at RapidPro and at CHT only, never into the gateway.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .cht import add_messages
from .durations import DURATION, seconds_of
from .faults import requests_of
from .phones import PHONE
from .subjects import the_gateway, the_instance, workspace_called
from .wire import KINDS
from .words import json_of, phone_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import aiohttp

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

WAY = ("scheduled", "pending", "forwarded-to-gateway", "received-by-gateway", "forwarded-by-gateway", "sent")
OFFERED = "forwarded-to-gateway"
ENDS = ("delivered", "failed")
FLOW = "flow"
HANDED_OVER = "flow.handed_over"
FRESH_SECONDS = 1800  # virtual, which is what a gateway may take that comes back from a long pause
NO_ANSWER = 0
TOLERANCE = timedelta(seconds=1)  # Retry-After has whole seconds


@then(
    parsers.re(
        rf"in the next {DURATION} the gateway makes (?P<limit>no|at most \d+) (?P<endpoint>{KINDS}) requests"
        r'(?: of the workspace "(?P<name>[^"]+)")?'
    )
)
def makes_at_most(simulation: Simulation, duration: str, limit: str, endpoint: str, name: str | None) -> None:
    """Time passes, and the gateway makes no more requests of a kind than that; one that does is stopped at once.

    Example: Then in the next 1 hour the gateway makes at most 20 RapidPro requests
    """
    whose = {"workspace": workspace_called(simulation, name)[1].name} if name else {}
    wanted = {**requests_of(simulation, endpoint), **whose}
    most = 0 if limit == "no" else int(limit.removeprefix("at most "))
    last = simulation.journal.latest(1)
    after = last[-1].number if last else 0

    def made() -> int:
        return len(simulation.journal.exchanges(after=after, **wanted))

    simulation.wait_until(lambda: made() > most, seconds=seconds_of(duration))
    expect(made() <= most, f"{limit} {endpoint} requests in {duration}", f"there were {made()}", wanted=wanted)


@then(parsers.re(rf"(?:{DURATION} later )?every message has been sent once"))
def sent_once(simulation: Simulation, duration: str | None) -> None:
    """Every message of CHT is one message of RapidPro's, to the same number with the same text; also some time later.

    Example: Then 1 hour later every message has been sent once
    """
    wanted = Counter((sent.message["to"], sent.message["message"]) for sent in the_instance(simulation).messages())

    def too_many() -> dict[tuple[str, str], int]:
        return {message: count for message, count in _received(simulation).items() if count > wanted[message]}

    if duration:
        simulation.wait_until(lambda: bool(too_many()), seconds=seconds_of(duration))
    excess = too_many()
    expect(
        not excess,
        f"{counted(wanted.total(), 'message')}, each as CHT has it, and once",
        f"RapidPro has {_told(excess)}",
    )
    missing = wanted - _received(simulation)
    expect(not missing, f"{counted(wanted.total(), 'message')}, each once", f"RapidPro lacks {_told(missing)}")


@then("the gateway still works")
def still_works(simulation: Simulation) -> None:
    """One more message of CHT is sent within 30 minutes, and once: what went before holds for a gateway that lives.

    Example: Then the gateway still works
    """
    to, text = simulation.sample_data.health_worker().phone, "Are you still there?"
    wanted = _received(simulation)[to, text] + 1
    add_messages(simulation, [{"to": to, "text": text}])

    def sent() -> int:
        return _received(simulation)[to, text]

    simulation.wait_until(lambda: sent() >= wanted, seconds=FRESH_SECONDS)
    expect(sent() == wanted, f"a new message to {to} within 30 minutes", f"RapidPro has got it {sent()} times")


def _received(simulation: Simulation) -> Counter[tuple[str, str]]:
    """Return what RapidPro was given to send: numbers and texts, and how often."""
    return Counter(
        (str(message.urn).partition(":")[2], message.text)
        for workspace in simulation.workspaces
        for message in workspace.messages
        if not message.incoming
    )


def _told(messages: Mapping[tuple[str, str], int]) -> str:
    shown = [f"{counted(count, 'time')} {text!r} to {number}" for (number, text), count in list(messages.items())[:3]]
    return "; ".join(shown) + (f" and {len(messages) - 3} more" if len(messages) > 3 else "")


@when(
    parsers.re(
        rf'a flow hands over "(?P<text>[^"]*)" from {PHONE} as (?P<id>[^ ]+)'
        r"(?P<how> twice| in 4 calls at the same time|)"
    )
)
def flow_hands_over(simulation: Simulation, text: str, phone: str, id: str, how: str) -> None:  # noqa: A002
    """A flow of RapidPro gives a text to the gateway, or to CHT where the gateway takes none; the id is JSON.

    It may do so once more, as where the first answer was lost, or in several calls at the same time.

    Example: When a flow hands over "Fever" from +254712345678 as "in-1" twice
    """
    from aiohttp import ClientError

    webhook = the_gateway(simulation).incoming_webhook()
    body = json.dumps({"id": json_of(id, "the ids of flows"), "from": phone_number(phone), "content": text}).encode()
    headers = {"Authorization": f"Token {webhook.token}", "Content-Type": "application/json"}
    rounds, calls = HAND_OVERS[how.strip()]

    async def call(session: aiohttp.ClientSession) -> int:
        try:
            async with session.post(webhook.url, data=body, headers=headers) as response:
                await response.read()
                return response.status
        except (ClientError, OSError):  # nobody listens, or hangs up: to a flow that is an answer like another
            return NO_ANSWER

    async def hand_over() -> None:
        async with simulation.network.client(FLOW) as session:
            for _ in range(rounds):
                for status in await asyncio.gather(*(call(session) for _ in range(calls))):
                    # The journal has no exchanges with a gateway in another process.
                    simulation.journal.event(HANDED_OVER, id=id, status=status)

    simulation.run(hand_over())


HAND_OVERS = {  # one after another, and at the same time
    "": (1, 1),
    "twice": (2, 1),
    "in 4 calls at the same time": (1, 4),
}


@then("the flow has been told each time that its text was taken")
def flow_was_told(simulation: Simulation) -> None:
    """Every call of `a flow hands over` was answered with success.

    Example: Then the flow has been told each time that its text was taken
    """
    statuses = [entry.get("status") for entry in simulation.journal.where(HANDED_OVER)]
    good = bool(statuses) and all(200 <= status < 300 for status in statuses)
    expect(good, "success each time", f"the answers are {statuses}", wanted={"by": FLOW})


@then("no message has gone back")
def no_way_back(simulation: Simulation) -> None:
    """The history of every message in CHT leads from earlier states to later ones only.

    CHT's own note that it has offered a message to a gateway does not count: it may be written late.

    Example: Then no message has gone back
    """
    back = [sent.history for sent in the_instance(simulation).messages() if not _leads_forward(sent.history)]
    expect(not back, "histories that lead forward", f"there are {back[:3]}")


@then("every message has come to an end")
def all_ended(simulation: Simulation) -> None:
    """Every message of CHT is in a state that its monitoring counts as final: sent, delivered or failed (cht 9.4).

    Example: Then within 1 day every message has come to an end
    """
    open_ones = [sent.state for sent in the_instance(simulation).messages() if sent.state not in {"sent", *ENDS}]
    expect(not open_ones, "messages that are sent, delivered or failed", f"others are {sorted(set(open_ones))}")


@then("the gateway has never come back before it was told to")
def waits_when_told(simulation: Simulation) -> None:
    """After each 429 with Retry-After, nothing of the kind that was refused was asked of the host before its time.

    Example: Then the gateway has never come back before it was told to
    """
    refused: dict[tuple[object, ...], Exchange] = {}
    for exchange in simulation.journal.exchanges(by="gateway*", path="/api/v2/*"):
        kind = tuple(map(exchange.get, ("to", "method", "path")))
        refusal = refused.get(kind)
        # What was under way already when another request was refused could not know.
        if refusal is not None and exchange.time >= (refusal.ended or refusal.time):
            early = _due(refusal) - exchange.time
            expect(
                early <= TOLERANCE,
                f"a pause of {refusal.retry_after} s after the refusal at {refusal.ended:%H:%M:%S}",
                f"the next request came {early.total_seconds():.0f} s too early",
                wanted={"method": exchange.get("method"), "path": exchange.get("path")},
            )
        if exchange.status == 429 and exchange.retry_after is not None and not exchange.get("unheard"):
            refused[kind] = exchange


INVARIANTS = (
    "no message is sent twice",
    "no message is lost",
    "a final state is never left",
    "no request comes before Retry-After is over",
    "no workspace is asked about messages of another",
)


@then(parsers.re(f"(?P<invariant>{'|'.join(INVARIANTS)})"))
def invariant_holds(simulation: Simulation, invariant: str) -> None:
    """An invariant of gateways has held so far: what is listed after every run, said where a scenario is about it.

    There are: no message is sent twice, no message is lost, a final state is never left, no request comes before
    Retry-After is over, no workspace is asked about messages of another.

    Example: Then no message is sent twice
    """
    from rapidpro_simulator.testing.invariants import find_breaches

    breaches = [breach.what for breach in find_breaches(simulation) if breach.invariant == invariant]
    expect(not breaches, invariant, "; ".join(breaches[:3]))


def _due(refusal: Exchange) -> datetime:
    return (refusal.ended or refusal.time) + timedelta(seconds=int(refusal.retry_after or 0))


def _leads_forward(history: list[str]) -> bool:
    ranks = [WAY.index(state) if state in WAY else len(WAY) for state in history if state != OFFERED]
    return ranks == sorted(ranks)

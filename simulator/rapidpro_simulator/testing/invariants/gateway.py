"""What a gateway owes its users, whatever it is: read off the journal and off the messages on both sides.

Only what can be known for certain is judged: a text that the gateway changes on its way, for one, is compared without
the escapes of RapidPro's expressions.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.states import FINAL_STATES
from rapidpro_simulator.gateways.interface import PARTY

from .breach import Breach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

BROADCASTS = "/api/v2/broadcasts*"
MESSAGES = "/api/v2/messages*"
FAILED = "failed"
SENT = frozenset({"sent", "delivered"})
SUCCESS = frozenset({200, 201})
ENDS = ("gateway.crashed", "gateway.stopped")

Key = tuple[str, str]  # the number and the text of a message


def breaches(simulation: Simulation) -> list[Breach]:
    """Return what the gateways of `simulation` have done that no gateway may do."""
    exchanges = [each for each in simulation.journal.exchanges() if _is_gateway(str(each.get("by")))]
    return [breach for invariant in INVARIANTS for breach in invariant(simulation, exchanges)]


def _sent_once(simulation: Simulation, exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    wanted = Counter(key for key, _ in _messages(simulation))
    sent = Counter(key for exchange in exchanges for key in _accepted(exchange))
    copied = {key: count for key, count in sent.items() if 0 < wanted[key] < count}
    if copied:  # what failed is to be sent again where somebody sets it back by hand
        wanted.update(key for (key, _), before in _reopened(simulation).items() if before == FAILED)
    for key, count in copied.items():
        if wanted[key] < count:
            yield Breach("no message is sent twice", f"{key[0]} “{key[1]}” was sent {count} times, not {wanted[key]}")


def _not_lost(simulation: Simulation, exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    sent = {key for exchange in exchanges for key in (*_accepted(exchange), *_acknowledged(exchange))}
    numbers = {number for number, _ in sent}
    for key, task in _messages(simulation):
        waited = "pending" in _history(task)[:1]  # a message that was made as sent is no work of this gateway
        if waited and task.get("state") in SENT and key not in sent and key[0] not in numbers:
            yield Breach("no message is lost", f"{key[0]} “{key[1]}” is {task['state']} in CHT, and was never sent")


def _final_states_stay(simulation: Simulation, _: Iterable[Exchange]) -> Iterator[Breach]:
    left = [
        (key, place, before, after)
        for key, task in _messages(simulation)
        for place, (before, after) in enumerate(pairwise(_history(task)), 1)
        if before in FINAL_STATES and after not in FINAL_STATES
    ]
    if not left:
        return
    by_hand, reopened = _states_set_by_hand(simulation), _reopened(simulation)
    for key, place, before, after in left:
        if (key, place) not in reopened and after not in by_hand:
            yield Breach("a final state is never left", f"{key[0]} “{key[1]}” went from {before} to {after}")


def _waits_as_told(simulation: Simulation, exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """Look for requests before the end of `Retry-After`: to the endpoint that said so, by the one who was told.

    A gateway that ends while it waits for an answer has not been told, nor has one that has stopped waiting.
    """
    ends = [(event.get("gateway"), event.time) for name in ENDS for event in simulation.journal.where(name)]
    until: dict[tuple[object, ...], datetime] = {}
    early: Counter[str] = Counter()
    for exchange in exchanges:
        place = (exchange.get("by"), exchange.get("to"), exchange.get("method"), exchange.get("path"))
        if exchange.time < until.get(place, exchange.time):
            early[f"{exchange.get('method')} {exchange.get('to')}{exchange.get('path')}"] += 1
        if exchange.status == 429 and exchange.ended is not None and str(exchange.retry_after).isdecimal():
            ended = any(who == place[0] and exchange.time <= when <= exchange.ended for who, when in ends)
            if ended or exchange.get("unheard"):
                continue
            until[place] = exchange.ended + timedelta(seconds=int(str(exchange.retry_after)))
    for what, count in early.items():
        yield Breach("no request comes before Retry-After is over", f"{what}: {count} too early")


def _right_workspace(simulation: Simulation, exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """Look for questions about broadcasts of another workspace; the journal says which workspace answered."""
    owners = _owners(simulation)
    wrong: Counter[str] = Counter()
    for exchange in exchanges:
        if exchange.get("method") != "GET" or not fnmatchcase(str(exchange.get("path")), MESSAGES):
            continue
        number = _parameter(str(exchange.get("query")), "broadcast")
        asked = (exchange.get("to"), exchange.get("workspace"))
        owner = owners.get(number or "", set())
        if asked[1] is not None and owner and asked not in owner:
            wrong[f"{asked[1]} on {asked[0]}"] += 1
    for workspace, count in wrong.items():
        what = f"{workspace} was asked {count} times about broadcasts that are another's"
        yield Breach("no workspace is asked about messages of another", what)


INVARIANTS: tuple[Callable[[Simulation, list[Exchange]], Iterator[Breach]], ...] = (
    _sent_once,
    _not_lost,
    _final_states_stay,
    _waits_as_told,
    _right_workspace,
)


def _is_gateway(party: str) -> bool:
    return party == PARTY or party.startswith(f"{PARTY} of ")


def _messages(simulation: Simulation) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for site in simulation.sites.values():
        for task, message in site.tasks_and_messages():
            yield _key(str(message.get("to")), str(message.get("message"))), task


def _history(task: Mapping[str, Any]) -> list[str]:
    return [str(entry.get("state")) for entry in task.get("state_history") or ()]


def _accepted(exchange: Exchange) -> Iterator[Key]:
    """Yield the messages that a request has made RapidPro send; a lost or late answer has done so all the same."""
    fault = str(exchange.get("fault") or "latency")
    done = "after the side effect" in fault and exchange.get("served") in {None, *SUCCESS}
    if done or (fault == "latency" and exchange.status in SUCCESS):
        yield from _asked_to_send(exchange)


def _acknowledged(exchange: Exchange) -> Iterator[Key]:
    """Yield the messages that RapidPro said it would send, whether or not it did."""
    if exchange.status in SUCCESS:
        yield from _asked_to_send(exchange)


def _asked_to_send(exchange: Exchange) -> Iterator[Key]:
    if exchange.get("method") != "POST" or not fnmatchcase(str(exchange.get("path")), BROADCASTS):
        return
    body = exchange.json()
    if isinstance(body, dict):
        for urn in body.get("urns") or ():
            yield _key(str(urn).removeprefix("tel:"), str(body.get("text")))


def _key(number: str, text: str) -> Key:
    return number.replace(" ", ""), text.replace("@@", "@")


def _owners(simulation: Simulation) -> dict[str, set[tuple[object, object]]]:
    """Return, by the id of a broadcast, which workspaces of which hosts have one."""
    owners: dict[str, set[tuple[object, object]]] = {}
    for event in simulation.journal.where("broadcast.created"):
        owners.setdefault(str(event.get("broadcast")), set()).add((event.get("host"), event.get("workspace")))
    return owners


def _parameter(query: str, name: str) -> str | None:
    words = (word.partition("=") for word in query.split("&"))
    return next((value for key, _, value in words if key == name), None)


def _states_set_by_hand(simulation: Simulation) -> set[str]:
    """Return the states that somebody other than a gateway wrote into documents: that is nobody's breach."""
    return {str(task.get("state")) for task in _written_by_hand(simulation)}


def _reopened(simulation: Simulation) -> dict[tuple[Key, int], str]:
    """Return which messages somebody other than a gateway took out of a final state, and out of which.

    The state alone is written by hand, so that the history tells no more than how long it was then.
    """
    reopened = {}
    for task in _written_by_hand(simulation):
        history = _history(task)
        if history and history[-1] in FINAL_STATES and task.get("state") not in FINAL_STATES:
            for message in task.get("messages") or ():
                key = _key(str(message.get("to")), str(message.get("message")))
                reopened[key, len(history)] = history[-1]
    return reopened


def _written_by_hand(simulation: Simulation) -> Iterator[Mapping[str, Any]]:
    """Yield the tasks in the documents that somebody other than a gateway wrote, as they were written."""
    for exchange in simulation.journal.exchanges(by="tester"):
        for document in _documents(exchange):
            yield from (task for task in document.get("tasks") or () if isinstance(task, dict))


def _documents(exchange: Exchange) -> list[dict[str, Any]]:
    try:
        body = json.loads(exchange.request) if b'"tasks"' in exchange.request else None
    except ValueError:
        return []
    documents = body.get("docs", [body]) if isinstance(body, dict) else []
    return [each for each in documents if isinstance(each, dict)]

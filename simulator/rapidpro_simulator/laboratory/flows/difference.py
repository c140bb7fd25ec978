"""Two exports compared by what they do: the same contacts say the same, and hear, save and become something else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.engine.engine import EngineError

from .exploring import MOST_WALKS, explore
from .words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .plan import Plan
    from .walk import Walk
    from .walking import FlowWorld

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
NOTHING = "nothing"


@dataclass(frozen=True)
class Difference:
    """What is otherwise in the new export, for who does `words` in a language; `count` paths show the same."""

    flow: str
    what: str
    old: str
    new: str
    words: str
    language: str
    count: int = 1


def differences(old: FlowWorld, new: FlowWorld, most_walks: int = MOST_WALKS) -> list[Difference]:
    """Return which behaviours differ for the inputs that were found for either; of flows by their names."""
    found: dict[tuple[str, str, str, str], Difference] = {}
    ours, theirs = ({flow.name: flow for flow in world.flows} for world in (old, new))
    for name, flow in ours.items():
        if name in theirs:
            for each in _of_flow((old, flow), (new, theirs[name]), most_walks):
                key = each.flow, each.what, each.old, each.new
                known = found.get(key)
                found[key] = each if known is None else replace(known, count=known.count + 1)
    return list(found.values())


def compared(old: FlowWorld, new: FlowWorld) -> tuple[list[str], list[str], list[str]]:
    """Return the names of the flows in both exports, in the old one only, and in the new one only."""
    ours, theirs = ([flow.name for flow in world.flows] for world in (old, new))
    both = [name for name in ours if name in theirs]
    return both, [name for name in ours if name not in both], [name for name in theirs if name not in both]


def _of_flow(old: tuple[FlowWorld, Flow], new: tuple[FlowWorld, Flow], most: int) -> Iterator[Difference]:
    plans: dict[Plan, None] = {}
    for world, flow in (old, new):
        for language in world.languages(flow):
            plans.update(dict.fromkeys(world.named(walk.plan) for walk in explore(world, flow, language, most).walks))
    for plan in plans:
        walks = [_walk(world, flow, plan) for world, flow in (old, new)]
        words = next((words_of(walk) for walk in walks if walk is not None), "")
        before, after = (_behaviour(walk) for walk in walks)
        for what in dict.fromkeys([*before, *after]):
            if before.get(what) != after.get(what):
                was, is_now = before.get(what, NOTHING), after.get(what, NOTHING)
                yield Difference(old[1].name, what, was, is_now, words, plan.language)
                break  # what follows from it is no difference of its own


def _walk(world: FlowWorld, flow: Flow, plan: Plan) -> Walk | None:
    try:
        return world.walk(flow, plan)
    except EngineError:
        return None


def _behaviour(walk: Walk | None) -> dict[str, str]:
    """Return what can be seen of a walk from outside, in the order in which it happened."""
    if walk is None:
        return {"start": "cannot be started"}
    seen: dict[str, str] = {}
    for moved, event in walk.events:
        if event["type"] in TOLD:
            what, value = TOLD[event["type"]](event)
            after = f" after {_ordinal(moved)}" if moved else ""
            key = f"{what}{after}"
            seen[key] = f"{seen[key]} / {value}" if key in seen else value
    for number in range(1, walk.moved + 1):
        seen.setdefault(f"answer after {_ordinal(number)}", NOTHING)
    seen["the run"] = walk.session.status
    return {what: UUID.sub("…", value) for what, value in seen.items()}


def _message(event: dict[str, Any]) -> tuple[str, str]:
    replies = [str(each["text"]) for each in event["msg"].get("quick_replies", ())]
    offered = f" [{', '.join(replies)}]" if replies else ""
    return "answer", f"“{event['msg'].get('text', '')}”{offered}"


def _groups(event: dict[str, Any]) -> tuple[str, str]:
    joined = [f"+{group['name']}" for group in event.get("groups_added", ())]
    return "the groups", ", ".join([*joined, *(f"-{group['name']}" for group in event.get("groups_removed", ()))])


TOLD: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "msg_created": _message,
    "ivr_created": _message,
    "contact_field_changed": lambda event: (
        f"the field {event['field']['key']}",
        str((event["value"] or {}).get("text", NOTHING)),
    ),
    "contact_groups_changed": _groups,
    "contact_language_changed": lambda event: ("the contact's language", str(event["language"])),
    "contact_name_changed": lambda event: ("the contact's name", str(event["name"])),
    "contact_status_changed": lambda event: ("the contact's status", str(event["status"])),
    "error": lambda event: ("error", str(event["text"])),
    "failure": lambda event: ("failure", str(event["text"])),
    "run_result_changed": lambda event: (
        f"the result {event['name']}",
        f"{event['value']} ({event.get('category', '')})",
    ),
    "webhook_called": lambda event: ("the web request", f"{event.get('request', '').partition(' ')[0]} {event['url']}"),
}
"""By the type of an event, what it changes and into what, as somebody outside sees it."""


def _ordinal(number: int) -> str:
    return f"move {number}"

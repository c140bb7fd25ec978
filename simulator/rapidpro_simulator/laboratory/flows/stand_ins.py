"""What an export leaves out and its flows need, made up: subflows, parents, places, subscribers, values of globals."""

from __future__ import annotations

import json
import re
from itertools import chain, cycle
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.limits import (
    BACKGROUND,
    CURRENT_SPEC_VERSION,
    FLOW_NAME,
    MESSAGING,
    VOICE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PLACES_FILE: Final = "places.json"
PLACE_TESTS: Final = frozenset({"has_state", "has_district", "has_ward"})
DISTRICTS: Final = ("Riverside", "Lakeside", "Hillside", "Seaside", "Woodside", "Fieldside")
WARDS: Final = ("Oldtown", "Newtown", "Uptown", "Midtown", "Hightown", "Easttown")
STATE: Final = "Northland"
COUNTRY: Final = "Somewhere"
PARENT_RESULT: Final = re.compile(r"parent\.(?:run\.)?results\.(\w+)")


def missing_flows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return flows in the place of those that the flows of an export enter and that it lacks.

    They say nothing and wait for one answer, so that they can be completed and can expire.
    """
    flows = list(_flows(document))
    known = {flow.get("uuid") for flow in flows} | {str(flow.get("name")).lower() for flow in flows}
    made: dict[str, dict[str, Any]] = {}
    for flow in flows:
        for uuid, name in _entered(flow):
            if uuid not in known and name.lower() not in known:
                made.setdefault(uuid, _silent(uuid, name, str(flow.get("type", MESSAGING))))
    return list(made.values())


def missing_parents(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return flows that enter those flows of an export which look at the results of a parent and have none.

    What the results are says whoever starts them, by the parameters of the start.
    """
    entered = {uuid for flow in _flows(document) for uuid, _ in _entered(flow)}
    made = []
    for flow in _flows(document):
        keys = dict.fromkeys(PARENT_RESULT.findall(json.dumps(flow)))
        if keys and flow.get("uuid") not in entered and "spec_version" in flow:
            made.append(_parent(flow, keys))
    return made


def _parent(flow: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    uuid = flow["uuid"]
    results = [
        {
            "uuid": _uuid(uuid, key),
            "type": "set_run_result",
            "name": key,
            "value": f"@trigger.params.{key}",
            "category": "",
        }
        for key in keys
    ]
    enter = {"uuid": _uuid(uuid, "enter"), "type": "enter_flow", "flow": {"uuid": uuid, "name": flow["name"]}}
    node = {"uuid": _uuid(uuid, "node"), "actions": [*results, enter], "exits": [{"uuid": _uuid(uuid, "exit")}]}
    name = f"Enters {flow['name']}"[:FLOW_NAME]
    return _flow(_uuid(uuid, "parent"), name, str(flow.get("type", MESSAGING)), node)


def _silent(uuid: str, name: str, kind: str) -> dict[str, Any]:
    exit_, category = _uuid(uuid, "exit"), _uuid(uuid, "category")
    router = {
        "type": "switch",
        "operand": "@input.text",
        "wait": {"type": "msg"},
        "cases": [],
        "categories": [{"uuid": category, "name": "All Responses", "exit_uuid": exit_}],
        "default_category_uuid": category,
    }
    waits = {} if kind in {BACKGROUND, VOICE} else {"router": router}
    return _flow(uuid, name, kind, {"uuid": _uuid(uuid, "node"), "actions": [], "exits": [{"uuid": exit_}], **waits})


def _flow(uuid: str, name: str, kind: str, node: dict[str, Any]) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "name": name,
        "spec_version": CURRENT_SPEC_VERSION,
        "language": "und",
        "type": kind,
        "revision": 1,
        "expire_after_minutes": 0,
        "localization": {},
        "nodes": [node],
    }


def _uuid(owner: str, part: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{owner} {part}"))


def places(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return places for flows whose routers look for some, None where none does: those that they name, and others."""
    cases = [case for flow in _flows(document) for case in _cases(flow)]
    if not any(case.get("type") in PLACE_TESTS for case in cases):
        return None
    named: dict[str, list[str]] = {STATE: []}
    for case in cases:
        above = [str(each) for each in case.get("arguments") or () if each and "@" not in str(each)]
        if case.get("type") in PLACE_TESTS and above:
            named.setdefault(above[0], []).extend(above[1:])
    districts, wards = cycle(DISTRICTS), cycle(WARDS)
    return _place(
        COUNTRY,
        (
            _place(state, (_place(each, [_place(next(wards))]) for each in dict.fromkeys([*known, next(districts)])))
            for state, known in named.items()
        ),
    )


def _place(name: str, inside: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"name": name, "children": list(inside)}


def subscriber_of(slug: str) -> str:
    """Return the address that hears of a resthook."""
    return f"https://{slug}.subscribers.example.org/"


def resthooks_of(document: Mapping[str, Any]) -> list[str]:
    """Return the slugs of the resthooks that flows call."""
    actions = (action for flow in _flows(document) for action in _actions(flow))
    return list(dict.fromkeys(str(each["resthook"]) for each in actions if each.get("type") == "call_resthook"))


def stand_in_for(path: str) -> str:
    """Return a value for a member of an answer, or a parameter of a start, by its dotted path."""
    return path.rpartition(".")[2].replace("_", "-")


def value_of_global(document: Mapping[str, Any], key: str) -> str:
    """Return a value for a global: an address, where web requests begin with it."""
    begins = f"@globals.{key}"
    actions = (action for flow in _flows(document) for action in _actions(flow))
    is_address = any(str(action.get("url", "")).startswith(begins) for action in actions)
    return f"https://{key.replace('_', '-')}.example.org" if is_address else key.replace("_", "-")


def reads_urns(document: Mapping[str, Any]) -> bool:
    """Say whether a flow looks at what else contacts are reached by than a phone."""
    operands = (str((node.get("router") or {}).get("operand")) for flow in _flows(document) for node in _nodes(flow))
    return any(path[0] == "urns" or path[:2] == ("contact", "urn") for each in operands for path in read_paths(each))


def _flows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (flow for flow in document.get("flows") or () if isinstance(flow, dict))


def _entered(flow: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the UUIDs and names of the flows that a flow enters."""
    for action in _actions(flow):
        reference = action.get("flow")
        if action.get("type") == "enter_flow" and isinstance(reference, dict) and "uuid" in reference:
            yield reference["uuid"], str(reference.get("name"))


def _nodes(flow: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    return flow.get("nodes") or ()


def _actions(flow: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return chain.from_iterable(node.get("actions") or () for node in _nodes(flow))


def _cases(flow: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return chain.from_iterable((node.get("router") or {}).get("cases") or () for node in _nodes(flow))

"""How long a large export takes to be read, migrated from 13.0 and imported into a workspace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.exports import read_export
from rapidpro_simulator.simulation import Simulation

from .report import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scale import Scale

FLOWS = 300
NODES = 20
AIM = 5.0  # seconds: "hundreds of flows load in seconds"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the seconds for an export of 300 flows with 20 questions each; processor time."""
    document = _export(FLOWS, NODES)
    read, imported = [], []
    for _ in range(scale.rounds):
        start = time.process_time()
        read_export(document)
        read.append(time.process_time() - start)
        with Simulation() as simulation:
            workspace = simulation.rapidpro("textit.com").workspace("Main")
            start = time.process_time()
            flows = workspace.import_flows(document)
            imported.append(time.process_time() - start)
            assert len(flows) == FLOWS
    yield Figure("imports", f"read {FLOWS} flows", "s", read)
    yield Figure("imports", f"import {FLOWS} flows", "s", imported, at_most(AIM))


def _export(flows: int, nodes: int) -> dict[str, Any]:
    return {
        "version": "13",
        "site": "https://elsewhere.org",
        "flows": [_flow(number, nodes) for number in range(flows)],
    }


def _flow(number: int, nodes: int) -> dict[str, Any]:
    return {
        "uuid": _id(number, 0),
        "name": f"Flow {number}",
        "spec_version": "13.0.0",
        "language": "eng",
        "type": "messaging",
        "revision": 1,
        "expire_after_minutes": 720,
        "localization": {},
        "nodes": [_question(number, node, nodes) for node in range(nodes)],
    }


def _question(flow: int, node: int, nodes: int) -> dict[str, Any]:
    """Return a question that leads to the next one."""
    first = 10 * node + 1
    following = _id(flow, first + 10) if node + 1 < nodes else None
    yes, other, leave = _id(flow, first + 1), _id(flow, first + 2), _id(flow, first + 3)
    return {
        "uuid": _id(flow, first),
        "actions": [
            {"type": "send_msg", "uuid": _id(flow, first + 4), "text": f"Question {node}, @contact.first_name?"},
            {
                "type": "set_contact_field",
                "uuid": _id(flow, first + 5),
                "field": {"key": f"answer_{node}", "name": f"Answer {node}"},
                "value": "@results.answer",
            },
        ],
        "router": {
            "type": "switch",
            "operand": "@input.text",
            "result_name": "Answer",
            "wait": {"type": "msg"},
            "cases": [
                {"uuid": _id(flow, first + 6), "type": "has_any_word", "arguments": ["yes"], "category_uuid": yes}
            ],
            "categories": [
                {"uuid": yes, "name": "Yes", "exit_uuid": leave},
                {"uuid": other, "name": "Other", "exit_uuid": leave},
            ],
            "default_category_uuid": other,
        },
        "exits": [{"uuid": leave, "destination_uuid": following}],
    }


def _id(flow: int, number: int) -> str:
    return f"{flow:08x}-0000-4000-8000-{number:012x}"

"""The panels of the console's page: what each of them shows of a world."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console import unmatched
from rapidpro_simulator.console.resources import clock, faults, messages, phones, quotas
from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.pictures.flow import draw_flow
from rapidpro_simulator.pictures.quotas import draw_quota
from rapidpro_simulator.pictures.sequence import sequence_of
from rapidpro_simulator.pictures.sequence_svg import draw_parts
from rapidpro_simulator.world.narration import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.served.live import LiveSimulation

    Panel = Callable[[LiveSimulation, Mapping[str, str]], dict[str, Any]]

MOST_ARROWS = 80
MOST_ENTRIES = 4000  # of the journal, that a picture is made of
MOST_SHOWN = 50
LANE = 220  # pixels


def _sequence(live: LiveSimulation, query: Mapping[str, str]) -> dict[str, Any]:
    simulation = live.simulation
    shown = sequence_of(simulation.journal.latest(MOST_ENTRIES), MOST_ARROWS, simulation.journal.redact)
    if not query.get("everybody"):
        shown.arrows = [arrow for arrow in shown.arrows if "tester" not in {arrow.source, arrow.target}]
    heads, below = draw_parts(shown, LANE)
    return {
        "heads": heads,
        "below": below,
        "left_out": shown.left_out,
        "empty": not shown.arrows,
    }


def _quotas(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    found = quotas.quotas(live)
    touched = sorted(filter(_was_used, found), key=lambda each: (-sum(each["refused"]), -_share(each)))
    meters = [
        draw_quota(
            f"{each['workspace']} · {each['scope']}",
            each["used"],
            each["limit"],
            each["answered"],
            each["refused"],
            standalone=False,
        )
        for each in touched
    ]
    return {"meters": meters, "workspaces": len({(each["host"], each["workspace"]) for each in found})}


def _was_used(quota: dict[str, Any]) -> bool:
    return bool(quota["used"] or sum(quota["answered"]) or sum(quota["refused"]))


def _share(quota: dict[str, Any]) -> float:
    return float(quota["used"] / quota["limit"]) if quota["limit"] else 0.0


def _messages(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    found, left_out = messages.latest(live, MOST_SHOWN)
    return {"messages": found, "more": left_out}


def _phones(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    found = [each for each in phones.phones(live) if each["messages"]]
    latest = sorted(found, key=lambda each: str(each["messages"][-1]["at"]), reverse=True)
    return {"phones": latest[:MOST_SHOWN]}


def _faults(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    return {"faults": faults.faults(live)[::-1]}


def _clock(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    return {"clock": clock.clock(live), "entries": live.simulation.journal.count}


def _flows(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    shown = []
    for workspace in live.simulation.workspaces:
        for flow in workspace.flows:
            if flow.system:
                continue
            runs = [run for run in workspace.flows.runs if run.flow is flow]
            nodes = [step["node_uuid"] for run in runs[-1:] for step in run.path]
            shown.append(
                {
                    "name": flow.name,
                    "workspace": workspace.name,
                    "runs": len(runs),
                    "last": runs[-1].status.value if runs else None,
                    "svg": draw_flow(flow.definition, nodes, _exits(flow.definition, nodes), standalone=False),
                }
            )
    return {"flows": shown}


def _exits(definition: Mapping[str, Any], nodes: list[str]) -> list[str]:
    """Return the exits that lead from each node to the next one."""
    steps = set(pairwise(nodes))
    return [
        each["uuid"]
        for node in definition.get("nodes") or ()
        for each in node.get("exits") or ()
        if (node["uuid"], each.get("destination_uuid")) in steps
    ]


def _journal(live: LiveSimulation, query: Mapping[str, str]) -> dict[str, Any]:
    journal, question = live.simulation.journal, query.get("find", "")
    try:
        found = journal.find(question)[-MOST_SHOWN:] if question else journal.latest(MOST_SHOWN)
    except ValueError as error:
        return {"entries": [], "problem": f"The journal cannot be asked {question!r}: {error}"}
    told = [{"number": entry.number, "told": tell(journal, entry, EVENT_KINDS)} for entry in reversed(found)]
    return {"entries": told, "problem": ""}


def _unmatched(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    return {"requests": unmatched.latest(live.simulation, MOST_SHOWN)[::-1]}


PANELS: dict[str, Panel] = {
    "sequence": _sequence,
    "quotas": _quotas,
    "messages": _messages,
    "phones": _phones,
    "faults": _faults,
    "clock": _clock,
    "flows": _flows,
    "journal": _journal,
    "unmatched": _unmatched,
}
BY_THE_MINUTE = {"quotas"}  # they change although nothing happens: what was used an hour ago is free again
ALWAYS_NEW = {"clock"}

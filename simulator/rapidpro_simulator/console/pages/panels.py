"""The panels of the console's page: what each of them shows of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.resources import clock, faults, journal, messages, phones, quotas
from rapidpro_simulator.pictures.flow import draw_flow
from rapidpro_simulator.pictures.quotas import draw_quota
from rapidpro_simulator.pictures.sequence import sequence_of
from rapidpro_simulator.pictures.sequence_svg import draw_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.served.live import LiveSimulation

    Panel = Callable[[LiveSimulation, Mapping[str, str]], dict[str, Any]]

MOST_ARROWS = 80
MOST_ENTRIES = 4000  # of the journal, that a picture is made of
MOST_SHOWN = 50


def _sequence(live: LiveSimulation, query: Mapping[str, str]) -> dict[str, Any]:
    simulation = live.simulation
    shown = sequence_of(simulation.journal.latest(MOST_ENTRIES), MOST_ARROWS, simulation.journal.redact)
    if not query.get("everybody"):
        shown.arrows = [arrow for arrow in shown.arrows if "tester" not in {arrow.source, arrow.target}]
    return {"svg": draw_sequence(shown, standalone=False), "left_out": shown.left_out, "empty": not shown.arrows}


def _quotas(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    meters = [
        draw_quota(
            f"{each['workspace']} · {each['scope']}",
            each["used"],
            each["limit"],
            each["answered"],
            each["refused"],
            standalone=False,
        )
        for each in quotas.quotas(live)
        if each["used"] or sum(each["refused"]) or each["scope"] in {"v2", "v2.messages", "v2.broadcasts"}
    ]
    return {"meters": meters}


def _messages(live: LiveSimulation, _: Mapping[str, str]) -> dict[str, Any]:
    found = messages.messages(live)
    return {"messages": found[-MOST_SHOWN:], "more": max(len(found) - MOST_SHOWN, 0)}


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
    for host in live.simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            for flow in workspace.flows:
                if flow.system:
                    continue
                runs = [run for run in workspace.flows.runs if run.flow is flow]
                steps = [step for run in runs[-1:] for step in run.path]
                nodes = [step["node_uuid"] for step in steps]
                exits = [step["exit_uuid"] for step in steps if step.get("exit_uuid")]
                shown.append(
                    {
                        "name": flow.name,
                        "workspace": workspace.name,
                        "runs": len(runs),
                        "last": runs[-1].status.value if runs else None,
                        "svg": draw_flow(flow.definition, nodes, exits, standalone=False),
                    }
                )
    return {"flows": shown}


def _journal(live: LiveSimulation, query: Mapping[str, str]) -> dict[str, Any]:
    question = query.get("find", "")
    try:
        found = journal.entries(live, question, 0, MOST_SHOWN)
    except ValueError as error:
        return {"entries": [], "problem": str(error)}
    return {"entries": found[::-1], "problem": ""}


PANELS: dict[str, Panel] = {
    "sequence": _sequence,
    "quotas": _quotas,
    "messages": _messages,
    "phones": _phones,
    "faults": _faults,
    "clock": _clock,
    "flows": _flows,
    "journal": _journal,
}

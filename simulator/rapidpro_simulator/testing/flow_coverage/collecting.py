"""What the runs of a simulation have walked: from their paths, and from the branches that the journal tells of."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.archives import RUN
from rapidpro_simulator.rapidpro.model.flows import RunStatus

from .parts import fingerprint, parts_of, waits_for_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Entry

TIMED_OUT = "no answer in time"  # the reason of a branch
BY_DEFAULT = "the default"
BY_A_CASE = "for "  # begins the reason of a branch that a case decided


def collect(simulation: Simulation) -> list[dict[str, Any]]:
    """Return of each flow of the simulation what was walked, as plain data.

    `name`, `fingerprint`, `definition`, and `hits` by part (see `parts`).
    """
    branches: dict[str, list[Entry]] = {}
    for entry in simulation.journal.where("flow.branch"):
        branches.setdefault(entry.data["node"], []).append(entry)
    return [
        {
            "name": flow.name,
            "fingerprint": fingerprint(definition),
            "definition": definition,
            "hits": _hits(workspace, flow, branches),
        }
        for workspace in simulation.workspaces
        for flow in workspace.flows
        if not flow.system
        for definition in [definition_of(workspace, flow)]
    ]


def definition_of(workspace: Workspace, flow: Flow) -> dict[str, Any]:
    """Return a flow as the engine runs it: what was written in an older version is migrated."""
    definition = workspace.mailroom.inspections.definition(flow.uuid)
    return flow.definition if definition is None else definition.to_json()


def _hits(workspace: Workspace, flow: Flow, branches: Mapping[str, list[Entry]]) -> dict[str, int]:
    hits: Counter[str] = Counter()
    definition = definition_of(workspace, flow)
    nodes = definition.get("nodes") or []
    numbers = {node["uuid"]: number for number, node in enumerate(nodes)}
    runs = [run for run in workspace.flows.runs if run.flow is flow]
    for run in runs:
        path = [step["node_uuid"] for step in run.path]
        count_path(hits, nodes, numbers, path, ended=run.status is RunStatus.COMPLETED)
        if run.status is RunStatus.EXPIRED and path and path[-1] in numbers:
            hits[f"expiration:{numbers[path[-1]]}"] += 1
    for (uuid, language), count in workspace.flows.spoken.items():
        if uuid == flow.uuid:
            hits[f"language:{language}"] += count
    for path, status in _archived(workspace, flow):
        count_path(hits, nodes, numbers, path, ended=status == RunStatus.COMPLETED.value)
    for number, node in enumerate(nodes):
        for entry in branches.get(node["uuid"], ()):
            count_branch(hits, number, node, entry.data)
    possible = parts_of(definition)
    return {part: hits[part] for part in possible if hits[part]}


def _archived(workspace: Workspace, flow: Flow) -> Iterable[tuple[list[str], str]]:
    """Return the paths of runs that are so old that the workspace has them no longer."""
    for archive in workspace.database.archives.listed():
        if archive.key.kind == RUN:
            for row in map(json.loads, gzip.decompress(archive.content).splitlines()):
                if row["flow"]["uuid"] == flow.uuid:
                    yield [step["node"] for step in row["path"]], row["exit_type"]


def count_path(
    hits: Counter[str], nodes: list[dict[str, Any]], numbers: Mapping[str, int], path: list[str], *, ended: bool
) -> None:
    """Count nodes, and the exits of those that have no router: they have one way out."""
    for place, uuid in enumerate(path):
        if uuid not in numbers:
            continue  # of a definition that has been replaced since
        number = numbers[uuid]
        hits[f"node:{number}"] += 1
        if not nodes[number].get("router") and (place + 1 < len(path) or ended):
            hits[f"exit:{number}.0"] += 1


def count_branch(hits: Counter[str], number: int, node: Mapping[str, Any], branch: Mapping[str, Any]) -> None:
    router = node.get("router") or {}
    wanted = _category_of(router, branch)
    for index, category in enumerate(router.get("categories") or ()):
        if category["name"] == branch["category"] and (wanted is None or category["uuid"] == wanted):
            hits[f"category:{number}.{index}"] += 1
            exits = [each["uuid"] for each in node["exits"]]
            hits[f"exit:{number}.{exits.index(category['exit_uuid'])}"] += 1
            break
    if branch["reason"] == TIMED_OUT and waits_for_message(node):
        hits[f"timeout:{number}"] += 1
    elif branch["reason"].startswith(BY_A_CASE):
        hits[f"case:{number}.{len(branch['tried']) - 1}"] += 1  # the last that was tried


def _category_of(router: Mapping[str, Any], branch: Mapping[str, Any]) -> Any:
    """Return the UUID of the category of a branch: two categories may share a name. None where chance decided."""
    reason = branch["reason"]
    if reason == TIMED_OUT:
        return router.get("wait", {}).get("timeout", {}).get("category_uuid")
    if reason == BY_DEFAULT:
        return router.get("default_category_uuid")
    return router["cases"][len(branch["tried"]) - 1]["category_uuid"] if reason.startswith(BY_A_CASE) else None

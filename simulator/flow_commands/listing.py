"""`rapidsim flow list` and `rapidsim flow check`: what is in an export, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from simulator.rapidpro.flows.definition.inspection import inspect
from simulator.rapidpro.flows.definition.reading import DefinitionError
from simulator.rapidpro.model.triggers import TriggerKind
from simulator.simulation import Simulation

from .exports import import_file, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from simulator.rapidpro.flows.definition.exports import Problem
    from simulator.rapidpro.flows.definition.flow import Flow as Definition
    from simulator.rapidpro.flows.definition.inspection import Inspection, Issue
    from simulator.rapidpro.flows.definition.references import Reference
    from simulator.rapidpro.model.workspace import Workspace

HOST, WORKSPACE = "rapidpro.example", "Main"
FOUND_ISSUES = 1  # the exit code
INDENT, LABEL_WIDTH = "  ", 12
COMMA = ", "


def list_flows(path: Path, *, lenient: bool = False) -> int:
    """Print what each flow of an export is, saves and needs, and what starts it. Raises `UsageError`."""
    with Simulation() as simulation:
        workspace = simulation.rapidpro(HOST).workspace(WORKSPACE)
        flows, skipped = import_file(workspace, path, lenient=lenient)
        versions = {each.get("name"): str(each.get("spec_version")) for each in read_file(path).get("flows") or ()}
        _print_skipped(skipped)
        starts = _starts(workspace)
        for flow in flows:
            definition = _definition(workspace, flow.uuid)
            kind = f"{flow.kind}, version {versions.get(flow.name, definition.spec_version)}"
            print(f"{flow.name}  ({kind}, {_count(len(definition.nodes), 'node')})")
            for label, text in _told(definition, inspect(definition), starts[flow.name]):
                print(f"{INDENT}{label:<{LABEL_WIDTH}}{text}")
    return 0


def check_flows(path: Path, *, lenient: bool = False) -> int:
    """Print what is wrong with the flows of an export; return 1 where anything is. Raises `UsageError`."""
    with Simulation() as simulation:
        workspace = simulation.rapidpro(HOST).workspace(WORKSPACE)
        flows, skipped = import_file(workspace, path, lenient=lenient)
        _print_skipped(skipped)
        assets = workspace.automation.sessions.snapshots.assets()
        count = 0
        for flow in flows:
            definition = _definition(workspace, flow.uuid)
            for issue in inspect(definition, lambda reference: assets.find(reference) is not None).issues:
                count += 1
                print(f"{flow.name}: {issue['description']}, {_place(definition, issue)}")
    print(f"{_count(len(flows), 'flow')}, {_count(count, 'issue') if count else 'no issues'}")
    return FOUND_ISSUES if count or skipped else 0


def _definition(workspace: Workspace, uuid: str) -> Definition:
    definition = workspace.automation.sessions.snapshots.definition(uuid)
    if definition is None:
        raise DefinitionError(f"the flow {uuid} was imported and cannot be read")
    return definition


def _told(definition: Definition, inspection: Inspection, starts: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from (("starts with", start) for start in starts)
    languages = [definition.language, *definition.localization.languages]
    yield "languages", COMMA.join(languages)
    for number, result in enumerate(inspection.results):
        categories = f" ({COMMA.join(result.categories)})" if result.categories else ""
        yield "saves" if number == 0 else "", f"{result.name}{categories}"
    needs: dict[str, list[str]] = defaultdict(list)
    for reference in inspection.dependencies:
        needs[reference.type].append(_name(reference))
    for number, (kind, names) in enumerate(sorted(needs.items())):
        yield "needs" if number == 0 else "", f"{kind} {COMMA.join(names)}"


def _name(reference: Reference) -> str:
    return reference.identity if reference.type in ("field", "global") else reference.name or reference.identity


def _starts(workspace: Workspace) -> dict[str, list[str]]:
    """Return by the name of a flow what starts it."""
    starts: dict[str, list[str]] = defaultdict(list)
    for trigger in workspace.triggers:
        words = f" {' or '.join(trigger.keywords)}" if trigger.keywords else ""
        starts[trigger.flow.name].append(f"{KINDS[trigger.kind]}{words}")
    for campaign in workspace.campaigns.values():
        for event in campaign.events:
            if event.flow is not None:
                when = f"{_count(abs(event.offset), event.unit[:-1])} {'before' if event.offset < 0 else 'after'}"
                starts[event.flow.name].append(f"the campaign {campaign.name}: {when} {event.relative_to}")
    return starts


def _place(definition: Definition, issue: Issue) -> str:
    node = f"node {[each.uuid for each in definition.nodes].index(issue['node_uuid']) + 1} ({issue['node_uuid']})"
    action = f", action {issue['action_uuid']}" if "action_uuid" in issue else ""
    language = f", in {issue['language']}" if "language" in issue else ""
    return f"in {node}{action}{language}"


def _print_skipped(skipped: Iterable[Problem]) -> None:
    for problem in skipped:
        print(f"skipped: {problem}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


KINDS = {
    TriggerKind.KEYWORD: "the keyword",
    TriggerKind.CATCH_ALL: "any message",
    TriggerKind.INCOMING_CALL: "an incoming call",
    TriggerKind.MISSED_CALL: "a missed call",
    TriggerKind.NEW_CONVERSATION: "a new conversation",
    TriggerKind.REFERRAL: "a referral",
    TriggerKind.TICKET_CLOSED: "the end of a ticket",
    TriggerKind.SCHEDULE: "a schedule",
}

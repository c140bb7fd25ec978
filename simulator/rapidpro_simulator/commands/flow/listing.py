"""The commands `flow list` and `flow check`: what is in an export, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro.export_files import import_file, read_file, skipped
from rapidpro_simulator.rapidpro.flows.definition.exports import read_export
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.plurals import counted
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.definition.inspection import FlowInspection, Issue
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.workspace import Workspace

HOST, WORKSPACE = "rapidpro.example", "Main"
FOUND_ISSUES = 1  # the exit code
INDENT, LABEL_WIDTH = "  ", 12
COMMA = ", "


class Listed(NamedTuple):
    """A flow of an export: as it is in the workspace that it was imported into, and as it is in the file."""

    flow: Flow
    imported: FlowDefinition
    written: FlowDefinition
    version: str


def list_flows(path: Path, *, lenient: bool = False) -> int:
    """Print what each flow of an export is, saves and needs, and what starts it. Raises `UsageError`."""
    workspace = _workspace()
    listed = _import(workspace, path, lenient=lenient)
    starts = _starts(workspace)
    for each in listed:
        kind = f"{each.flow.kind}, version {each.version}, {counted(len(each.imported.nodes), 'node')}"
        print(f"{each.flow.name}  ({kind})")
        for label, text in _told(each.written, inspect(each.written), starts[each.flow.name]):
            print(f"{INDENT}{label:<{LABEL_WIDTH}}{text}")
    return 0


def check_flows(path: Path, *, lenient: bool = False) -> int:
    """Print what is wrong with the flows of an export; return 1 where anything is. Raises `UsageError`."""
    workspace = _workspace()
    listed = _import(workspace, path, lenient=lenient)
    assets = workspace.mailroom.snapshots.assets()
    count = 0
    for each in listed:
        for issue in inspect(each.imported, lambda reference: assets.find(reference) is not None).issues:
            count += 1
            print(f"{each.flow.name}: {issue['description']}, {_place(each, issue)}")
    print(f"{counted(len(listed), 'flow')}, {counted(count, 'issue') if count else 'no issues'}")
    return FOUND_ISSUES if count or skipped(workspace) else 0


def _workspace() -> Workspace:
    """Return one to import into: nobody talks to it, so it needs no network, and no CHT beside it."""
    clock = FrozenClock()
    return RapidPro(HOST, Context(clock, Seed(0), Journal(clock))).workspace(WORKSPACE)


def _import(workspace: Workspace, path: Path, *, lenient: bool) -> list[Listed]:
    flows = import_file(workspace, path, lenient=lenient)
    for omission in skipped(workspace):
        print(f"skipped: {omission}")
    document = read_file(path)
    versions = {each.get("uuid"): str(each.get("spec_version")) for each in document.get("flows") or ()}
    written = read_export(document, lenient=True).flows  # in the order in which they were imported
    return [
        Listed(flow, _definition(workspace, flow), definition, versions.get(definition.uuid, definition.spec_version))
        for flow, definition in zip(flows, written, strict=True)
    ]


def _definition(workspace: Workspace, flow: Flow) -> FlowDefinition:
    definition = workspace.mailroom.inspections.definition(flow.uuid)
    if definition is None:
        raise UsageError(f"the flow {flow.name!r} was imported and cannot be read")
    return definition


def _told(definition: FlowDefinition, inspection: FlowInspection, starts: Iterable[str]) -> Iterator[tuple[str, str]]:
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
    for trigger in workspace.database.triggers:
        words = f" {' or '.join(trigger.keywords)}" if trigger.keywords else ""
        starts[trigger.flow.name].append(f"{KINDS[trigger.kind]}{words}")
    for campaign in workspace.database.campaigns.values():
        for event in campaign.events:
            if event.flow is not None:
                when = f"{counted(abs(event.offset), event.unit[:-1])} {'before' if event.offset < 0 else 'after'}"
                starts[event.flow.name].append(f"the campaign {campaign.name}: {when} {event.relative_to}")
    return starts


def _place(listed: Listed, issue: Issue) -> str:
    """Say where an issue is, with the UUIDs of the file: an import gives all parts new ones."""
    number = [each.uuid for each in listed.imported.nodes].index(issue["node_uuid"])
    imported, written = listed.imported.nodes[number], listed.written.nodes[number]
    place = f"in node {number + 1} ({written.uuid})"
    if "action_uuid" in issue:
        action = [each.uuid for each in imported.actions].index(issue["action_uuid"])
        place += f", action {written.actions[action].uuid}"
    return f"{place}, in {issue['language']}" if "language" in issue else place


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

"""RapidPro: its workspaces, who is known there, and their flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import (
    ANY_OBJECT,
    INSTANT,
    NAME,
    TEXT,
    array,
    described,
    optional,
    record,
    results,
)
from rapidpro_simulator.testing.gherkin_text import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.served.live import LiveSimulation

RESOURCE = Resource("rapidpro")

CONTACT = record(
    {
        "uuid": TEXT,
        "workspace": TEXT,
        "name": optional(TEXT),
        "language": optional(TEXT),
        "urns": array(TEXT),
        "groups": array(TEXT),
        "fields": {"type": "object"},
    }
)
FLOW = record({"uuid": TEXT, "name": TEXT, "workspace": TEXT, "definition": ANY_OBJECT})
RUN = record(
    {
        "uuid": TEXT,
        "flow": TEXT,
        "workspace": TEXT,
        "contact": TEXT,
        "status": TEXT,
        "created_on": INSTANT,
        "path": array(record({"node_uuid": TEXT, "exit_uuid": optional(TEXT)})),
        "results": {"type": "object"},
    }
)
STATE = {"enum": ["suspended", "flagged", "restored"]}


@RESOURCE.put("/worlds/{world}/workspaces/{workspace}/state", record({"state": STATE}))
async def set_workspace_state(call: Call) -> None:
    """Suspend, flag or restore a workspace, as RapidPro's operator does."""
    await call.say(f'When the workspace "{call.parameter("workspace")}" is {call.body["state"]}')


@RESOURCE.put(
    "/worlds/{world}/workspaces/{workspace}/token", record({"state": {"enum": ["deactivated", "reactivated"]}})
)
async def set_token_state(call: Call) -> None:
    """Deactivate the token that CHT was given, or activate it again."""
    await call.say(f'When the token of the workspace "{call.parameter("workspace")}" is {call.body["state"]}')


@RESOURCE.get("/worlds/{world}/contacts", results(CONTACT))
async def list_contacts(call: Call) -> Any:
    """List the contacts of all workspaces."""
    return {"results": await call.read(lambda live: [_contact(space, each) for space, each in _contacts(live)])}


@RESOURCE.post(
    "/worlds/{world}/contacts",
    record(
        {"phone": TEXT},
        {
            "name": TEXT,
            "language": TEXT,
            "groups": described(array(NAME), "which are made if need be"),
            "fields": {"type": "object", "additionalProperties": TEXT},
        },
    ),
    status=204,
)
async def save_contact(call: Call) -> None:
    """Add a contact, or change one: what is left out stays as it is."""
    body = dict(call.body)
    row = {**body, **{f"fields.{key}": value for key, value in body.pop("fields", {}).items()}}
    row.pop("fields", None)
    if "groups" in row:
        row["groups"] = ", ".join(row["groups"])
    await call.say("When these contacts are changed", *table([row]))


@RESOURCE.get("/worlds/{world}/flows", results(FLOW))
async def list_flows(call: Call) -> Any:
    """List the flows of all workspaces, with their definitions."""
    return {"results": await call.read(_flows)}


@RESOURCE.post(
    "/worlds/{world}/flows",
    record({"export": described(ANY_OBJECT, "as RapidPro exports it")}, {"workspace": NAME}),
    status=204,
)
async def import_flows(call: Call) -> None:
    """Import an export into a workspace, the only one by default; all of it or nothing."""
    file = await call.keep("flows", call.body["export"])
    workspace = f' in the workspace "{call.body["workspace"]}"' if "workspace" in call.body else ""
    await call.say(f'When the flows of "{file}"{workspace} are imported')


@RESOURCE.post(
    "/worlds/{world}/flow_starts",
    record({"flow": NAME}, {"phones": array(TEXT), "group": NAME}),
    status=204,
)
async def start_flow(call: Call) -> None:
    """Start a flow through RapidPro's API, for phones or for a group."""
    body = call.body
    if ("phones" in body) == ("group" in body):
        raise ProblemError(422, "say for whom: 'phones' or 'group'")
    whom = f'the group "{body["group"]}"' if "group" in body else ", ".join(body["phones"])
    await call.say(f'When the flow "{body["flow"]}" is started through the API for {whom}')


@RESOURCE.get("/worlds/{world}/runs", results(RUN))
async def list_runs(call: Call) -> Any:
    """List the runs of flows, with the path that each has taken."""
    return {"results": await call.read(_runs)}


def _workspaces(live: LiveSimulation) -> Iterator[Workspace]:
    for host in live.simulation.hosts.values():
        yield from host.installation.workspaces.values()


def _contacts(live: LiveSimulation) -> Iterator[tuple[Workspace, Contact]]:
    return ((workspace, contact) for workspace in _workspaces(live) for contact in workspace.contacts)


def _contact(workspace: Workspace, contact: Contact) -> dict[str, Any]:
    return {
        "uuid": contact.uuid,
        "workspace": workspace.name,
        "name": contact.name,
        "language": contact.language,
        "urns": [urn.partition("?")[0] for urn in contact.urns],
        "groups": [group.name for group in workspace.groups.of(contact)],
        "fields": {key: str(value) for key, value in contact.fields.items()},
    }


def _flows(live: LiveSimulation) -> list[dict[str, Any]]:
    return [
        {"uuid": flow.uuid, "name": flow.name, "workspace": workspace.name, "definition": flow.definition}
        for workspace in _workspaces(live)
        for flow in workspace.flows
        if not flow.system
    ]


def _runs(live: LiveSimulation) -> list[dict[str, Any]]:
    return [
        {
            "uuid": run.uuid,
            "flow": run.flow.name,
            "workspace": workspace.name,
            "contact": run.contact.urns[0].partition("?")[0] if run.contact.urns else run.contact.uuid,
            "status": run.status.name.lower(),
            "created_on": run.created_on.isoformat(),
            "path": [{"node_uuid": step["node_uuid"], "exit_uuid": step.get("exit_uuid")} for step in run.path],
            "results": run.results,
        }
        for workspace in _workspaces(live)
        for run in workspace.flows.runs
    ]

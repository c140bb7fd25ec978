"""RapidPro: its workspaces, who is known there, and their flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import (
    ANY_OBJECT,
    INSTANT,
    NAME,
    POSITION,
    TEXT,
    array,
    described,
    optional,
    record,
    results,
)
from rapidpro_simulator.console.wording import in_quotes
from rapidpro_simulator.laboratory.recording.durations import spoken
from rapidpro_simulator.testing.gherkin_text import table

from .clock import DURATION, seconds_of

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
CHANNELS = {
    "aggregator": "an aggregator",
    "aggregator without reports": "an aggregator without delivery reports",
    "android": "an Android phone",
    "whatsapp": "WhatsApp",
    "external": "an external channel",
}
HOST_WORDS = {
    "generation": 'of the generation "{}"',
    "rate_profile": 'with the rate profile "{}"',
    "first_id": "whose ids begin at {}",
}


@RESOURCE.post(
    "/worlds/{world}/hosts",
    record(
        {"name": described(NAME, "such as textit.com")},
        {"generation": NAME, "rate_profile": NAME, "first_id": described(POSITION, "of its messages and broadcasts")},
    ),
    status=204,
)
async def add_host(call: Call) -> None:
    """Add a RapidPro host, of a generation and with a rate profile."""
    more = "".join(f" {words.format(call.body[name])}" for name, words in HOST_WORDS.items() if name in call.body)
    await call.say(f'Given a RapidPro host "{call.body["name"]}"{more}')


@RESOURCE.post(
    "/worlds/{world}/workspaces",
    record({"name": NAME}, {"host": described(NAME, "is made if need be; default: textit.com")}),
    status=204,
)
async def add_workspace(call: Call) -> None:
    """Add a workspace to a host, with a token and a channel."""
    host = f' on "{call.body["host"]}"' if "host" in call.body else ""
    await call.say(f'Given a RapidPro workspace "{call.body["name"]}"{host}')


@RESOURCE.put(
    "/worlds/{world}/workspaces/{workspace}/channel",
    record(
        {"kind": {"enum": list(CHANNELS)}},
        {"settings": described({"type": "object", "additionalProperties": TEXT}, "of an external one: send_url, …")},
    ),
)
async def set_channel(call: Call) -> None:
    """Let a workspace send through a channel of this kind only."""
    workspace, kind, settings = call.parameter("workspace"), call.body["kind"], call.body.get("settings")
    if not settings:
        await call.say(f'Given the workspace "{workspace}" sends through {CHANNELS[kind]}')
    elif kind != "external":
        raise ProblemError(422, f"settings are those of an external channel, and this is {CHANNELS[kind]}")
    else:
        lines = table({"setting": name, "value": value} for name, value in settings.items())
        await call.say(f'Given the external channel of the workspace "{workspace}" has', *lines)


@RESOURCE.post("/worlds/{world}/outages", record({"duration": DURATION}), status=204)
async def go_down(call: Call) -> None:
    """Let every RapidPro host be down for so long, from now on."""
    await call.say(f"Given RapidPro is down for {spoken(seconds_of(call.body['duration']))}")


@RESOURCE.put("/worlds/{world}/globals/{key}", record({"value": TEXT}))
async def set_global(call: Call) -> None:
    """Set a global of RapidPro, which flows can refer to."""
    await call.say(f'Given the global "{call.parameter("key")}" is {in_quotes(call.body["value"])}')


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


def _contacts(live: LiveSimulation) -> Iterator[tuple[Workspace, Contact]]:
    return ((workspace, contact) for workspace in live.simulation.workspaces for contact in workspace.contacts)


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
        for workspace in live.simulation.workspaces
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
        for workspace in live.simulation.workspaces
        for run in workspace.flows.runs
    ]

"""Phones: what they text, what they have got, and what their carriers report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.schemas import (
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
from rapidpro_simulator.testing.gherkin_text import cell

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.served.live import LiveSimulation

RESOURCE = Resource("phones")

TEXTED = record(
    {
        "direction": {"enum": ["in", "out"]},
        "text": TEXT,
        "status": optional(TEXT),
        "at": INSTANT,
        "quick_replies": array(TEXT),
        "attachments": array(TEXT),
    }
)
PHONE = record(
    {"urn": TEXT, "name": optional(TEXT), "workspace": TEXT, "host": TEXT, "messages": array(TEXTED)},
)


@RESOURCE.get("/worlds/{world}/phones", results(PHONE))
async def list_phones(call: Call) -> Any:
    """List the phones that a workspace knows, each with what was said to and fro."""
    return {"results": await call.read(phones)}


@RESOURCE.post(
    "/worlds/{world}/texts",
    record({"from": described(TEXT, "a phone number, such as +254712345678"), "text": TEXT}, {"workspace": NAME}),
    status=204,
)
async def text_in(call: Call) -> None:
    """Let a phone send a text to a workspace, the only one by default."""
    body = call.body
    to = f' to the workspace "{body["workspace"]}"' if "workspace" in body else ""
    if "\n" in body["text"] and not to:
        await call.say(
            "When these texts arrive at once", "| from | text |", f"| {body['from']} | {cell(body['text'])} |"
        )
        return
    await call.say(f"When {body['from']} texts {in_quotes(body['text'])}{to}")


@RESOURCE.post(
    "/worlds/{world}/reports",
    record({"workspace": NAME, "message": described(POSITION, "which outgoing one, from 1"), "status": NAME}),
    status=204,
)
async def report(call: Call) -> None:
    """Let the carrier report an outgoing message of a workspace: wired, sent, delivered, read, errored, failed."""
    body = call.body
    await call.say(
        f'When the carrier reports message {body["message"]} of the workspace "{body["workspace"]}" as {body["status"]}'
    )


@RESOURCE.put("/worlds/{world}/workspaces/{workspace}/carrier", record({"statuses": array(NAME)}))
async def carry(call: Call) -> None:
    """Say what becomes of the messages of a workspace from now on, such as wired, sent, delivered."""
    statuses = ", ".join(call.body["statuses"])
    await call.say(f'When messages of the workspace "{call.parameter("workspace")}" become {statuses}')


def phones(live: LiveSimulation) -> list[dict[str, Any]]:
    """Return the phones of a world and their conversations."""
    return [
        {
            "urn": urn.partition("?")[0],
            "name": contact.name,
            "workspace": workspace.name,
            "host": workspace.runtime.platform.name,
            "messages": [_texted(message) for message in contact.messages],
        }
        for workspace in live.simulation.workspaces
        for contact in workspace.contacts
        for urn in contact.urns[:1]
    ]


def _texted(message: Message) -> dict[str, Any]:
    return {
        "direction": "in" if message.incoming else "out",
        "text": message.text,
        "status": message.status.name.lower(),
        "at": message.created_on.isoformat(),
        "quick_replies": [str(each["text"]) for each in message.quick_replies or ()],
        "attachments": list(message.attachments or ()),
    }

"""The endpoint `templates`, read only, in the generations that have it (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .rendering import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.model.message_templates import MessageTemplate

    from .calls import RapidProCall, RapidProResponse

BODY = "body/text"
APPROVED = "approved"


def render(template: MessageTemplate, _call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a template."""
    return {
        "uuid": template.uuid,
        "name": template.name,
        "translations": [_translation(each) for each in template.documents],
        "created_on": moment(template.created_on),
        "modified_on": moment(template.modified_on),
    }


def _translation(document: Mapping[str, Any]) -> dict[str, Any]:
    bodies = [each["content"] for each in document["components"] if each["type"] == BODY]
    return {
        "language": document["locale"].partition("-")[0],
        "locale": document["locale"],
        "content": "\n\n".join(bodies),
        "namespace": "",
        "variable_count": len(document["variables"]),
        "status": APPROVED,  # no other is brought into a workspace
        "channel": document["channel"],
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET templates`, the last modified first."""
    uuid = call.uuid("uuid", strict=True)
    rows = call.workspace.database.templates.values()
    found = [each for each in rows if not uuid or each.uuid == uuid]
    return call.page_by_modification(found, render, dated=False)

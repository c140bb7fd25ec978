"""The endpoint `flows`: which flows there are, and how their runs ended (rapidpro 4.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.flows import BACKGROUND, MESSAGING, VOICE, RunStatus

from .pagination import Listing
from .rendering import moment, refer

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .calls import RapidProCall, RapidProResponse

TYPES = {MESSAGING: "message", VOICE: "voice", BACKGROUND: "background", "messaging_offline": "survey"}
COUNTED = ("active", "waiting", "completed", "interrupted", "expired", "failed")


def render(flow: Flow, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a flow."""
    return {
        "uuid": flow.uuid,
        "name": flow.name,
        "type": TYPES[flow.kind],
        "archived": flow.archived,
        "labels": [refer(label) for label in flow.labels],
        "expires": flow.expires,
        "runs": {word: flow.counts[RunStatus(word)] for word in COUNTED},
        "results": call.workspace.mailroom.inspections.results_of(flow),
        "parent_refs": call.workspace.mailroom.inspections.parent_refs_of(flow),
        "created_on": moment(flow.created_on),
        "modified_on": moment(flow.modified_on),
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET flows`, the newest first, although `after` and `before` are about when they were modified."""
    uuid, kind, archived = call.uuid("uuid"), call.parameter("type"), call.parameter("archived")

    def keep(flow: Flow) -> bool:
        return (
            not flow.system
            and (not uuid or flow.uuid == uuid)
            and (not kind or TYPES[flow.kind] == kind)
            and (not archived or flow.archived is call.flag("archived"))
        )

    rows = sorted(filter(keep, call.workspace.flows), key=lambda flow: flow.created_on)
    return call.page(Listing(rows, bounded="modified_on"), render)

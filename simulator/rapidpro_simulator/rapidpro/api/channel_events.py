"""The endpoint `channel_events`: what happened on channels beside messages (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pagination import Listing
from .rendering import moment, refer

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.channels import ChannelEvent

    from .calls import RapidProCall, RapidProResponse


def render(event: ChannelEvent, _call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of an event."""
    return {
        "id": event.id,
        "type": event.kind,
        "contact": refer(event.contact),
        "channel": refer(event.channel),
        "extra": event.extra,
        "occurred_on": moment(event.created_on),
        "created_on": moment(event.created_on),
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET channel_events`."""
    number, contact = call.integer("id"), call.text("contact")

    def keep(event: ChannelEvent) -> bool:
        return (not number or event.id == number) and (not contact or event.contact.uuid == contact)

    return call.page(Listing(list(filter(keep, call.workspace.database.channel_events))), render)

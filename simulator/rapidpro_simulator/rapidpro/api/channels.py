"""The endpoint `channels`, read only (rapidpro 4.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pagination import Listing
from .rendering import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.channels import Channel

    from .calls import RapidProCall, RapidProResponse

NEVER_SYNCED = {"power_level": -1, "power_status": None, "power_source": None, "network_type": None}


def _device(channel: Channel) -> dict[str, Any] | None:
    return {"name": channel.name, **NEVER_SYNCED} if channel.kind.relayed else None


TYPES = {"aggregator": "external", "aggregator without reports": "external", "360dialog": "dialog360"}
"""What RapidPro calls those of our kinds that it has other words for (rapidpro 4.10)."""


def type_of(channel: Channel) -> str:
    """Return the type of a channel as the API tells it."""
    return TYPES.get(channel.kind.name, channel.kind.name)


READ: dict[str, Callable[[Channel], Any]] = {
    "uuid": lambda channel: channel.uuid,
    "name": lambda channel: channel.name,
    "address": lambda channel: channel.address,
    "type": type_of,
    "country": lambda channel: channel.country,
    "device": _device,
    "last_seen": lambda channel: moment(channel.last_seen),
    "created_on": lambda channel: moment(channel.created_on),
}


def render(channel: Channel, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a channel, in the generation's order."""
    return {name: READ[name](channel) for name in call.generation.fields.channels}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET channels`."""
    uuid, address = call.uuid("uuid"), call.text("address")

    def keep(channel: Channel) -> bool:
        return (not uuid or channel.uuid == uuid) and (not address or channel.address == address)

    return call.page(Listing(call.workspace.channels, keep=keep, dated=False), render)

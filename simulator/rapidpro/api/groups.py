"""The endpoint `groups` (rapidpro 4.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .pagination import Listing

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.rapidpro.model.contacts import Group

    from .calls import Answer, Call


class Dated(NamedTuple):
    """A group, as old as its workspace: the model does not say when a group was made, only which came first."""

    group: Group
    created_on: datetime


def render(row: Dated, call: Call) -> dict[str, Any]:
    """Return what the API shows of a group."""
    group = row.group
    return {
        "uuid": group.uuid,
        "name": group.name,
        "query": group.query,
        "status": "ready",
        "system": False,
        "count": len(group.members),
    }


async def listing(call: Call) -> Answer:
    """Answer `GET groups`."""
    call.exclusive("uuid", "name")
    uuid, name = call.uuid("uuid"), call.parameter("name")
    manual_only = call.dialect.manual_groups and call.flag("manual_only")

    def keep(row: Dated) -> bool:
        group = row.group
        return (
            (not uuid or group.uuid == uuid)
            and (not name or group.name.lower() == name.lower())
            and not (manual_only and group.query)
        )

    workspace = call.workspace
    return call.page(
        Listing([Dated(group, workspace.created_on) for group in workspace.groups.values()], keep=keep), render
    )

"""The endpoint `groups`: sets of contacts, of which the API writes only those without a query (rapidpro 4.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import named
from .calls import Answer
from .fields import Field, read_fields

if TYPE_CHECKING:
    from simulator.rapidpro.model.contacts import Group

    from .calls import Call

FIELDS = {"name": Field(named.object_name, required=True)}


def render(group: Group, call: Call) -> dict[str, Any]:
    """Return what the API shows of a group."""
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

    def keep(group: Group) -> bool:
        return (
            (not uuid or group.uuid == uuid)
            and (not name or group.name.lower() == name.lower())
            and not (manual_only and group.query)
        )

    return named.page(call.workspace.groups.values(), keep, render, call)


async def write(call: Call) -> Answer:
    """Answer `POST groups`: a new group without a query, or a new name for the one that the query names."""
    body = call.read_body()
    groups = call.workspace.groups
    group = _look_up(call) if call.lookup("uuid") else None
    if group is None:
        named.check_limit(groups, call)
    name = read_fields(FIELDS, call.writable(body), call)["name"]
    named.check_unique(name, [other.name for other in groups.values() if other is not group])
    if group is None:
        return Answer(201, render(call.workspace.add_group(name), call))
    group.name = name
    return Answer(200, render(group, call))


async def delete(call: Call) -> Answer:
    """Answer `DELETE groups`."""
    call.lookup("uuid", required=True)
    del call.workspace.groups[_look_up(call).uuid]
    return Answer(204)


def _look_up(call: Call) -> Group:
    group = call.workspace.groups.get(call.uuid("uuid") or "")
    if group is None:
        raise call.missing("ContactGroup")
    return group

"""The endpoint `groups`: sets of contacts, of which the API writes only those without a query (rapidpro 4.11)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .errors import RapidProApiError
from .named import NamedEndpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .calls import RapidProCall, RapidProResponse

IN_USE = "Group is being used by {} which must be archived first."


def render(group: Group, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a group."""
    readable = call.workspace.mailroom.query_groups.can_read(group)
    return {
        "uuid": group.uuid,
        "name": group.name,
        "query": group.query,
        "status": "ready" if readable else call.generation.api.unreadable_group,
        "system": group.system,
        "count": len(group.members),
    }


GROUPS: NamedEndpoint[Group] = NamedEndpoint(
    model="ContactGroup",
    rows=attrgetter("groups"),
    create=lambda workspace, name: workspace.add_group(name),
    delete=lambda workspace, group: workspace.groups.pop(group.uuid),
    render=render,
    is_system=attrgetter("system"),
)


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET groups`."""
    manual_only = call.generation.api.manual_groups and call.flag("manual_only")
    return GROUPS.list(call, lambda group: not (manual_only and group.query))


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST groups`."""
    return GROUPS.write(call)


async def delete(call: RapidProCall) -> RapidProResponse:
    """Answer `DELETE groups`: not while triggers or campaigns use it; flows don't hinder (rapidpro 4.11)."""
    group = call.workspace.groups.get(call.parameter("uuid") or "")
    if group is not None and not group.system:
        for users, used in _users(group, call.workspace):
            if used:
                raise RapidProApiError.detail(400, IN_USE.format(users))
    return GROUPS.remove(call)


def _users(group: Group, workspace: Workspace) -> Iterator[tuple[str, bool]]:
    triggers = (each for each in workspace.database.triggers if not each.archived)
    yield "triggers", any(group in (*each.groups, *each.exclude_groups) for each in triggers)
    yield "campaigns", any(each.group is group and not each.archived for each in workspace.database.campaigns.values())

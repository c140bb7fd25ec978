"""The endpoint `topics`: what tickets are about (rapidpro 4.15)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .named import NamedEndpoint
from .pagination import Listing
from .rendering import moment

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.tickets import Topic

    from .calls import RapidProCall, RapidProResponse


def render(topic: Topic, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a topic."""
    statuses = [ticket.status for ticket in call.workspace.database.tickets.values() if ticket.topic is topic]
    return {
        "uuid": topic.uuid,
        "name": topic.name,
        "counts": {status: statuses.count(status) for status in ("open", "closed")},
        "system": topic.system,
        "created_on": moment(topic.created_on),
    }


TOPICS: NamedEndpoint[Topic] = NamedEndpoint(
    model="Topic",
    rows=attrgetter("database.topics"),
    create=lambda workspace, name: workspace.database.topics.add(name),
    render=render,
    strict=True,
    is_system=attrgetter("system"),
    limit=attrgetter("most_topics"),
)


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET topics`."""
    return call.page(Listing(list(call.workspace.database.topics.values()), dated=False), render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST topics`; that of every workspace keeps its name."""
    return TOPICS.write(call)

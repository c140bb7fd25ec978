"""The endpoint `labels`: marks on incoming messages (rapidpro 4.15)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .named import NamedEndpoint

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import Label

    from .calls import RapidProCall, RapidProResponse


def render(label: Label, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a label."""
    count = sum(label in (message.labels or ()) for message in call.workspace.messages)
    return {"uuid": label.uuid, "name": label.name, "count": count}


LABELS: NamedEndpoint[Label] = NamedEndpoint(
    model="Label",
    rows=attrgetter("database.labels"),
    create=lambda workspace, name: workspace.database.labels.add(name),
    delete=lambda workspace, label: workspace.mailroom.deletions.label(label),
    render=render,
    strict=True,
)


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET labels`."""
    return LABELS.list(call)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST labels`."""
    return LABELS.write(call)


async def delete(call: RapidProCall) -> RapidProResponse:
    """Answer `DELETE labels`; the messages lose the mark."""
    return LABELS.remove(call)

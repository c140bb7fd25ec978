"""The endpoint `labels`: marks on incoming messages (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import named
from .calls import Answer
from .fields import Field, read_fields

if TYPE_CHECKING:
    from simulator.rapidpro.model.assets import Label

    from .calls import Call

FIELDS = {"name": Field(named.object_name, required=True)}


def render(label: Label, call: Call) -> dict[str, Any]:
    """Return what the API shows of a label."""
    count = sum(label in (message.labels or ()) for message in call.workspace.messages)
    return {"uuid": label.uuid, "name": label.name, "count": count}


async def listing(call: Call) -> Answer:
    """Answer `GET labels`."""
    call.exclusive("uuid", "name")
    uuid, name = call.uuid("uuid", strict=True), call.parameter("name")

    def keep(label: Label) -> bool:
        return (not uuid or label.uuid == uuid) and (not name or label.name.lower() == name.lower())

    return named.page(call.workspace.labels.values(), keep, render, call)


async def write(call: Call) -> Answer:
    """Answer `POST labels`: a new label, or a new name for the one that the query names."""
    body = call.read_body()
    labels = call.workspace.labels
    label = _look_up(call) if call.lookup("uuid") else None
    if label is None:
        named.check_limit(labels, call)
    name = read_fields(FIELDS, call.writable(body), call)["name"]
    named.check_unique(name, [other.name for other in labels.values() if other is not label])
    if label is None:
        return Answer(201, render(call.workspace.add_label(name), call))
    label.name = name
    return Answer(200, render(label, call))


async def delete(call: Call) -> Answer:
    """Answer `DELETE labels`; the messages lose the mark."""
    call.lookup("uuid", required=True)
    label = _look_up(call)
    del call.workspace.labels[label.uuid]
    for message in call.workspace.messages:
        if message.labels and label in message.labels:
            message.labels.remove(label)
    return Answer(204)


def _look_up(call: Call) -> Label:
    label = call.workspace.labels.get(call.uuid("uuid", strict=True) or "")
    if label is None:
        raise call.missing("Label")
    return label

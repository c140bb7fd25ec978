"""The open messages of an incident: CHT's documents, and what the workspace has of those that it knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.states import POLLED_STATES, javascript_time
from rapidpro_simulator.laboratory.forecast.incident import NOTHING
from rapidpro_simulator.rapidpro.delivery.outcomes import REPORTABLE, outcome

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import OpenMessages
    from rapidpro_simulator.world.seed import Stream

    from .deployment import Deployment

FIRST_UNKNOWN = 500_001  # references of messages that the account does not know
PAGE = 500  # documents that are saved by one request
DAY = 86_400.0
SETTLED_MINUTES = 2  # after which the workspace has the last word of what it knows


def add_open(deployment: Deployment, stream: Stream) -> None:
    """Save the documents of the open messages; the time until the workspace knows its own passes before."""
    groups = [group for group in deployment.incident.open for _ in range(group.count)]
    references = [_reference(deployment, group, number) for number, group in enumerate(groups, 1)]
    if any(group.answer != NOTHING for group in groups):
        deployment.simulation.advance(minutes=SETTLED_MINUTES)
    pairs = zip(groups, references, strict=True)
    save(deployment, [_document(deployment, group, reference, stream) for group, reference in pairs])


def save(deployment: Deployment, documents: list[dict[str, Any]]) -> None:
    """Save documents, not too many at once."""
    for first in range(0, len(documents), PAGE):
        deployment.cht.save(documents[first : first + PAGE])


def _reference(deployment: Deployment, group: OpenMessages, number: int) -> int | None:
    """Return what the workspace calls the message of a document; it gets those that it is to know now."""
    if group.state not in POLLED_STATES or not group.reference:
        return None
    if group.answer == NOTHING:
        return FIRST_UNKNOWN + number
    assert group.answer in REPORTABLE, f"the full simulation has no messages that are {group.answer} for good"
    urn = f"tel:{deployment.phone(number)}"
    deployment.workspace.deliver(outcome(**{group.answer: 0.5}), urn=urn, times=1)
    return deployment.workspace.create_broadcast(urns=[urn], text={"eng": f"old {number}"}).id


def _document(deployment: Deployment, group: OpenMessages, reference: int | None, stream: Stream) -> dict[str, Any]:
    now = deployment.simulation.clock.now()
    due = now + timedelta(seconds=-stream.uniform(0, group.age_days * DAY) if group.due is None else group.due)
    made = min(now, due)
    before = [] if group.state == "scheduled" else [{"state": "pending", "timestamp": javascript_time(made)}]
    history = [*before, {"state": group.state, "timestamp": javascript_time(made)}]
    task: dict[str, Any] = {"state": group.state, "due": javascript_time(due), "state_history": history}
    if reference is not None:
        task["gateway_ref"] = reference
    text = f"{'new' if group.is_to_come else 'old'} {stream.hex(8)}"
    return deployment.document(text, made, **task)

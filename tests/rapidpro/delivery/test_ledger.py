"""What the journal tells of rows, and who is told that a message has left."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status

from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal

    from ..conftest import Send  # noqa: TID252 - the tests have no name from outside


def _told(journal: Journal, kind: str) -> list[dict[str, Any]]:
    own = ("message", "broadcast", "direction", "urn", "urns", "text", "status", "from", "to", "count", "first", "last")
    return [{name: entry.data[name] for name in own if name in entry.data} for entry in journal.where(kind)]


def test_created(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A new broadcast, its messages and what comes in are told with all that names them."""
    [message] = send(JANE, text="Visit tomorrow")
    workspace.receive(JOHN, "Hello")
    assert message.broadcast is not None
    number = message.broadcast.id
    assert _told(journal, "broadcast.created") == [
        {"broadcast": number, "status": "queued", "urns": [JANE], "text": "Visit tomorrow"}
    ]
    assert _told(journal, "message.created") == [
        {
            "message": message.id,
            "broadcast": number,
            "direction": "out",
            "urn": JANE,
            "text": "Visit tomorrow",
            "status": "queued",
        },
        {
            "message": message.id + 1,
            "broadcast": None,
            "direction": "in",
            "urn": JOHN,
            "text": "Hello",
            "status": "queued",
        },
    ]


def test_changed(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A change of a status says whose it is, from what to what; what is printed alike is no change."""
    workspace.deliver(outcome(wired=1, delivered=2, read=3))
    [message] = send()
    assert message.broadcast is not None
    changes = [("queued", "wired"), ("wired", "delivered")]
    assert _told(journal, "message.status") == [
        {"message": message.id, "broadcast": message.broadcast.id, "from": before, "to": after}
        for before, after in changes
    ]
    [broadcast] = _told(journal, "broadcast.status")
    assert broadcast == {"broadcast": message.broadcast.id, "from": "queued", "to": "sent"}


def test_failed(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A message that is given up says why, and when that was."""
    [message] = send()
    clock.advance(timedelta(hours=1))
    workspace.delivery.ledger.fail(message, FailedReason.TOO_OLD)
    assert (message.status, message.failed_reason) == (Status.FAILED, FailedReason.TOO_OLD)
    assert message.modified_on == clock.now()


@pytest.mark.parametrize(("wish", "left"), [("wired", 1), ("delivered", 1), ("failed", 0), ("errored", 0)])
def test_when_sent(workspace: Workspace, send: Send, clock: FrozenClock, wish: str, left: int) -> None:
    """Whoever waits for a message to leave is told once, and only of that one; never, where it fails."""
    courier, channel = workspace.delivery.courier, workspace.channels[0]
    courier.pause(channel)
    workspace.deliver(wish)
    workspace.deliver("errored", urn=JOHN)
    told: list[str] = []
    for message, name in zip(send(JANE, JOHN), ("left", "other"), strict=True):
        workspace.delivery.ledger.when_sent(message, partial(told.append, name))
    courier.resume(channel)
    clock.advance(timedelta(minutes=1))
    assert told == ["left"] * left


def test_archived(workspace: Workspace, send: Send, clock: FrozenClock, journal: Journal) -> None:
    """The archiver tells how many rows it took, from which to which."""
    messages = send(JANE, JOHN)
    send(JANE)
    clock.advance(timedelta(days=100))
    assert _told(journal, "message.archived") == [{"count": 3, "first": messages[0].id, "last": messages[0].id + 2}]
    [removed] = _told(journal, "broadcast.removed")
    assert (removed["count"], removed["last"] - removed["first"]) == (2, 1)
    assert messages[0].broadcast is not None
    assert removed["first"] == messages[0].broadcast.id

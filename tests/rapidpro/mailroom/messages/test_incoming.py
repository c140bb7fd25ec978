from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import Message, Status, Visibility

from ...conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock

    from ...conftest import Send  # noqa: TID252 - the tests have no name from outside


@pytest.mark.parametrize(
    ("urn", "stored"),
    [(JANE, JANE), ("tel:0711000001", JANE), ("tel:20880", "tel:20880"), ("tel:SAFARICOM", "tel:safaricom")],
)
def test_received(workspace: Workspace, urn: str, stored: str) -> None:
    """A message makes its sender a contact, national numbers as the channel's country reads them, or a short
    code, or a name in small letters."""
    message = workspace.receive(urn, "Hello")
    assert (message.status, message.urn, message.incoming) == (Status.HANDLED, stored, True)
    assert workspace.contacts.by_urn(stored) is message.contact


def test_handlers(workspace: Workspace) -> None:
    """Whoever wants to know hears of each message."""
    heard: list[Message] = []
    workspace.mailroom.incoming.handlers.append(heard.append)
    assert heard == [workspace.receive(JANE, "Hello")]


def test_blocked(workspace: Workspace) -> None:
    """A message of somebody who is blocked is archived, and nobody hears of it."""
    heard: list[Message] = []
    workspace.mailroom.incoming.handlers.append(heard.append)
    workspace.contacts.create([JANE]).status = ContactStatus.BLOCKED
    message = workspace.receive(JANE, "Hello")
    assert (message.status, message.visibility, heard) == (Status.HANDLED, Visibility.ARCHIVED, [])


def test_stopped(workspace: Workspace) -> None:
    """Whoever had stopped is active again by a message of his own."""
    contact = workspace.contacts.create([JANE])
    contact.status = ContactStatus.STOPPED
    workspace.receive(JANE, "Hello")
    assert contact.status is ContactStatus.ACTIVE


def test_priority(workspace: Workspace, send: Send) -> None:
    """Later broadcasts go to the number that somebody wrote from last, through the channel that it came by."""
    workspace.contacts.create([JANE, JOHN])
    second = workspace.add_channel("twilio")
    workspace.receive(JOHN, "Hello", second)
    message = send(JANE)[0]
    assert (message.urn, message.channel) == (JOHN, second)


@pytest.mark.parametrize(
    ("seconds", "text", "new"),
    [
        (1, "Hello", False),
        (3.999, "Hello", False),  # what came at the beginning of two seconds is known to the end of the next two
        (4, "Hello", True),
        (1, "Hello again", True),
    ],
)
def test_same_text(workspace: Workspace, clock: FrozenClock, seconds: float, text: str, new: bool) -> None:
    """The same text within a few seconds is the same message."""
    first = workspace.receive(JANE, "Hello")
    clock.advance(timedelta(seconds=seconds))
    assert (workspace.receive(JANE, text) is not first) is new


def test_text_in_between(workspace: Workspace) -> None:
    """Only the last text of a number is known."""
    first = workspace.receive(JANE, "Yes")
    workspace.receive(JANE, "No")
    assert workspace.receive(JANE, "Yes") is not first


@pytest.mark.parametrize(("courier", "new"), [("up", True), ("down", False)])
def test_same_answer(rapidpro: RapidPro, workspace: Workspace, clock: FrozenClock, courier: Any, new: bool) -> None:
    """The same text after a message that has gone out to the contact is a new answer."""
    rapidpro.courier_status = courier
    first = workspace.receive(JANE, "Yes")
    workspace.send_message(first.contact, "Are you sure?")
    clock.advance(timedelta(seconds=1))
    assert (workspace.receive(JANE, "Yes") is not first) is new


@pytest.mark.parametrize(("hours", "new"), [(1, False), (39, False), (40, True)])
def test_same_external_id(workspace: Workspace, clock: FrozenClock, hours: int, new: bool) -> None:
    """A provider's id is known to the end of the next day, in UTC; the clock is at eight."""
    first = workspace.receive(JANE, "Hello", external_id="X1")
    clock.advance(timedelta(hours=hours))
    assert (workspace.receive(JANE, "Hello", external_id="X1") is not first) is new


def test_external_ids(workspace: Workspace) -> None:
    """Two ids of a provider's are two messages, whatever they say; an id is known by its channel."""
    ids = [
        workspace.receive(JANE, "Hello", workspace.add_channel("twilio"), external_id=each).id for each in ("A", "B")
    ]
    again = workspace.receive(JANE, "Hello", workspace.channels[-2], external_id="B").id
    assert len({*ids, again}) == 3


@pytest.mark.parametrize("ids", [("A", None), (None, "A"), ("A", "B")])
def test_id_and_none(workspace: Workspace, ids: tuple[str | None, str | None]) -> None:
    """A text with a provider's id is never the same as one without, nor as one with another id."""
    first, second = (workspace.receive(JANE, "Hello", external_id=each) for each in ids)
    assert first is not second


@pytest.mark.parametrize("generation", ["community", "textit-2026"])
def test_urn_of_blocked(workspace: Workspace, rapidpro: RapidPro) -> None:
    """Where a blocked contact texts from comes first in TextIt, though nobody hears of the text (flows 10)."""
    contact = workspace.contacts.create([JANE, JOHN])
    contact.status = ContactStatus.BLOCKED
    workspace.receive(JOHN, "Hello")
    assert (contact.urns[0] == JOHN) is rapidpro.generation.mailroom.prefers_urns_of_blocked
    assert contact.last_seen_on is None


def test_mailroom_down(rapidpro: RapidPro, workspace: Workspace, clock: FrozenClock) -> None:
    """While mailroom is down, a message stays pending; it is handled later."""
    rapidpro.mailroom_status = "down"
    message = workspace.receive(JANE, "Hello")
    clock.advance(timedelta(hours=1))
    down = message.status
    rapidpro.mailroom_status = "up"
    clock.advance(timedelta(seconds=1))
    assert (down, message.status) == (Status.PENDING, Status.HANDLED)


def test_channel_that_is_gone(rapidpro: RapidPro, workspace: Workspace, clock: FrozenClock) -> None:
    """Nobody hears of a message whose channel was removed before mailroom came to it (flows 10)."""
    heard: list[Message] = []
    workspace.mailroom.incoming.handlers.append(heard.append)
    rapidpro.mailroom_status = "down"
    message = workspace.receive(JANE, "Hello")
    workspace.remove_channel(workspace.channels[0])
    rapidpro.mailroom_status = "up"
    clock.advance(timedelta(seconds=1))
    assert (message.status, message.visibility, heard) == (Status.HANDLED, Visibility.ARCHIVED, [])


def test_no_channel(workspace: Workspace) -> None:
    """Nothing comes in where no channel has the sender's scheme."""
    with pytest.raises(ValueError, match="add_channel"):
        workspace.receive("telegram:12345", "Hello")

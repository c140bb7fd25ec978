"""What scripted phones do with what they get, and what RapidPro hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.phones import PhoneError
from rapidpro_simulator.rapidpro.model.messages import Message, Status

from .conftest import GRACE

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation


def send(workspace: Workspace, text: str = "Hello") -> Message:
    return workspace.send_message(workspace.contacts.get_or_create(f"tel:{GRACE}"), text)


def heard(workspace: Workspace) -> list[str]:
    return [message.text for message in workspace.messages if message.incoming]


def test_inbox(simulation: Simulation, workspace: Workspace) -> None:
    """A phone has what was delivered, in its order."""
    phone = simulation.phones[GRACE]
    for text in ("One", "Two"):
        send(workspace, text)
    simulation.advance(seconds=20)

    assert phone.inbox == ["One", "Two"]


def test_answers(simulation: Simulation, workspace: Workspace) -> None:
    """The first answer that fits is given, five seconds after the message was delivered; others are not answered."""
    simulation.phones[GRACE].answers.update({"What*name?": "Grace", "What*": "What?"})
    message = send(workspace, "What is your name?")
    simulation.advance(seconds=14)
    assert (message.status, heard(workspace)) == (Status.DELIVERED, [])
    simulation.advance(seconds=2)
    assert heard(workspace) == ["Grace"]
    send(workspace, "Thank you")
    simulation.advance(seconds=60)
    assert heard(workspace) == ["Grace"]


def test_sleep(simulation: Simulation, workspace: Workspace) -> None:
    """What comes to a phone that is off is delivered when it is on again, and answered then."""
    phone = simulation.phones[GRACE]
    phone.answers["*"] = "I was off"
    phone.sleep(3600)
    messages = [send(workspace, text) for text in ("One", "Two")]
    simulation.advance(seconds=3590)
    assert [message.status for message in messages] == [Status.SENT, Status.SENT]
    simulation.advance(seconds=20)

    assert [message.status for message in messages] == [Status.DELIVERED, Status.DELIVERED]
    assert (phone.inbox, heard(workspace)) == (["One", "Two"], ["I was off"])  # twice the same text is a copy


def test_longer_sleep(simulation: Simulation, workspace: Workspace) -> None:
    """The last word on how long a phone is off counts."""
    phone = simulation.phones[GRACE]
    phone.sleep(60)
    phone.sleep()
    message = send(workspace)
    simulation.advance(hours=1)
    assert message.status is Status.SENT
    phone.wake()
    assert phone.inbox == ["Hello"]


def test_falls_asleep_before_it_answers(simulation: Simulation, workspace: Workspace) -> None:
    """A phone that is switched off before it could answer does not."""
    phone = simulation.phones[GRACE]
    phone.answers["*"] = "Yes"
    send(workspace)
    simulation.advance(seconds=12)
    phone.sleep()
    simulation.advance(seconds=60)

    assert (phone.inbox, heard(workspace)) == (["Hello"], [])


def test_lost_sim(simulation: Simulation, workspace: Workspace) -> None:
    """Without a SIM what comes fails, and what has waited, too."""
    phone = simulation.phones[GRACE]
    phone.sleep()
    waiting = send(workspace, "One")
    simulation.advance(seconds=60)
    phone.lose_sim()
    late = send(workspace, "Two")
    simulation.advance(seconds=60)

    assert ([waiting.status, late.status], phone.inbox) == ([Status.FAILED, Status.FAILED], [])


def test_who_cannot_text(simulation: Simulation, workspace: Workspace) -> None:
    """Nobody texts from a phone that is off or has no SIM."""
    phone = simulation.phones[GRACE]
    phone.sleep()
    with pytest.raises(PhoneError, match="is off: nobody can text from it"):
        simulation.phones.text(GRACE, "Hi", workspace)
    phone.wake()
    simulation.phones.text(GRACE, "Hi", workspace)
    phone.lose_sim()
    with pytest.raises(PhoneError, match="has lost its SIM"):
        simulation.phones.text(GRACE, "Hi", workspace)

    assert heard(workspace) == ["Hi"]


def test_reported_by_hand(simulation: Simulation, workspace: Workspace) -> None:
    """A report that the scenario itself makes reaches the phone as well."""
    workspace.deliver("wired")
    phone = simulation.phones[GRACE]
    message = send(workspace)
    simulation.advance(seconds=5)
    workspace.report(message, "delivered")

    assert phone.inbox == ["Hello"]


def test_courier_is_down(simulation: Simulation, workspace: Workspace) -> None:
    """A phone gets what was handed over while courier is down; RapidPro hears of it when courier is up again."""
    phone = simulation.phones[GRACE]
    message = send(workspace)
    simulation.advance(seconds=5)
    simulation.hosts["textit.com"].installation.courier_status = "down"
    simulation.advance(seconds=20)
    assert (phone.inbox, [message.status]) == (["Hello"], [Status.SENT])
    simulation.hosts["textit.com"].installation.courier_status = "up"

    assert [message.status] == [Status.DELIVERED]

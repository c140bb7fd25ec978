"""Phones and RapidPro over HTTP, with an aggregator between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.world.faults import FaultKind
from rapidpro_simulator.world.journal import Exchange

from .conftest import GRACE
from .test_phone import heard, send

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation


LONG = "We expect you in the clinic on Monday morning"


def requests(simulation: Simulation) -> list[tuple[str, str, int | None]]:
    exchanges = [entry for entry in simulation.journal.where("exchange") if isinstance(entry, Exchange)]
    return [(each.data["by"], each.data["path"], each.status) for each in exchanges]


def test_all_of_it_is_http(simulation: Simulation, wired: Workspace) -> None:
    """A message, the reports on it and the answer to it are requests between courier and the aggregator."""
    simulation.phones[GRACE].answers["*"] = "Yes"
    message = send(wired)
    simulation.advance(seconds=30)
    channel = f"/c/ex/{wired.channels[0].uuid}"

    assert [entry[:2] for entry in requests(simulation)] == [
        ("courier of textit.com", "/textit.com/Main/1"),
        ("aggregator", f"{channel}/sent"),
        ("aggregator", f"{channel}/delivered"),
        ("aggregator", f"{channel}/receive"),
    ]
    assert ([message.status], heard(wired)) == ([Status.DELIVERED], ["Yes"])


def test_parts_are_reported_each(simulation: Simulation, workspace: Workspace) -> None:
    """Each part of a long message is a text to the phone, and is reported under the one id there is."""
    phone = simulation.phones[GRACE]
    simulation.phones.connect(workspace, max_length=20)
    message = send(workspace, LONG)
    simulation.advance(seconds=30)

    assert phone.inbox == ["We expect you in", "the clinic on Monday", "morning"]
    assert len([path for _, path, _ in requests(simulation) if path.endswith("/delivered")]) == 3
    assert [message.status] == [Status.DELIVERED]


def test_one_part_is_lost(simulation: Simulation, workspace: Workspace) -> None:
    """Where a part fails after others have been delivered, RapidPro believes the last report."""
    phone = simulation.phones[GRACE]
    simulation.phones.connect(workspace, max_length=20)
    message = send(workspace, LONG)
    simulation.advance(seconds=10.2)
    phone.lose_sim()
    simulation.advance(seconds=30)

    assert (phone.inbox, [message.status]) == (["We expect you in"], [Status.FAILED])


@pytest.mark.parametrize(
    ("wish", "seconds", "status"),
    [
        ("wired", 60, Status.WIRED),
        ("sent", 60, Status.SENT),
        ("delivered", 60, Status.DELIVERED),
        ("failed", 60, Status.FAILED),
        ("undelivered", 60, Status.FAILED),
        ("errored", 5, Status.ERRORED),
        ("errored", 1800, Status.FAILED),
        ("errored once", 600, Status.DELIVERED),
        ("rejected", 5, Status.ERRORED),
        ("sent late", 120, Status.SENT),
        ("delivered late", 120, Status.DELIVERED),
        ("nothing", 60, Status.WIRED),
    ],
)
def test_wishes(simulation: Simulation, wired: Workspace, wish: str, seconds: float, status: Status) -> None:
    """What the scenario wishes of the carrier comes true over the wire."""
    wired.deliver(wish)
    message = send(wired)
    simulation.advance(seconds=seconds)

    assert message.status is status


def test_reports_and_texts_come_again(simulation: Simulation, wired: Workspace) -> None:
    """What RapidPro could not take is brought again, until it does."""
    simulation.fault(kind=FaultKind.STATUS, status=502, by="aggregator", count=2)
    simulation.phones.text(GRACE, "Hello?", wired)
    simulation.advance(seconds=60)
    assert heard(wired) == []
    simulation.advance(seconds=60)

    assert heard(wired) == ["Hello?"]


def test_what_is_refused_does_not_come_again(simulation: Simulation, wired: Workspace) -> None:
    """A text that RapidPro refuses is not brought a second time."""
    simulation.phones.text("a*b", "Hello?", wired)
    simulation.advance(hours=1)

    assert [status for _, _, status in requests(simulation)] == [400]


def test_a_number_of_another_workspace(simulation: Simulation, wired: Workspace) -> None:
    """A request about a message that the aggregator does not know is taken, and nothing comes of it."""
    simulation.phones.aggregator.answer = "OK"
    answer = simulation.request("POST", "https://aggregator.example.org/textit.com/Main/99", body="text=hi")

    assert (answer.status, answer.text) == (200, "OK")
    assert [each.body for each in simulation.phones.aggregator.requests] == ["text=hi"]


@pytest.mark.parametrize(
    ("settings", "inbox"),
    [
        ({"content_type": "json", "send_body": '{"text": {{text}}}'}, ["Hello & so on"]),
        ({"content_type": "json", "send_body": "no {json"}, ["Hello & so on"]),
        ({"send_body": "message={{text}}"}, ["Hello & so on"]),
        ({"send_body": "text=other"}, ["other"]),
    ],
)
def test_what_the_phone_gets(
    simulation: Simulation, workspace: Workspace, settings: dict[str, str], inbox: list[str]
) -> None:
    """The phone gets the text that was posted, where the aggregator can read it; else that of the message."""
    phone = simulation.phones[GRACE]
    simulation.phones.connect(workspace, **settings)
    send(workspace, "Hello & so on")
    simulation.advance(seconds=20)

    assert phone.inbox == inbox

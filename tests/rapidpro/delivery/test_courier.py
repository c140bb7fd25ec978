"""When messages are handed over and reports are written, to the half second; what waits, and what is dropped."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status

from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal

    from ..conftest import Send  # noqa: TID252 - the tests have no name from outside

HOUR = 3600.0


def _status(message: Message) -> Status:
    return message.status


def _history(journal: Journal, message: Message) -> list[tuple[str, str]]:
    """Return the times of a message's changes, from its creation on, and its statuses."""
    entries = journal.where("message.status", message=message.id)
    return [(f"{entry.time:%H:%M:%S.%f}"[:-5], entry.data["to"]) for entry in entries]


def test_reports_are_written_in_batches(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A provider's report is in the row at the next full half second (rapidpro 6.2)."""
    workspace.deliver(outcome(wired=0.1, sent=0.7, delivered=2.0))
    [message] = send()
    times = [time for time, _ in _history(journal, message)]
    assert all(time.endswith((".0", ".5")) for time in times)
    assert [status for _, status in _history(journal, message)] == ["wired", "sent", "delivered"]


def test_reports_of_a_phone_are_not(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A phone's report is written when it comes."""
    workspace.use_channel("android")
    workspace.deliver(outcome(sent=0.7, delivered=1.3))
    [message] = send()
    first, second = (entry.time for entry in journal.where("message.status", message=message.id))
    assert (second - first, message.sent_on) == (timedelta(seconds=0.6), first)
    assert first.microsecond % 500_000


def test_a_report_of_the_past(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Two reports on request are written at their own instants, and one beside the other at the same."""
    workspace.deliver("nothing")
    messages = send(JANE, JOHN)
    for message in messages:
        workspace.report(message, "sent")
    assert messages[0].modified_on == messages[1].modified_on == clock.now()
    clock.advance(timedelta(seconds=1))
    workspace.report(messages[0], "delivered")
    assert messages[0].modified_on == clock.now()


def test_no_report_on_incoming(workspace: Workspace) -> None:
    """The error names the message."""
    message = workspace.receive(JANE, "Hello")
    with pytest.raises(ValueError, match=rf"^nobody reports on the incoming message {message.id}$"):
        workspace.report(message, "delivered")


def test_reported_meanwhile(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A queued message that somebody has reported on is not handed over any more."""
    courier, channel = workspace.delivery.courier, workspace.channels[0]
    courier.pause(channel)
    [message] = send()
    workspace.report(message, "failed")
    courier.resume(channel)
    clock.advance(timedelta(minutes=5))
    assert _status(message) is Status.FAILED


def test_pausing_one_channel(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Another channel goes on."""
    first = workspace.channels[0]
    workspace.delivery.courier.pause(first)
    [waiting] = send()
    workspace.add_channel("whatsapp")
    [going] = send("whatsapp:254711000001")
    assert (waiting.status, going.status) == (Status.QUEUED, Status.DELIVERED)


def test_pausing_twice(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A channel that was never paused can be resumed; one that was paused twice goes on after one resume."""
    courier, channel = workspace.delivery.courier, workspace.channels[0]
    courier.resume(channel)
    courier.pause(channel)
    courier.pause(channel)
    courier.resume(channel)
    assert _status(send()[0]) is Status.DELIVERED


def test_courier_is_unreachable(
    workspace: Workspace, send: Send, rapidpro: RapidPro, journal: Journal, clock: FrozenClock
) -> None:
    """What cannot be given to courier waits as initialising for ten minutes, and is tried at a full minute."""
    rapidpro.courier_status = "unreachable"
    [message] = send(wait=5)
    assert _status(message) is Status.INITIALIZING
    assert message.next_attempt is not None
    pushed = message.next_attempt - timedelta(minutes=10)
    assert message.created_on <= pushed <= clock.now()
    rapidpro.courier_status = "up"
    clock.advance(timedelta(minutes=9))
    assert _status(message) is Status.INITIALIZING
    clock.advance(timedelta(minutes=3))
    assert _status(message) is Status.DELIVERED
    assert _history(journal, message)[0][0] >= "08:11:00.0"


def test_courier_stays_unreachable(workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock) -> None:
    """It is put off again and again, and its outcome is what it was given first."""
    workspace.deliver("failed", times=1)
    rapidpro.courier_status = "unreachable"
    [message] = send()
    clock.advance(timedelta(hours=2))
    assert _status(message) is Status.INITIALIZING
    rapidpro.courier_status = "up"
    clock.advance(timedelta(minutes=15))
    assert _status(message) is Status.FAILED


def test_phones_do_not_need_courier(workspace: Workspace, send: Send, rapidpro: RapidPro) -> None:
    """Neither its being down nor its being unreachable keeps a phone from sending."""
    workspace.use_channel("android")
    rapidpro.courier_status = "unreachable"
    assert _status(send()[0]) is Status.DELIVERED


def test_held_reports(
    workspace: Workspace, send: Send, rapidpro: RapidPro, journal: Journal, clock: FrozenClock
) -> None:
    """Reports that nobody took come in their order when courier is up, each once, before what is handed over then."""
    workspace.deliver(outcome(wired=1, sent=10, delivered=20))
    [first] = send(wait=5)
    rapidpro.courier_status = "down"
    [second] = send()
    rapidpro.courier_status = "up"
    assert [status for _, status in _history(journal, first)] == ["wired", "sent", "delivered"]
    assert _status(second) is Status.QUEUED
    clock.advance(timedelta(minutes=1))
    rapidpro.courier_status = "down"
    rapidpro.courier_status = "up"
    assert [status for _, status in _history(journal, first)] == ["wired", "sent", "delivered"]
    assert _status(second) is Status.DELIVERED


def test_reports_for_a_removed_channel(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A provider whose channel is no more is not heard."""
    workspace.deliver(outcome(wired=1, delivered=30))
    [message] = send(wait=5)
    workspace.remove_channel(workspace.channels[0])
    clock.advance(timedelta(minutes=1))
    assert _status(message) is Status.WIRED


def test_a_removed_channel(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Only what its own queue held fails, and does not go out later."""
    channel = workspace.channels[0]
    workspace.delivery.courier.pause(channel)
    [queued] = send()
    workspace.delivery.courier.pause(workspace.add_channel("whatsapp"))
    [other] = send("whatsapp:254711000001")
    workspace.remove_channel(channel)
    workspace.delivery.courier.resume(channel)
    clock.advance(timedelta(minutes=5))
    assert (queued.status, queued.failed_reason) == (Status.FAILED, FailedReason.CHANNEL_REMOVED)
    assert (other.status, channel in workspace.channels, channel.removed) == (Status.QUEUED, False, True)


def test_the_outcome_of_a_failed_message_is_forgotten(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Sent again it has a new one, and is no new number."""
    workspace.deliver("errored", number=1)
    workspace.deliver("wired", number=2)
    [message] = send(wait=HOUR)
    assert _status(message) is Status.FAILED
    workspace.mailroom.dispatcher.resend(message)
    clock.advance(timedelta(minutes=1))
    assert _status(message) is Status.DELIVERED
    assert _status(send()[0]) is Status.WIRED


def test_costs(workspace: Workspace, send: Send, clock: FrozenClock, journal: Journal) -> None:
    """A longer text takes a channel longer: two segments are two seconds for one that takes one a second."""
    workspace.channels[0].throughput = 1
    workspace.deliver(outcome(wired=0.0))
    messages = send(*[f"tel:+25471100000{number}" for number in range(4)], text="a" * 161)
    times = [journal.where("message.status", message=message.id)[0].time for message in messages]
    assert [later - earlier for earlier, later in pairwise(times)] == [timedelta(seconds=2)] * 3


def test_retries_of_several(workspace: Workspace, send: Send, journal: Journal, clock: FrozenClock) -> None:
    """Each is tried again when its own time has come, and has no time of a next attempt then."""
    workspace.deliver("errored once")
    [first] = send(wait=180)
    [second] = send(wait=HOUR)
    times = [_history(journal, message)[1] for message in (first, second)]
    assert times == [("08:06:00.0", "queued"), ("08:09:00.0", "queued")]
    assert (first.next_attempt, second.next_attempt) == (None, None)
    assert (_status(first), _status(second)) == (Status.DELIVERED, Status.DELIVERED)


@pytest.mark.parametrize(
    ("words", "when"), [(["sent", "delivered"], 0), (["delivered"], 0), (["errored"], None), (["failed"], None)]
)
def test_when_a_phone_has_sent(
    workspace: Workspace, send: Send, clock: FrozenClock, words: list[str], when: int | None
) -> None:
    """The first good report of a phone says when it has sent; a bad one says nothing of it."""
    workspace.use_channel("android")
    workspace.deliver("nothing")
    [message] = send()
    times = []
    for word in words:
        times.append(clock.now())
        workspace.report(message, word)
        clock.advance(timedelta(seconds=1))
    assert message.sent_on == (None if when is None else times[when])

"""What carriers do with messages, and what RapidPro makes of their reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.delivery.outcomes import OUTCOMES, REPORTABLE, outcome
from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed

from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Send  # noqa: TID252 - the tests have no name from outside

HOUR = 3600.0


def history(journal: Journal, message: Message) -> list[str]:
    """Return the statuses of a message that the API could have shown, in order."""
    created = journal.where("message.created", message=message.id)[0].get("status")
    return [created, *[entry.get("to") for entry in journal.where("message.status", message=message.id)]]


HISTORIES = {
    "delivered": "queued wired sent delivered",
    "sent": "queued wired sent",
    "wired": "queued wired",
    "read": "queued wired sent delivered",  # the community's RapidPro has no such status
    "failed": "queued failed",
    "undelivered": "queued wired sent failed",
    "rejected": "queued errored queued errored queued failed",
    "errored": "queued errored queued errored queued failed",
    "errored once": "queued errored queued wired sent delivered",
    "errored twice": "queued errored queued errored queued wired sent delivered",
    "sent late": "queued wired delivered sent",
    "failed late": "queued wired sent delivered failed",
    "delivered late": "queued wired sent failed delivered",
    "nothing": "queued",
}


@pytest.mark.parametrize(("wish", "expected"), HISTORIES.items())
def test_outcomes(workspace: Workspace, send: Send, journal: Journal, wish: str, expected: str) -> None:
    """Each outcome is a history of statuses; nothing guards their order (rapidpro 6.2, 6.3)."""
    workspace.deliver(wish)
    assert history(journal, send(wait=HOUR)[0]) == expected.split()


def test_outcomes_are_tested() -> None:
    """No outcome is left out above."""
    assert set(HISTORIES) == set(OUTCOMES)


@pytest.mark.parametrize("generation", ["textit-2026"])
@pytest.mark.parametrize(("wish", "expected"), [("rejected", "queued failed"), ("errored once", "queued errored")])
def test_rejection(workspace: Workspace, send: Send, journal: Journal, wish: str, expected: str) -> None:
    """What a provider rejects, TextIt does not try again; what it could not take, TextIt does (rapidpro 6.3)."""
    workspace.deliver(wish)
    assert history(journal, send()[0]) == expected.split()


@pytest.mark.parametrize(
    ("kind", "scheme", "expected"),
    [
        ("aggregator", "tel", "queued wired sent delivered"),
        ("aggregator without reports", "tel", "queued wired"),
        ("android", "tel", "queued sent delivered"),
        ("whatsapp", "whatsapp", "queued wired sent delivered read"),
    ],
)
@pytest.mark.parametrize("generation", ["textit-2026"])
def test_channels(workspace: Workspace, send: Send, journal: Journal, kind: str, scheme: str, expected: str) -> None:
    """Which reports come back depends on the channel (rapidpro 6.5, 6.6)."""
    workspace.use_channel(kind)
    workspace.deliver("read")
    message = send(f"{scheme}:+254711000001" if scheme == "tel" else "whatsapp:254711000001", wait=120)[0]
    assert history(journal, message) == expected.split()


def test_unknown_wish(workspace: Workspace) -> None:
    """What no carrier can do is refused with what they can."""
    with pytest.raises(ValueError, match="delivered, sent, wired"):
        workspace.deliver("teleported")


@pytest.mark.parametrize("shares", [{}, {"delivered": 0.0}, {"delivered": 2.0, "failed": -1.0}])
def test_impossible_shares(workspace: Workspace, shares: dict[str, float]) -> None:
    """Shares are numbers of zero and more that are not all zero."""
    with pytest.raises(ValueError, match="shares"):
        workspace.deliver(shares)


def test_own_outcome(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A scenario can make an outcome of its own, from words and seconds, in whatever order they are written."""
    workspace.deliver(outcome(sent=20, wired=1, delivered=5))
    message = send(wait=HOUR)[0]
    assert history(journal, message) == ["queued", "wired", "delivered", "sent"]


def test_errors_after_the_hand_over(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A report of an error after the hand-over is retried like one at the hand-over, with the same outcome."""
    workspace.deliver(outcome(wired=1, errored=5), times=1)
    message = send(wait=HOUR)[0]
    assert history(journal, message) == [*["queued", "wired", "errored"] * 2, "queued", "wired", "failed"]


def test_without(workspace: Workspace, send: Send, journal: Journal) -> None:
    """An outcome can be had less some of its reports."""
    workspace.deliver("delivered", without=["sent", "wired"])
    assert history(journal, send()[0]) == ["queued", "delivered"]


def test_particular_wishes(workspace: Workspace, send: Send) -> None:
    """The newest wish that fits a message counts, particular ones before the general one."""
    workspace.deliver("failed", number=2)
    workspace.deliver("wired", urn="*01", times=1)
    workspace.deliver("sent", text="*urgent*")
    workspace.deliver("delivered")
    messages = [send(JANE)[0], send(JOHN)[0], send(JANE)[0], send(JANE, text="very urgent")[0]]
    assert [message.status.name.lower() for message in messages] == ["wired", "failed", "delivered", "sent"]


def test_shares(workspace: Workspace, send: Send) -> None:
    """Shares are of chance, the seed's."""
    workspace.deliver({"delivered": 0.9, "failed": 0.1})
    send(*[f"tel:+2547110{number:05}" for number in range(1000)], wait=HOUR)
    statuses = workspace.statuses()
    assert 60 < statuses["failed"] < 140
    assert statuses["delivered"] == 1000 - statuses["failed"]


def test_retry_schedule(workspace: Workspace, send: Send, journal: Journal) -> None:
    """A broken provider: errors at once, after 5 and after 10 more minutes, at a full minute each (rapidpro 6.3)."""
    workspace.deliver("errored")
    message = send(wait=HOUR)[0]
    times = [entry.time for entry in journal.where("message.status", message=message.id, to="queued")]
    assert [f"{time:%H:%M:%S}" for time in times] == ["08:06:00", "08:17:00"]
    assert (message.error_count, message.failed_reason) == (3, FailedReason.ERROR_LIMIT)


def test_retry_is_not_modified(rapidpro: RapidPro, workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A retry does not touch `modified_on`: whoever polls by it does not see errored become queued (rapidpro 6.3)."""
    workspace.deliver("errored once")
    message = send(wait=10)[0]
    errored = message.modified_on
    rapidpro.courier_status = "down"
    clock.advance(timedelta(minutes=10))
    assert (message.status, message.modified_on) == (Status.QUEUED, errored)


def test_report_on_request(workspace: Workspace, send: Send) -> None:
    """The scenario can send a report at any time; delivered after failed revives a message."""
    workspace.deliver("failed")
    message = send()[0]
    workspace.report(message, "delivered")
    assert message.status is Status.DELIVERED


def test_error_on_failed(workspace: Workspace, send: Send) -> None:
    """An error reported on a failed message leaves it failed: the one guard there is (rapidpro 6.2)."""
    workspace.deliver("failed")
    message = send()[0]
    workspace.report(message, "errored")
    assert message.status is Status.FAILED


def test_error_on_wired(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """An error reported on a wired message has it sent again; that is no new number."""
    workspace.deliver("wired", times=1)
    workspace.deliver("failed", number=2)
    message = send()[0]
    workspace.report(message, "errored")
    assert message.next_attempt is not None
    clock.advance(timedelta(minutes=10))
    assert message.status is Status.DELIVERED
    assert send()[0].status is Status.FAILED


@pytest.mark.parametrize("word", ["queued", "handled", "lost"])
def test_no_such_report(workspace: Workspace, send: Send, word: str) -> None:
    """A carrier reports what carriers report."""
    with pytest.raises(ValueError, match="wired, sent, delivered"):
        workspace.report(send()[0], word)


def test_no_report_on_incoming(workspace: Workspace) -> None:
    """Nobody reports on incoming messages."""
    with pytest.raises(ValueError, match="incoming"):
        workspace.report(workspace.receive(JANE, "Hello"), "delivered")


@pytest.mark.parametrize(
    ("generation", "reports", "when"),
    [
        ("community", ["wired", "sent", "delivered"], 0),
        ("community", ["delivered"], 0),
        ("community", ["wired", "errored"], None),
        ("community", ["wired", "failed"], None),
        ("community", ["wired", "failed", "delivered"], 2),
        ("textit-2026", ["read"], 0),
        ("v7", ["wired", "failed"], 0),
        ("v7", ["sent"], None),
    ],
)
def test_sent_on(workspace: Workspace, send: Send, clock: FrozenClock, reports: list[str], when: int | None) -> None:
    """`sent_on` is when the first good report came, and is taken back by a bad one; not so before 8 (rapidpro 6.4)."""
    workspace.deliver("nothing")
    message = send()[0]
    times = []
    for word in reports:
        times.append(clock.now())
        workspace.report(message, word)
        clock.advance(timedelta(seconds=1))
    assert message.sent_on == (None if when is None else times[when])


def test_modified_on(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Every report of courier's sets `modified_on`, even one that changes nothing."""
    message = send()[0]
    workspace.report(message, "delivered")
    assert message.modified_on == clock.now()


@pytest.fixture
def android(workspace: Workspace) -> Workspace:
    workspace.use_channel("android")
    return workspace


def test_android_error(android: Workspace, send: Send, clock: FrozenClock) -> None:
    """What a phone could not send is never tried again; it fails when it is seven days old (rapidpro 6.3, 6.6)."""
    android.deliver("errored")
    message = send()[0]
    clock.advance(timedelta(days=7))
    assert (message.status, message.next_attempt) == (Status.ERRORED, None)
    clock.advance(timedelta(days=1))
    assert (message.status, message.failed_reason) == (Status.FAILED, FailedReason.TOO_OLD)


def test_android_times(android: Workspace, send: Send) -> None:
    """A phone's reports leave `modified_on` alone."""
    message = send()[0]
    assert message.status is Status.DELIVERED
    assert message.modified_on == message.created_on
    assert message.sent_on is not None


def test_android_quota(android: Workspace, send: Send) -> None:
    """A phone sends 330 messages an hour; the rest waits, queued."""
    send(*[f"tel:+2547110{number:05}" for number in range(500)], wait=HOUR)
    assert 325 <= android.statuses()["delivered"] <= 331
    assert android.statuses()["queued"] >= 165


def test_phone_is_off(android: Workspace, send: Send, clock: FrozenClock) -> None:
    """While its phone is off, messages stay queued; then they go."""
    phone = android.channels[0]
    android.delivery.courier.pause(phone)
    message = send(wait=HOUR)[0]
    off = message.status
    android.delivery.courier.resume(phone)
    clock.advance(timedelta(minutes=1))
    assert (off, message.status) == (Status.QUEUED, Status.DELIVERED)


def test_android_needs_no_courier(android: Workspace, send: Send, rapidpro: RapidPro) -> None:
    """Phones ask RapidPro itself: they send while courier is down."""
    rapidpro.courier_status = "down"
    assert send()[0].status is Status.DELIVERED


def test_courier_down(workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock) -> None:
    """While courier is down, messages stay queued although their broadcast is done; then they go."""
    rapidpro.courier_status = "down"
    message = send(wait=HOUR)[0]
    down = message.status
    rapidpro.courier_status = "up"
    clock.advance(timedelta(minutes=1))
    assert (down, message.status) == (Status.QUEUED, Status.DELIVERED)


def test_reports_while_courier_is_down(
    workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock
) -> None:
    """Reports that find courier down arrive when it is up again."""
    message = send(wait=5)[0]
    rapidpro.courier_status = "down"
    before = message.status
    clock.advance(timedelta(hours=1))
    assert message.status is before
    rapidpro.courier_status = "up"
    assert message.status is Status.DELIVERED


def test_throughput(workspace: Workspace, send: Send) -> None:
    """An aggregator takes ten segments a second."""
    workspace.deliver("wired")
    send(*[f"tel:+2547110{number:05}" for number in range(100)], wait=30)
    handed_over = sorted(message.modified_on for message in workspace.messages)
    assert handed_over[-1] - handed_over[0] == timedelta(seconds=10)
    assert [handed_over.count(handed_over[0] + timedelta(seconds=second)) for second in range(1, 10)] == [5] * 9


def test_priority(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A single message overtakes the bulk."""
    bulk = send(*[f"tel:+2547110{number:05}" for number in range(200)], wait=5)
    single = workspace.send_message(workspace.contacts.create(["tel:+254722000000"]), "Come now")
    clock.advance(timedelta(seconds=2))
    assert single.status is Status.WIRED
    assert bulk[-1].status is Status.QUEUED


def test_removed_channel(workspace: Workspace, send: Send) -> None:
    """What waits for a channel fails when the channel is removed; what is on its way stays as it is."""
    wired = send(wait=2.6)[0]
    workspace.deliver("errored")
    errored = send(wait=10)[0]
    workspace.remove_channel(workspace.channels[0])
    assert (errored.status, errored.failed_reason) == (Status.FAILED, FailedReason.CHANNEL_REMOVED)
    assert wired.status is not Status.FAILED


def test_resend(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A failed message that is sent again is the same row, with its errors forgotten (rapidpro 6.3)."""
    workspace.deliver("errored", times=1)
    message = send(wait=HOUR)[0]
    assert workspace.mailroom.dispatcher.resend(message) is message
    assert (message.status, message.error_count, message.failed_reason) == (Status.QUEUED, 0, None)
    clock.advance(timedelta(minutes=1))
    assert message.status is Status.DELIVERED


@pytest.mark.parametrize("generation", ["v7"])
def test_resend_copies(workspace: Workspace, send: Send, journal: Journal) -> None:
    """Old generations made a copy and called the original `resent` (rapidpro 10)."""
    workspace.deliver("failed", times=1)
    message = send()[0]
    copy = workspace.mailroom.dispatcher.resend(message)
    assert copy.id > message.id
    assert history(journal, message)[-1] == "resent"


def test_resend_nowhere(workspace: Workspace, send: Send) -> None:
    """Sent again without a channel, a message stays failed."""
    message = send("mailto:jane@example.org")[0]
    assert workspace.mailroom.dispatcher.resend(message).failed_reason == FailedReason.NO_DESTINATION


def test_nothing_to_resend(workspace: Workspace, send: Send) -> None:
    """Only what has failed is sent again."""
    with pytest.raises(ValueError, match="failed"):
        workspace.mailroom.dispatcher.resend(send()[0])


WORDS = st.lists(st.sampled_from([*REPORTABLE]), max_size=12)


@given(WORDS)
@settings(derandomize=True, deadline=None)
def test_any_reports(words: list[str]) -> None:
    """Whatever is reported in whatever order: the last report counts, and the outbox is what is still to be sent."""
    clock = FrozenClock()
    workspace = RapidPro("textit.com", Context(clock, Seed(3), Journal(clock)), "textit-2026").workspace("Main")
    workspace.deliver("nothing")
    message = workspace.send_message(workspace.contacts.create([JANE]), "Hi")
    for word in words:
        before = message.status
        workspace.report(message, word)
        final = word == "errored" and (message.error_count > 2 or before is Status.FAILED)
        assert message.status is (Status.FAILED if final else REPORTABLE[word])
        assert (message.id in workspace.database.store.outbox) is (message.status is Status.ERRORED)


@pytest.mark.parametrize(("generation", "words"), [("v7", ["initializing", "queued"]), ("community", [])])
def test_courier_out_of_reach(
    workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock, journal: Journal, words: list[str]
) -> None:
    """What cannot be pushed to courier is tried again ten minutes later; only old generations tell (rapidpro 6.2)."""
    rapidpro.courier_status = "unreachable"
    (message,) = send()
    assert message.status is Status.INITIALIZING
    rapidpro.courier_status = "up"
    clock.advance(timedelta(minutes=8))
    assert message.status is Status.INITIALIZING
    clock.advance(timedelta(minutes=4))
    told = [event.get("to") for event in journal.where("message.status", message=message.id)]
    assert told == [*words, "wired", "sent", "delivered"]


def test_courier_stays_out_of_reach(workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock) -> None:
    """Each push that fails puts a message off by ten more minutes."""
    rapidpro.courier_status = "unreachable"
    (message,) = send()
    clock.advance(timedelta(minutes=15))
    assert message.next_attempt is not None
    assert message.next_attempt - message.created_on > timedelta(minutes=20)


def test_reports_are_written_in_batches(workspace: Workspace, send: Send) -> None:
    """Courier writes what was reported every half second: messages share the instant (rapidpro 6.2)."""
    messages = send(*[f"tel:+2547110{number:05}" for number in range(20)])
    assert {message.modified_on.microsecond % 500_000 for message in messages} == {0}

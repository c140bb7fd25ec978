"""What RapidPro does by the clock, and how much it keeps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.delivery.segments import segments
from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.rapidpro.model.store import MessageStore

from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal

    from ..conftest import Send  # noqa: TID252 - the tests have no name from outside

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("generation", "kind", "status"),
    [
        ("community", "aggregator", Status.FAILED),
        ("community", "android", Status.FAILED),
        ("textit-2026", "aggregator", Status.QUEUED),
        ("textit-2026", "android", Status.FAILED),
    ],
)
def test_too_old(workspace: Workspace, send: Send, clock: FrozenClock, kind: str, status: Status) -> None:
    """At midnight, what has waited for a week fails; on TextIt only what phones should have sent (rapidpro 6.3)."""
    workspace.delivery.courier.pause(workspace.use_channel(kind))
    message = send()[0]
    clock.advance(7 * DAY)
    young = message.status
    clock.advance(DAY)
    assert (young, message.status) == (Status.QUEUED, status)


def test_archiver(workspace: Workspace, send: Send, clock: FrozenClock, journal: Journal) -> None:
    """A minute after midnight, messages older than 90 days are gone, broadcasts with them (rapidpro 6.8)."""
    message = send()[0]
    broadcast = message.broadcast
    assert broadcast is not None
    clock.advance(datetime(2026, 6, 1, tzinfo=UTC) - clock.now())
    assert list(workspace.database.store.messages_of(broadcast.id)) == [message]
    clock.advance(timedelta(minutes=1))
    assert list(workspace.database.store.messages_of(broadcast.id)) == []
    assert (workspace.messages, workspace.broadcasts, message.contact.messages) == ([], [], [])
    assert journal.where("message.archived")[0].get("count") == 1


def test_whole_days(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Whenever in its day a message was made, it goes when the day is over, and the retention after it."""
    clock.advance(timedelta(minutes=17, seconds=33.5))
    send()
    clock.advance(datetime(2026, 6, 1, 0, 0, 59, tzinfo=UTC) - clock.now())
    assert len(workspace.messages) == 1
    clock.advance(timedelta(seconds=1))
    assert workspace.messages == []


def test_archiver_keeps_the_young(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """The archiver comes back for what was too young the first time."""
    send()
    clock.advance(30 * DAY)
    young = send()[0]
    clock.advance(62 * DAY)
    assert workspace.messages == [young]
    clock.advance(60 * DAY)
    assert workspace.messages == []


def test_retention(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A workspace may keep its messages for a shorter time."""
    send()
    workspace.delivery.set_retention(10)
    clock.advance(12 * DAY)
    assert workspace.messages == []


def test_late_report(workspace: Workspace, send: Send, clock: FrozenClock, journal: Journal) -> None:
    """A report on a message that was archived is ignored."""
    message = send()[0]
    clock.advance(100 * DAY)
    workspace.report(message, "failed")
    assert message.status is Status.DELIVERED


def test_idle(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """When all is delivered nothing is due but the end of what is kept."""
    workspace.deliver("poor")
    send(*[f"tel:+2547110{number:05}" for number in range(300)], wait=3600)
    clock.advance(8 * DAY)
    assert clock.next_due() == (datetime(2026, 6, 1, 0, 1, tzinfo=UTC) - clock.start) // timedelta(microseconds=1)
    clock.advance(90 * DAY)
    assert clock.next_due() is None


def test_few_timers(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """Messages that wait cost no timers: a queue has one, a cron has one."""
    send(*[f"tel:+2547110{number:05}" for number in range(2000)], wait=10)
    assert workspace.statuses()["queued"] > 1800
    assert len(clock._timers) < 120  # ten a second are handed over, and are reported on within ten seconds


def test_retries_wait_for_mailroom(workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock) -> None:
    """The retry task is mailroom's: while that is down, messages stay errored."""
    workspace.deliver("errored once")
    message = send()[0]
    rapidpro.mailroom_status = "down"
    clock.advance(DAY)
    down = message.status
    rapidpro.mailroom_status = "up"
    clock.advance(timedelta(minutes=1))
    assert (down, message.status) == (Status.ERRORED, Status.DELIVERED)


def test_many_retries(workspace: Workspace, send: Send, clock: FrozenClock, journal: Journal) -> None:
    """A run of the retry task takes 5000 messages; the next comes a minute later."""
    workspace.channels[0].throughput = 1_000_000
    workspace.deliver("errored once")
    send(*[f"tel:+2547{number:08}" for number in range(5001)], wait=600)
    clock.advance(timedelta(minutes=10))
    retries = Counter(f"{entry.time:%H:%M:%S}" for entry in journal.where("message.status", to="queued"))
    assert retries == {"08:06:00": 5000, "08:07:00": 1}
    assert workspace.statuses()["delivered"] == 5001


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("й" * 70, 1),
        ("й" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # no SMS ends in the middle of a character
        ("😀" * 67, 3),
    ],
)
def test_segments(text: str, count: int) -> None:
    """An SMS holds 160 characters of its own alphabet, 70 of all others; parts of a longer text a little less."""
    assert segments(text) == count


class Row:
    """A row that counts how often rows are looked at."""

    looks = 0

    def __init__(self, number: int) -> None:
        self._number = number

    @property
    def id(self) -> int:
        Row.looks += 1
        return self._number


def test_queries_stay_flat(workspace: Workspace, send: Send) -> None:
    """A message is found by its id, and those of a broadcast by the broadcast's, without looking at all others."""
    messages = [send(JANE, text=f"number {number}", wait=2)[0] for number in range(50)]
    assert all(workspace.database.store.message(message.id) is message for message in messages)
    assert workspace.database.store.message(10_000) is None
    assert workspace.database.store.broadcast(10_000) is None
    assert messages[0].contact.messages == messages

    store = MessageStore()
    for kind in ("message", "broadcast"):
        setattr(store, f"{kind}s", [Row(number) for number in range(1024)])
        Row.looks = 0
        assert getattr(store, kind)(1000).id == 1000
        assert Row.looks <= 14  # halves of halves: 10 or 11, one for the answer, one for this test

"""Visits to CHT: what is brought, taken and set aside, and how often."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.backoff import Backoff
from cht_rapidpro_gateway.cht import ChtAccessError, ChtChokedError, ChtError, ChtSilentError, Offered
from cht_rapidpro_gateway.clock import now
from cht_rapidpro_gateway.exchange import FAILURE_BACKOFF_SECONDS, SET_ASIDE_BACKOFF_SECONDS, Exchange

from .bench import Longest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cht_rapidpro_gateway.inbox import Inbox, Incoming
    from cht_rapidpro_gateway.metrics import Metrics
    from cht_rapidpro_gateway.outbox import Outbox, Outgoing
    from rapidpro_simulator.world.loop import SimulationLoop

    from .world import Moment

POLL = 30.0


class Cht:
    """A CHT that offers what it is told to, and chokes on some ids."""

    def __init__(self) -> None:
        self.offers: list[Offered] = []
        self.chokes_on: set[str] = set()
        self.error: ChtError | None = None
        self.visits = 0
        self.taken: list[str] = []
        self.loads: list[int] = []
        self.wakes = 0
        self.offers_for: str | None = None  # only who brings this is offered something

    def wake(self) -> None:
        self.wakes += 1

    async def exchange(self, incoming: Sequence[Incoming], updates: Sequence[Outgoing]) -> list[Offered]:
        self.visits += 1
        brought = [each.id for each in incoming] + [each.id for each in updates]
        self.loads.append(len(brought))
        if self.error is not None:
            raise self.error
        if self.chokes_on & set(brought):
            raise ChtChokedError("500 Server error")
        self.taken += brought
        return self.offers if self.offers_for is None or self.offers_for in brought else []


@pytest.fixture
def cht() -> Cht:
    return Cht()


@pytest.fixture
def exchange(cht: Cht, outbox: Outbox, inbox: Inbox, metrics: Metrics, moment: Moment) -> Exchange:
    return Exchange(outbox, inbox, cht, POLL, metrics, Random(7), cht.wake)  # type: ignore[arg-type]


def test_what_cht_chokes_on_keeps_nothing_else_from_it(
    exchange: Exchange, cht: Cht, outbox: Outbox, inbox: Inbox, loop: SimulationLoop, moment: Moment
) -> None:
    """It is found by halves and set aside; later it is brought again."""
    for number in range(20):
        outbox.take(f"out-{number:02}", "+254712345678", "Hi")
        inbox.store(f"in-{number:02}", "+254712345678", "Hi")
    cht.chokes_on = {"out-07", "in-13"}
    assert loop.run(exchange.step()) == POLL
    assert len(set(cht.taken)) == 38
    assert cht.visits <= 2 + 2 * 2 * 6
    visits = cht.visits
    loop.run(exchange.step())
    assert cht.visits == visits + 1
    cht.chokes_on = set()
    moment.passes(301)
    loop.run(exchange.step())
    assert set(cht.taken[-2:]) == {"out-07", "in-13"}
    assert (outbox.unreported(99), inbox.waiting(99)) == ([], [])


def test_a_cht_that_is_ill_altogether_is_left_alone(
    exchange: Exchange, cht: Cht, inbox: Inbox, loop: SimulationLoop, moment: Moment
) -> None:
    """Two requests are enough to know; the pauses grow, and nobody's news ends one."""
    inbox.store("a", "+254712345678", "Hi")
    cht.error = ChtChokedError("502 Bad gateway")
    first = loop.run(exchange.step())
    assert (cht.visits, 0 < first <= 2) == (2, True)
    assert loop.run(exchange.step()) == pytest.approx(first)
    assert cht.visits == 2
    pauses = []
    for _ in range(10):
        moment.passes(300)
        pauses.append(loop.run(exchange.step()))
    assert 150 <= pauses[-1] <= 300
    cht.error = None
    moment.passes(300)
    assert loop.run(exchange.step()) == POLL
    assert cht.taken == ["a"]


def test_nobody_is_refused_at_first(exchange: Exchange) -> None:
    """Before the first visit there is nothing to tell."""
    assert exchange.refused is False


def test_a_user_that_is_refused_is_told(exchange: Exchange, cht: Cht, loop: SimulationLoop, moment: Moment) -> None:
    """Somebody has to do something, until nobody has to any more."""
    cht.error = ChtAccessError("403 Insufficient privileges")
    loop.run(exchange.step())
    assert exchange.refused
    cht.error = None
    moment.passes(5)
    loop.run(exchange.step())
    assert not exchange.refused


def test_what_is_offered_for_ever_is_no_reason_to_hurry(exchange: Exchange, cht: Cht, loop: SimulationLoop) -> None:
    """New messages are reported at once, to get the next; those that CHT cannot note as reported are not."""
    cht.offers = [Offered(str(number), "+254712345678", "Hi") for number in range(25)]
    assert loop.run(exchange.step()) == 0
    assert [loop.run(exchange.step()) for _ in range(3)] == [POLL] * 3


def test_a_message_that_is_told_and_offered_in_one_breath_is_not_sent_again(
    exchange: Exchange, cht: Cht, outbox: Outbox, loop: SimulationLoop
) -> None:
    """The list that it is in may have been made before CHT was told that it has failed."""
    cht.offers = [Offered("a", "+254712345678", "Hi")]
    loop.run(exchange.step())
    message = outbox.get("a")
    assert message is not None
    outbox.failed(message, "refused")
    loop.run(exchange.step())
    assert outbox.next_waiting() is None
    loop.run(exchange.step())
    assert outbox.next_waiting() is not None


def _choke(cht: Cht, inbox: Inbox, *names: str) -> None:
    for name in names:
        inbox.store(name, "+254712345678", name)
    cht.chokes_on |= set(names)


def test_the_sender_is_woken_for_new_messages(
    exchange: Exchange, cht: Cht, outbox: Outbox, metrics: Metrics, loop: SimulationLoop
) -> None:
    """It is woken when there is something to send, and not for what is known already; both are counted."""
    assert (loop.run(exchange.step()), cht.wakes) == (POLL, 0)
    cht.offers = [Offered(name, "+254712345678", f"Hi {name}") for name in "ab"]
    assert (loop.run(exchange.step()), cht.wakes) == (0, 1)
    assert [(each.id, each.recipient, each.content) for each in outbox] == [
        ("a", "+254712345678", "Hi a"),
        ("b", "+254712345678", "Hi b"),
    ]
    assert (loop.run(exchange.step()), cht.wakes) == (POLL, 1)
    assert "gateway_messages_taken_total 2.0" in metrics.text().decode()


@pytest.mark.parametrize(("incoming", "updates", "rest"), [(49, 0, POLL), (50, 0, 0), (0, 99, POLL), (0, 100, 0)])
def test_a_full_load_is_followed_at_once(
    exchange: Exchange,
    cht: Cht,
    outbox: Outbox,
    inbox: Inbox,
    metrics: Metrics,
    loop: SimulationLoop,
    incoming: int,
    updates: int,
    rest: float,
) -> None:
    """At most 50 messages and 100 states are brought; there may be more of them."""
    for number in range(incoming):
        inbox.store(f"in-{number}", "+254712345678", "Hi")
    for number in range(updates):
        outbox.take(f"out-{number}", "+254712345678", "Hi")
    assert loop.run(exchange.step()) == rest
    assert cht.loads == [incoming + updates]
    assert f"gateway_incoming_forwarded_total {incoming:.1f}" in metrics.text().decode()
    assert loop.run(exchange.step()) == POLL


def test_more_than_a_load(exchange: Exchange, cht: Cht, inbox: Inbox, outbox: Outbox, loop: SimulationLoop) -> None:
    """What is too much for one visit is brought by the next ones."""
    for number in range(101):
        inbox.store(f"in-{number}", "+254712345678", "Hi")
        outbox.take(f"out-{number}", "+254712345678", "Hi")
    assert [loop.run(exchange.step()) for _ in range(3)] == [0, 0, POLL]
    assert cht.loads == [150, 51, 1]


def test_what_is_set_aside_takes_nobodys_place(
    exchange: Exchange, cht: Cht, inbox: Inbox, outbox: Outbox, loop: SimulationLoop, moment: Moment
) -> None:
    """A load is as large with something set aside as without, and no larger when it is brought again."""
    _choke(cht, inbox, "a", "b")
    loop.run(exchange.step())
    for number in range(60):
        inbox.store(f"in-{number:02}", "+254712345678", "Hi")
    for number in range(110):
        outbox.take(f"out-{number:03}", "+254712345678", "Hi")
    cht.loads.clear()
    assert loop.run(exchange.step()) == 0
    assert cht.loads == [150]


def test_what_is_brought_again_makes_no_larger_load(
    exchange: Exchange, cht: Cht, outbox: Outbox, loop: SimulationLoop, moment: Moment
) -> None:
    """When their time has come, those that were set aside are brought among the others."""
    for name in ("a", "b"):
        outbox.take(name, "+254712345678", "Hi")
    cht.chokes_on = {"a", "b"}
    loop.run(exchange.step())
    cht.chokes_on.clear()
    moment.passes(400)
    for number in range(110):
        outbox.take(f"out-{number:03}", "+254712345678", "Hi")
    cht.loads.clear()
    assert [loop.run(exchange.step()) for _ in range(2)] == [0, POLL]
    assert cht.loads == [100, 12]


@pytest.mark.parametrize("name", ["b", "d"])
def test_new_messages_of_a_half(exchange: Exchange, cht: Cht, inbox: Inbox, loop: SimulationLoop, name: str) -> None:
    """What CHT offers to either half is as good a reason to hurry."""
    inbox.store("b", "+254712345678", "b")
    _choke(cht, inbox, "a")
    for other in ("c", "d"):
        inbox.store(other, "+254712345678", other)
    cht.offers, cht.offers_for = [Offered("x", "+254712345678", "Hi")], name
    assert loop.run(exchange.step()) == 0


def test_what_cht_chokes_on_is_brought_ever_more_rarely(
    exchange: Exchange,
    cht: Cht,
    inbox: Inbox,
    metrics: Metrics,
    loop: SimulationLoop,
    moment: Moment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After five minutes first, shortened by chance, and after six hours at most; it is counted and written down."""
    exchange._asides = Backoff(Longest(), *SET_ASIDE_BACKOFF_SECONDS)
    _choke(cht, inbox, "a")
    pauses = []
    for number in range(1, 10):
        assert loop.run(exchange.step()) == POLL
        assert f"gateway_set_aside_total {number}.0" in metrics.text().decode()
        pause = exchange._aside[type(inbox.waiting(1)[0]), "a"][1] - now()
        pauses.append(pause)
        moment.passes(pause - 1)
        cht.loads.clear()
        loop.run(exchange.step())
        assert cht.loads == [0]
        moment.passes(1)
    assert pauses == pytest.approx([300, 600, 1200, 2400, 4800, 9600, 19200, 21600, 21600])
    assert caplog.messages[0] == "CHT chokes on Incoming a; it is brought again in 300 s"
    cht.chokes_on.clear()
    loop.run(exchange.step())
    assert (cht.taken, exchange._aside) == (["a"], {})


def test_pauses_after_failures(
    exchange: Exchange, cht: Cht, loop: SimulationLoop, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    """Each failure doubles the pause, up to five minutes; a visit that works ends the row."""
    exchange._pauses = Backoff(Longest(), *FAILURE_BACKOFF_SECONDS)
    cht.error = ChtError("503 away")
    pauses = []
    for _ in range(9):
        pauses.append(loop.run(exchange.step()))
        moment.passes(300)
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert caplog.messages[0] == "CHT does not answer as it should, pausing for 2 s: 503 away"
    assert exchange.refused is False
    cht.error = None
    assert loop.run(exchange.step()) == POLL
    cht.error = ChtError("503 away")
    assert loop.run(exchange.step()) == 2


def test_an_empty_visit_that_cht_chokes_on(exchange: Exchange, cht: Cht, loop: SimulationLoop) -> None:
    """Without a load there is nothing to divide: one request is enough to know."""
    cht.error = ChtChokedError("500")
    assert 1 <= loop.run(exchange.step()) <= 2
    assert cht.visits == 1


def test_new_messages_among_the_halves(
    exchange: Exchange, cht: Cht, inbox: Inbox, outbox: Outbox, loop: SimulationLoop
) -> None:
    """What CHT offers meanwhile is taken, and the next visit follows at once."""
    _choke(cht, inbox, "a")
    for name in ("b", "c", "d"):
        inbox.store(name, "+254712345678", "Hi")
    cht.offers = [Offered("x", "+254712345678", "Hi")]
    assert loop.run(exchange.step()) == 0
    assert ([each.id for each in outbox], cht.taken) == (["x"], ["b", "c", "d"])
    assert cht.loads == [4, 0, 2, 1, 1, 2]


@pytest.mark.parametrize(("error", "at_once"), [(ChtSilentError("no answer"), False), (ChtError("429"), True)])
def test_a_state_does_not_overtake_one_without_an_answer(
    exchange: Exchange,
    cht: Cht,
    outbox: Outbox,
    loop: SimulationLoop,
    moment: Moment,
    error: ChtError,
    *,
    at_once: bool,
) -> None:
    """CHT may note the earlier one after it, and would have it for ever; the same one may be brought again."""
    outbox.take("a", "+254712345678", "Hi")
    outbox.take("b", "+254712345678", "Hi")
    cht.error = error
    loop.run(exchange.step())
    cht.error = None
    outbox.failed(found(outbox, "a"), "refused")
    moment.passes(60)

    loop.run(exchange.step())
    assert cht.taken == (["a", "b"] if at_once else ["b"])

    moment.passes(61)
    loop.run(exchange.step())
    assert sorted(cht.taken) == ["a", "b"]


def found(outbox: Outbox, id: str) -> Outgoing:  # noqa: A002 the protocol's word
    message = outbox.get(id)
    assert message is not None
    return message


@pytest.mark.parametrize(("error", "at_once"), [(ChtSilentError("no answer"), False), (ChtError("429"), True)])
def test_a_text_without_an_answer_is_not_brought_again_at_once(
    exchange: Exchange, cht: Cht, inbox: Inbox, loop: SimulationLoop, error: ChtError, *, at_once: bool
) -> None:
    """CHT may be storing it, and would store a copy as well; where it has answered it is done."""
    inbox.store("a", "+254712345678", "Hi")
    cht.error = error
    loop.run(exchange.step())

    assert (len(inbox.waiting(1)) == 1) is at_once

"""Visits to CHT: what is brought, taken and set aside, and how often."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.cht import ChtAccessError, ChtChokedError, ChtError, Offered
from cht_rapidpro_gateway.exchange import Exchange

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

    async def exchange(self, incoming: Sequence[Incoming], updates: Sequence[Outgoing]) -> list[Offered]:
        self.visits += 1
        brought = [each.id for each in incoming] + [each.id for each in updates]
        if self.error is not None:
            raise self.error
        if self.chokes_on & set(brought):
            raise ChtChokedError("500 Server error")
        self.taken += brought
        return self.offers


@pytest.fixture
def cht() -> Cht:
    return Cht()


@pytest.fixture
def exchange(cht: Cht, outbox: Outbox, inbox: Inbox, metrics: Metrics, moment: Moment) -> Exchange:
    return Exchange(outbox, inbox, cht, POLL, metrics, Random(7), lambda: None)  # type: ignore[arg-type]


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

"""Messages from the moment that they are taken until CHT knows how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.clock import now
from cht_rapidpro_gateway.outbox import RETAKE_SECONDS, Outbox, Outgoing, Stage
from cht_rapidpro_gateway.statuses import State

if TYPE_CHECKING:
    from .world import Moment

pytestmark = pytest.mark.usefixtures("moment")


def _taken(outbox: Outbox, name: str = "a") -> Outgoing:
    assert outbox.take(name, "+254712345678", "Hi")
    return _known(outbox, name)


def _known(outbox: Outbox, name: str = "a") -> Outgoing:
    message = outbox.get(name)
    assert message is not None
    return message


def _accepted(outbox: Outbox, name: str = "a") -> Outgoing:
    message = _taken(outbox, name)
    outbox.sending(message, _workspace(outbox))
    outbox.accepted(message, "7", now(), now() + 60)
    return _known(outbox, name)


def _workspace(outbox: Outbox) -> int:
    outbox._connection.execute("INSERT OR IGNORE INTO workspaces (identity, name) VALUES ('x', 'X')")
    return 1


def test_a_new_message_is_to_be_sent_and_reported(outbox: Outbox) -> None:
    """CHT is told that it has been taken, once."""
    message = _taken(outbox)
    assert (message.stage, message.state) == (Stage.WAITING, State.UNSENT)
    assert outbox.unreported(10) == [message]
    outbox.reported([message])
    assert outbox.unreported(10) == []


def test_a_message_that_is_offered_again_is_told_again_and_not_sent_again(outbox: Outbox) -> None:
    """Offered again, it has not been heard of: whatever it is, CHT is told once more."""
    message = _accepted(outbox)
    outbox.status_received(message, "delivered", now())
    outbox.reported([_known(outbox)])
    assert not outbox.take("a", "+254712345678", "Hi")
    assert [each.state for each in outbox.unreported(10)] == [State.DELIVERED]
    assert outbox.next_waiting() is None


def test_a_failed_message_is_sent_again_when_somebody_wants_it_but_not_every_five_minutes(
    outbox: Outbox, moment: Moment
) -> None:
    """The first time it is offered anew it is sent; after that, once a day: CHT before 5.1.1 offers some for ever."""
    sendings = 0
    for _ in range(3 * 288):
        sendings += outbox.take("a", "+254712345678", "Hi")
        if outbox.next_waiting() is not None:
            outbox.failed(_known(outbox), "refused")
        outbox.reported(outbox.unreported(10))
        moment.passes(300)
    assert RETAKE_SECONDS == 86_400
    assert sendings == 1 + 3


def test_a_state_that_changes_while_it_is_told_is_told_again(outbox: Outbox) -> None:
    """CHT has what it was brought, not what came in the meantime."""
    message = _accepted(outbox)
    [told] = outbox.unreported(10)
    outbox.status_received(message, "sent", now())
    outbox.reported([told])
    assert [each.state for each in outbox.unreported(10)] == [State.SENT]


def test_those_that_rapidpro_would_not_take_wait_behind_those_it_has_not_seen(outbox: Outbox, moment: Moment) -> None:
    """Messages that cannot be sent never stand in the way of the others."""
    poison = _taken(outbox, "poison")
    outbox.postponed(poison, now())
    moment.passes(60)
    _taken(outbox, "fresh")
    assert [_known(outbox, "fresh")] == [outbox.next_waiting()]


@pytest.mark.parametrize(
    ("statuses", "state", "stage"),
    [
        (["wired", "sent", "delivered"], State.DELIVERED, Stage.CLOSED),
        (["sent", "wired", "queued"], State.SENT, Stage.OPEN),
        (["sent", "errored"], State.UNSENT, Stage.OPEN),
        (["sent", "pondering"], State.SENT, Stage.OPEN),
        (["wired", "errored", "failed"], State.FAILED, Stage.CLOSED),
        (["queued", "read"], State.DELIVERED, Stage.CLOSED),
    ],
)
def test_what_rapidpro_tells_becomes_a_state(statuses: list[str], state: State, stage: Stage, outbox: Outbox) -> None:
    """States go forward, errors back, and what nobody knows changes nothing but is kept as it is."""
    _accepted(outbox)
    for status in statuses:
        outbox.status_received(_known(outbox), status, now())
    message = _known(outbox)
    assert (message.state, message.stage, message.status) == (state, stage, statuses[-1])


def test_what_is_all_over_is_forgotten_in_the_end(outbox: Outbox, moment: Moment) -> None:
    """Only what CHT knows the end of is deleted."""
    for name in ("told", "untold", "open"):
        outbox.status_received(_accepted(outbox, name), "sent" if name == "open" else "delivered", now())
    outbox.reported([_known(outbox, "told")])
    moment.passes(1000)
    outbox.forget(now() - 999)
    assert [message.id for message in outbox] == ["open", "untold"]


def test_the_difference_of_the_clocks_is_known_from_the_last_answer(outbox: Outbox) -> None:
    """RapidPro's times are its own: how far they are off shows in what it accepted last."""
    assert outbox.clock_ahead(1) is None
    message = _taken(outbox)
    outbox.sending(message, _workspace(outbox))
    outbox.accepted(message, "7", now() - 7200, now())
    assert outbox.clock_ahead(1) == -7200

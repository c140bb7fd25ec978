"""Messages from the moment that they are taken until CHT knows how they ended."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.clock import now
from cht_rapidpro_gateway.inbox import SETTLE_SECONDS
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


def _new(name: str, recipient: str, content: str, taken_at: float) -> Outgoing:
    return Outgoing(
        id=name,
        recipient=recipient,
        content=content,
        stage=Stage.WAITING,
        state=State.UNSENT,
        reason=None,
        reported=None,
        workspace=None,
        reference=None,
        status=None,
        taken_at=taken_at,
        attempts=0,
        attempted_at=None,
        due_at=taken_at,
        accepted_at=None,
        retaken_at=None,
        offered_at=None,
    )


def _names(messages: list[Outgoing]) -> list[str]:
    return [message.id for message in messages]


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


def test_an_earlier_state_without_an_answer_is_left_time(
    outbox: Outbox, connection: sqlite3.Connection, moment: Moment
) -> None:
    """CHT may be noting it yet, also where it was told once more since, or the gateway restarted in between."""
    message = _accepted(outbox)
    outbox.bringing(outbox.unreported(10))  # and nobody answers
    moment.passes(10)
    again = outbox.unreported(10)
    outbox.bringing(again)
    outbox.reported(again)
    outbox.status_received(message, "sent", now())

    restarted = Outbox(connection)
    assert restarted.unreported(10) == []
    moment.passes(SETTLE_SECONDS - 10)
    assert [each.state for each in restarted.unreported(10)] == [State.SENT]


def test_an_answer_says_that_cht_is_not_noting_a_state(outbox: Outbox) -> None:
    """Whatever it answers: the next state may come at once."""
    message = _accepted(outbox)
    for status, answered in (("queued", outbox.not_reported), ("sent", outbox.reported)):
        outbox.status_received(message, status, now())
        told = outbox.unreported(10)
        outbox.bringing(told)
        answered(told)
    outbox.status_received(message, "delivered", now())

    assert [each.state for each in outbox.unreported(10)] == [State.DELIVERED]


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
    assert outbox.clock_ahead(1, now()) is None
    message = _taken(outbox)
    outbox.sending(message, _workspace(outbox))
    outbox.accepted(message, "7", now() - 7200, now())
    assert outbox.clock_ahead(1, now()) == -7200


def test_everything_about_a_message(outbox: Outbox, moment: Moment) -> None:
    """A message keeps what happened to it, and when; posted again, it forgets the broadcast it was."""
    began = now()
    fresh = _new("a", "+254712345678", "Hi", taken_at=began)
    assert _taken(outbox) == fresh
    moment.passes(10)
    outbox.sending(fresh, _workspace(outbox))
    marked = replace(fresh, stage=Stage.SENDING, workspace=1, attempted_at=began + 10)
    assert _known(outbox) == marked
    outbox.uncertain_until(marked, began + 99)
    assert _known(outbox) == replace(marked, due_at=began + 99)
    outbox.accepted(marked, "7", began + 8, began + 70)
    accepted = replace(marked, stage=Stage.OPEN, reference="7", accepted_at=began + 8, due_at=began + 70)
    assert _known(outbox) == accepted
    outbox.question_postponed(accepted, began + 200)
    assert _known(outbox) == replace(accepted, due_at=began + 200)
    outbox.status_received(accepted, "sent", began + 300)
    heard = replace(accepted, state=State.SENT, status="sent", due_at=began + 300)
    assert _known(outbox) == heard
    outbox.sending(heard, 1)
    assert _known(outbox) == replace(heard, stage=Stage.SENDING, reference=None, accepted_at=None)
    outbox.accepted(heard, "8", began + 9, began + 80)
    again = replace(heard, reference="8", accepted_at=began + 9, due_at=began + 80, status=None)
    assert _known(outbox) == again


def test_the_end_of_a_message(outbox: Outbox) -> None:
    """A failure has its reason; what is given up keeps its state."""
    outbox.status_received(_accepted(outbox, "undelivered"), "failed", now())
    outbox.failed(_accepted(outbox, "refused"), "Invalid URN")
    outbox.give_up(_accepted(outbox, "silent"), "no word in a week")
    assert [(each.id, each.stage, each.state, each.reason) for each in outbox] == [
        ("refused", Stage.CLOSED, State.FAILED, "Invalid URN"),
        ("silent", Stage.CLOSED, State.UNSENT, "no word in a week"),
        ("undelivered", Stage.CLOSED, State.FAILED, "RapidPro could not deliver it"),
    ]
    assert outbox.counts() == {Stage.WAITING: 0, Stage.SENDING: 0, Stage.OPEN: 0, Stage.CLOSED: 3}


def test_a_message_that_is_wanted_again_begins_anew(outbox: Outbox, moment: Moment) -> None:
    """It forgets all, is as young as any other, has the new number and text, and knows when it was wanted again."""
    message = _accepted(outbox)
    outbox.postponed(message, now())
    outbox.failed(_known(outbox), "refused")
    outbox.reported([_known(outbox)])
    moment.passes(500)
    assert outbox.take("a", "+254700000000", "Ho")
    new = _new("a", "+254700000000", "Ho", taken_at=now())
    assert _known(outbox) == replace(new, retaken_at=now())


@pytest.mark.parametrize(("tried", "attempts"), [(True, 3), (False, 2)])
def test_attempts(outbox: Outbox, attempts: int, *, tried: bool) -> None:
    """Only attempts that RapidPro had a say in are counted."""
    outbox.postponed(_taken(outbox), now())
    outbox.postponed(_known(outbox), now())
    outbox.sending(_known(outbox), _workspace(outbox))
    outbox.postponed(_known(outbox), now() + 5, tried=tried)
    assert _known(outbox).stage is Stage.WAITING
    assert (_known(outbox).attempts, _known(outbox).due_at) == (attempts, now() + 5)


def test_who_is_next(outbox: Outbox, moment: Moment) -> None:
    """First those that were refused least often, of these the ones due first; none before its time."""
    assert (outbox.next_waiting(), outbox.next_due()) == (None, None)
    for name in ("c", "b", "a"):
        _taken(outbox, name)
        moment.passes(1)
    assert outbox.next_waiting() == _known(outbox, "c")
    outbox.postponed(_known(outbox, "c"), now() + 100, tried=False)
    outbox.postponed(_known(outbox, "b"), now() - 100)
    assert outbox.next_waiting() == _known(outbox, "a")
    outbox.failed(_known(outbox, "a"), "refused")
    assert (outbox.next_waiting(), outbox.next_due()) == (_known(outbox, "b"), now() - 100)
    outbox.failed(_known(outbox, "b"), "refused")
    assert (outbox.next_waiting(), outbox.next_due()) == (None, now() + 100)
    moment.passes(100)
    assert outbox.next_waiting() == _known(outbox, "c")


def test_of_one_workspace(outbox: Outbox, moment: Moment) -> None:
    """What is asked of a workspace is told of that one only."""
    _workspace(outbox)
    outbox._connection.execute("INSERT INTO workspaces (identity, name) VALUES ('y', 'Y')")
    began = now()
    for number, workspace in enumerate((1, 2, 1)):
        message = _taken(outbox, f"m{number}")
        outbox.sending(message, workspace)
        outbox.accepted(message, f"{number}", now() + 10 * number, now() + 60)
        moment.passes(10)
    assert outbox.attempted_since(1, began) == [began, began + 20]
    assert outbox.attempted_since(1, began + 1) == [began + 20]
    assert outbox.clock_ahead(1, now()) == 20
    assert (outbox.knows_reference(1, "0"), outbox.knows_reference(2, "0")) == (True, False)
    assert _names(outbox.accepted_between(1, began, began + 40)) == ["m0", "m2"]
    assert _names(outbox.accepted_between(1, began + 1, began + 39)) == []
    assert {key: each.id for key, each in outbox.open_by_reference(1, ["0", "1", "9"]).items()} == {"0": "m0"}
    assert _names(outbox.due_questions(1)) == []
    moment.passes(30)
    assert _names(outbox.due_questions(1)) == ["m0"]
    assert _names(outbox.of_other_workspaces(1)) == ["m1"]
    outbox.failed(_known(outbox, "m1"), "refused")
    assert _names(outbox.of_other_workspaces(1)) == []


def test_a_batch_is_all_or_nothing(outbox: Outbox) -> None:
    """What is done inside is on the disk at its end; an error undoes it."""
    with pytest.raises(sqlite3.IntegrityError), outbox.batch():
        outbox.sending(_taken(outbox), 99)  # there is no such workspace
    assert outbox.get("a") is None
    with outbox.batch():
        _taken(outbox)
    assert outbox.get("a") is not None


def test_the_news_for_cht_come_in_order(outbox: Outbox, moment: Moment) -> None:
    """Those taken first are told first, as many as are asked for."""
    for name in ("b", "a", "c"):
        _taken(outbox, name)
        moment.passes(1)
    assert [each.id for each in outbox.unreported(2)] == ["b", "a"]
    assert [each.id for each in outbox] == ["b", "a", "c"]

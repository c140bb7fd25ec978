"""What is done about messages of which RapidPro may know more than it says: lost answers, and rows without names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cht_rapidpro_gateway.clock import now
from cht_rapidpro_gateway.configuration import Policy
from cht_rapidpro_gateway.outbox import Stage
from cht_rapidpro_gateway.rapidpro import Broadcast, Message, NotNowError, ThrottledError
from cht_rapidpro_gateway.sender import CLOCK_SKEW_SECONDS, UNKNOWN_CLOCK_SKEW_SECONDS
from cht_rapidpro_gateway.statuses import State

from .bench import NUMBER

if TYPE_CHECKING:
    from .bench import Bench

HIDDEN = None


def _listed(*references: str, urn: str | None = f"tel:{NUMBER}", text: str = "Hi") -> list[Broadcast]:
    return [Broadcast(reference, None if urn is None else (urn,), (text,), now()) for reference in references]


def test_what_rapidpro_has_is_not_sent_again(bench: Bench) -> None:
    """After a while its listing is compared by recipient and text; each broadcast is one message's only."""
    bench.loses("a", "b")
    bench.rapidpro.listed = _listed("7", "8")
    bench.sends(after=130)
    assert [(bench.message(name).stage, bench.message(name).reference) for name in "ab"] == [
        (Stage.OPEN, "7"),
        (Stage.OPEN, "8"),
    ]
    assert len(bench.rapidpro.sent) == 2


def test_a_national_number_is_known_with_the_code_of_its_country(bench: Bench) -> None:
    """RapidPro lists what it has made of a number, and not what was posted."""
    bench.loses("a", to="0712345678")
    bench.rapidpro.listed = _listed("7", urn="tel:+254712345678")
    bench.sends(after=130)
    assert bench.message("a").reference == "7"
    assert len(bench.rapidpro.sent) == 1


@pytest.mark.parametrize(
    "listed",
    [
        [],
        _listed("7", text="Ho"),
        _listed("7", urn="tel:+254712345679"),
        [Broadcast("7", (f"tel:{NUMBER}", "tel:+254712345679"), ("Hi",), 0)],
    ],
    ids=["nothing", "another text", "another number", "several numbers"],
)
def test_what_rapidpro_does_not_have_is_sent_again(listed: list[Broadcast], bench: Bench) -> None:
    """A broadcast of somebody else's is not taken for one's own."""
    bench.loses("a")
    bench.rapidpro.listed = listed
    bench.sends(after=130)
    assert len(bench.rapidpro.sent) == 2
    assert bench.message("a").stage is Stage.OPEN


@pytest.mark.parametrize(
    ("lost", "found", "policy", "sent", "stages"),
    [
        (["a"], ["7"], "send", 1, {Stage.OPEN}),
        (["a", "b"], ["7", "8"], "send", 2, {Stage.OPEN}),
        (["a", "b"], ["7"], "send", 4, {Stage.OPEN}),
        (["a", "b"], ["7"], "fail", 2, {Stage.OPEN, Stage.CLOSED}),
    ],
)
def test_a_workspace_that_hides_numbers(
    lost: list[str], found: list[str], policy: Any, sent: int, stages: set[Stage], bench: Bench
) -> None:
    """Texts must do: with as many broadcasts as messages all is known, with fewer the policy decides."""
    bench.use(Policy(ambiguous=policy))
    bench.loses(*lost)
    bench.rapidpro.listed = _listed(*found, urn=HIDDEN)
    bench.sends(4, after=130)
    assert {bench.message(name).stage for name in lost} == stages
    assert len(bench.rapidpro.sent) <= sent


def test_what_cannot_be_found_out_keeps_nothing_else_from_being_sent(bench: Bench) -> None:
    """A listing that fails is asked for again later; other messages go out meanwhile."""
    bench.loses("a")
    bench.rapidpro.listing_error = NotNowError("500")
    for number in range(5):
        bench.outbox.take(f"other-{number}", NUMBER, "Ho")
    bench.sends(5, after=130)
    assert len(bench.rapidpro.sent) == 1 + 5
    assert bench.message("a").stage is Stage.SENDING
    assert len(bench.rapidpro.since) < 5


def test_the_listing_is_asked_for_by_rapidpros_clock(bench: Bench) -> None:
    """Its clock may be off by hours: what it accepted last tells how far."""
    bench.loses("a")
    attempted = bench.message("a").attempted_at or 0
    bench.sends(after=130)
    assert bench.rapidpro.since == [attempted - UNKNOWN_CLOCK_SKEW_SECONDS]
    bench.rapidpro.ahead = -7200
    bench.outbox.take("b", NUMBER, "Ho")
    bench.sends(2)
    bench.loses("c")
    attempted = bench.message("c").attempted_at or 0
    bench.sends(after=130)
    assert bench.rapidpro.since[-1] == pytest.approx(attempted - 7200 - CLOCK_SKEW_SECONDS)


def test_a_refusal_for_now_is_no_attempt(bench: Bench) -> None:
    """Whoever is only told to wait is not sent behind the others, and not given up after a week of it."""
    bench.use(Policy(too_old="send"))
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.error = ThrottledError("429", 60)
    bench.sends(3, after=4 * 86_400)
    assert (bench.message("a").stage, bench.message("a").attempts) == (Stage.WAITING, 0)
    bench.rapidpro.error = NotNowError("422")
    bench.sends(after=4 * 86_400)
    assert (bench.message("a").stage, bench.message("a").attempts) == (Stage.WAITING, 1)
    bench.rapidpro.error = None
    bench.outbox.take("b", NUMBER, "Ho")
    bench.sends(after=10)
    bench.rapidpro.error = NotNowError("422")
    bench.sends(after=86_400)
    assert (bench.message("a").state, bench.message("a").reason) == (State.FAILED, "RapidPro did not take it")


def _accepted(bench: Bench, *texts: str, reference: str) -> None:
    for number, text in enumerate(texts):
        name = f"m{number}"
        bench.outbox.take(name, NUMBER, text)
        bench.outbox.sending(bench.message(name), 1)
        bench.outbox.accepted(bench.message(name), f"{reference}{number}", now() + number, now())


def _row(status: str, text: str, *, urn: str | None = f"tel:{NUMBER}", at: float = 1) -> Message:
    return Message(None, status, now() + at, urn, text)


@pytest.mark.parametrize("urn", [f"tel:{NUMBER}", None])
def test_messages_that_name_no_broadcast_are_known_by_their_words(urn: str | None, bench: Bench) -> None:
    """A RapidPro without numbers for broadcasts is asked by time, and its rows are told apart by whom they say what."""
    _accepted(bench, "Hi", "Ho", reference="0199-")
    bench.rapidpro.rows = [_row("delivered", "Ho", urn=urn), _row("failed", "Hi", urn=urn)]
    bench.asks()
    assert [bench.message(name).state for name in ("m0", "m1")] == [State.FAILED, State.DELIVERED]


def test_messages_that_are_alike_are_told_apart_by_their_order_or_not_at_all(bench: Bench) -> None:
    """As long as one of them is not made yet, nobody knows whose the other is."""
    _accepted(bench, "Hi", "Hi", reference="0199-")
    first, second = _row("delivered", "Hi", at=1), _row("failed", "Hi", at=2)
    bench.rapidpro.rows = [first]
    bench.asks()
    assert {bench.message(name).stage for name in ("m0", "m1")} == {Stage.OPEN}
    bench.rapidpro.rows = [second, first]
    bench.asks(after=120)
    assert [bench.message(name).state for name in ("m0", "m1")] == [State.DELIVERED, State.FAILED]


def test_of_a_message_that_was_sent_again_the_newest_counts(bench: Bench) -> None:
    """Older generations leave the old row, marked `resent`, and make a new one (rapidpro 10)."""
    _accepted(bench, "Hi", "Ho", reference="1")
    bench.rapidpro.rows = [
        Message("10", "delivered", now() + 9, None, ""),
        Message("11", "sent", now() + 2, None, ""),
        Message("10", "resent", now() + 1, None, ""),
    ]
    bench.asks()
    assert [bench.message(name).state for name in ("m0", "m1")] == [State.DELIVERED, State.SENT]


def test_a_question_that_always_fails_keeps_nobody_from_being_asked_about(bench: Bench) -> None:
    """RapidPro answers some references with 500, for ever: the others have their turn, and it is given up."""
    _accepted(bench, "Hi", "Ho", "He", reference="1")
    bench.rapidpro.poison = {"10"}
    bench.rapidpro.rows = [Message("12", "sent", now() + 2, None, "")]
    bench.asks(after=700)
    bench.rapidpro.rows = [Message(each, "delivered", now(), None, "") for each in ("11", "12")]
    for _ in range(3):
        bench.asks(after=700)
    assert [bench.message(f"m{number}").state for number in range(3)] == [
        State.UNSENT,
        State.DELIVERED,
        State.DELIVERED,
    ]
    bench.asks(after=15 * 86_400)
    assert bench.message("m0").stage is Stage.CLOSED


@pytest.mark.parametrize(("policy", "state"), [("keep", State.SENT), ("fail", State.FAILED)])
@pytest.mark.parametrize("archived", [False, True])
def test_what_never_ends_is_given_up(policy: Any, state: State, archived: bool, bench: Bench) -> None:
    """Whether it stays sent for ever or vanishes into an archive: after a week nobody asks any more."""
    bench.use(Policy(unanswered=policy))
    _accepted(bench, "Hi", reference="1")
    bench.rapidpro.rows = [Message("10", "sent", now(), None, "")]
    bench.asks()
    if archived:
        bench.rapidpro.rows = []
    bench.asks(after=8 * 86_400)
    assert (bench.message("m0").stage, bench.message("m0").state) == (Stage.CLOSED, state)
    assert "RapidPro told no final status in 7 days; the last was sent" in str(bench.message("m0").reason)

"""Asking: in which groups, how often, and what is noted of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.clock import DAY, now
from cht_rapidpro_gateway.configuration import Policy
from cht_rapidpro_gateway.outbox import Stage
from cht_rapidpro_gateway.rapidpro import Message, NotNowError, ThrottledError
from cht_rapidpro_gateway.statuses import State

from .bench import NUMBER

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop

    from .bench import Bench
    from .world import Moment


pytestmark = pytest.mark.usefixtures("longest_pauses")


def _step(bench: Bench, loop: SimulationLoop) -> float:
    return loop.run(bench.tracker.step())


def _accept(bench: Bench, reference: str, after: float = 0, text: str = "Hi") -> str:
    """Let RapidPro have a message, accepted `after` seconds from now, that is to be asked about now."""
    name = f"m{reference}"
    bench.outbox.take(name, NUMBER, text)
    bench.outbox.sending(bench.message(name), 1)
    bench.outbox.accepted(bench.message(name), reference, now() + after, now())
    return name


def _row(reference: str | None, status: str = "sent", text: str = "Hi") -> Message:
    return Message(reference, status, now(), None, text)


def test_nothing_to_ask(bench: Bench, loop: SimulationLoop) -> None:
    """Without open messages nobody is asked."""
    assert _step(bench, loop) == 60
    assert (bench.rapidpro.windows, bench.rapidpro.asked) == ([], [])


def test_one_message(bench: Bench, loop: SimulationLoop) -> None:
    """A single message is asked about by its broadcast, without a listing."""
    name = _accept(bench, "7")
    bench.rapidpro.rows = [_row("7", "delivered"), _row("7", "failed")]
    assert _step(bench, loop) == 60
    assert (bench.rapidpro.windows, bench.rapidpro.asked) == ([], ["7"])
    assert bench.message(name).state is State.DELIVERED
    assert 'gateway_messages_ended_total{state="DELIVERED"} 1.0' in bench.numbers()


@pytest.mark.parametrize("status", ["queued", "wired", "sent", "errored", "pondering"])
def test_a_message_is_asked_about_until_it_has_an_end(
    bench: Bench, loop: SimulationLoop, moment: Moment, status: str
) -> None:
    """Whatever RapidPro says before, the next question follows, and tells the end."""
    name = _accept(bench, "7")
    bench.rapidpro.rows = [_row("7", status)]
    _step(bench, loop)
    bench.rapidpro.rows = [_row("7", "delivered")]
    moment.passes(60)
    _step(bench, loop)
    assert bench.rapidpro.asked == ["7", "7"]
    assert bench.message(name).state is State.DELIVERED


def test_a_window(bench: Bench, loop: SimulationLoop) -> None:
    """One listing tells of several messages, from a little before the first to some minutes after the last."""
    for number in range(3):
        _accept(bench, f"{number}", after=number * 600)
    bench.rapidpro.rows = [_row("2"), _row("1"), _row("0"), _row("99"), _row(None)]
    _step(bench, loop)
    assert bench.rapidpro.windows == [(now() - 5, now() + 1200 + 300)]
    assert bench.rapidpro.asked == []
    assert [message.state for message in bench.outbox] == [State.SENT] * 3


def test_an_old_window(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """What the listing shows is not asked for once more, however old it is."""
    for number in range(3):
        _accept(bench, f"{number}")
    moment.passes(3000)
    bench.rapidpro.rows = [_row("2"), _row("0")]
    _step(bench, loop)
    assert bench.rapidpro.asked == ["1"]


def test_windows(bench: Bench, loop: SimulationLoop) -> None:
    """More than ten minutes between two messages make two listings."""
    for number, after in enumerate((0, 1, 602, 603)):
        _accept(bench, f"{number}", after=after)
    bench.rapidpro.rows = [_row(f"{number}") for number in range(4)]
    _step(bench, loop)
    assert bench.rapidpro.windows == [(now() - 5, now() + 301), (now() + 597, now() + 903)]


def test_young_messages_are_not_asked_about_one_by_one(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """What a whole listing does not show is a broadcast still, for ten minutes; after that it is asked for."""
    young = [_accept(bench, f"{number}") for number in range(2)]
    moment.passes(599)
    _step(bench, loop)
    assert bench.rapidpro.asked == []
    assert [bench.message(name).due_at for name in young] == [pytest.approx(now() + 0.2 * 599)] * 2
    moment.passes(120)
    _step(bench, loop)
    assert bench.rapidpro.asked == ["0", "1"]


def test_ten_minutes(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """The ten minutes end when they are over."""
    _accept(bench, "0", after=-1)
    _accept(bench, "1")
    moment.passes(599)
    _step(bench, loop)
    assert bench.rapidpro.asked == ["0"]


def test_pages_of_strangers(bench: Bench, loop: SimulationLoop) -> None:
    """Where more pages were read than messages are missing, they are asked for one by one."""
    for number in range(2):
        _accept(bench, f"{number}")
    bench.rapidpro.pages = [[_row("90")], [_row("91")], [_row("92")], [_row("0"), _row("1")]]
    bench.rapidpro.rows = [_row("0", "wired"), _row("1", "wired")]
    _step(bench, loop)
    assert bench.rapidpro.asked == ["0", "1"]
    assert [message.status for message in bench.outbox] == ["wired", "wired"]


def test_pages_until_all_are_found(bench: Bench, loop: SimulationLoop) -> None:
    """As many pages as messages are missing are read; the newest row of a broadcast counts, on whatever page."""
    for number in range(2):
        _accept(bench, f"{number}")
    bench.rapidpro.pages = [[_row("0", "sent")], [_row("0", "errored"), _row("1", "wired")]]
    _step(bench, loop)
    assert [message.status for message in bench.outbox] == ["sent", "wired"]
    assert bench.rapidpro.asked == []


def test_what_is_not_due(bench: Bench, loop: SimulationLoop) -> None:
    """A message that is not due is not asked about, but what a listing says of it is noted."""
    names = [_accept(bench, f"{number}") for number in range(3)]
    bench.outbox.question_postponed(bench.message(names[2]), now() + 1000)
    bench.rapidpro.rows = [_row(f"{number}") for number in range(3)]
    _step(bench, loop)
    assert [message.status for message in bench.outbox] == ["sent"] * 3


@pytest.mark.parametrize(
    ("age", "interval"),
    [(0, 60), (300, 60), (301, 60.2), (3600, 720), (30 * 3600, 6 * 3600), (31 * 3600, 6 * 3600)],
)
def test_intervals(bench: Bench, loop: SimulationLoop, moment: Moment, age: float, interval: float) -> None:
    """A message is asked about again when a fifth of its age has passed: after a minute, up to six hours."""
    name = _accept(bench, "7")
    moment.passes(age)
    bench.rapidpro.rows = [_row("7")]
    _step(bench, loop)
    assert bench.message(name).due_at == pytest.approx(now() + interval)


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize(("age", "stage"), [(7 * DAY, Stage.OPEN), (7 * DAY + 1, Stage.CLOSED)])
def test_too_old(bench: Bench, loop: SimulationLoop, moment: Moment, rows: int, age: float, stage: Stage) -> None:
    """A message is given up when it is older than a week, and no sooner, whether RapidPro knows it or not."""
    name = _accept(bench, "7")
    moment.passes(age)
    bench.rapidpro.rows = [_row("7")] * rows
    _step(bench, loop)
    assert bench.message(name).stage is stage
    given_up = 1.0 if stage is Stage.CLOSED else 0.0
    assert f"gateway_messages_given_up_total {given_up}" in bench.numbers()


@pytest.mark.parametrize("theirs", [False, True])
def test_only_one_clock_says_that_it_is_old(
    bench: Bench, loop: SimulationLoop, moment: Moment, *, theirs: bool
) -> None:
    """What is a week old by one clock, RapidPro's or ours, and young by the other is asked about again soon."""
    name = _accept(bench, "7")
    if theirs:
        bench.rapidpro.ahead = 10 * DAY
    else:
        moment.passes(10 * DAY)
        bench.rapidpro.ahead = -10 * DAY
    bench.rapidpro.rows = [_row("7")]
    _step(bench, loop)
    assert (bench.message(name).stage, bench.message(name).due_at) == (Stage.OPEN, now() + 60)


def test_an_old_message_that_ends(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A final state is never too late."""
    name = _accept(bench, "7")
    moment.passes(8 * DAY)
    bench.rapidpro.rows = [_row("7", "delivered")]
    _step(bench, loop)
    assert bench.message(name).state is State.DELIVERED


@pytest.mark.parametrize(("status", "last"), [("sent", "sent"), ("pondering", "pondering"), (None, "None")])
def test_reason(
    bench: Bench,
    loop: SimulationLoop,
    moment: Moment,
    caplog: pytest.LogCaptureFixture,
    status: str | None,
    last: str,
) -> None:
    """The reason names RapidPro's last word, and stands in the log too."""
    bench.use(Policy(give_up_days=2.5))
    name = _accept(bench, "7")
    moment.passes(3 * DAY)
    bench.rapidpro.rows = [_row("7", status)] if status else []
    _step(bench, loop)
    reason = f"RapidPro told no final status in 2.5 days; the last was {last}"
    assert bench.message(name).reason == reason
    assert caplog.messages == [f"message m7: {reason}"]


def test_unknown_status(bench: Bench, loop: SimulationLoop, moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    """A status that nobody knows is counted each time, and written down when it is new."""
    name = _accept(bench, "7")
    bench.rapidpro.rows = [_row("7", "pondering")]
    for _ in range(2):
        _step(bench, loop)
        assert caplog.messages == ["message m7 has the status 'pondering', which is not known here"]
        moment.passes(100)
    assert bench.message(name).status == "pondering"
    assert 'gateway_unknown_statuses_total{status="pondering"} 2.0' in bench.numbers()


@pytest.mark.parametrize("reference", ["7", "0199-a"])
def test_a_throttled_question(bench: Bench, loop: SimulationLoop, reference: str) -> None:
    """429 puts nothing off but the whole tracker."""
    names = [_accept(bench, f"{reference}{number}") for number in range(2)]
    bench.rapidpro.listing_error = ThrottledError("429", 77)
    assert _step(bench, loop) == 77
    assert [bench.message(name).due_at for name in names] == [now()] * 2


@pytest.mark.parametrize("reference", ["7", "0199-a"])
def test_a_question_that_fails(
    bench: Bench, loop: SimulationLoop, moment: Moment, caplog: pytest.LogCaptureFixture, reference: str
) -> None:
    """The messages of a listing that fails are put off, and the tracker pauses: longer after each failure."""
    names = [_accept(bench, f"{reference}{number}") for number in range(2)]
    bench.rapidpro.listing_error = NotNowError("500")
    assert _step(bench, loop) == 5
    assert [bench.message(name).due_at for name in names] == [now() + 60] * 2
    moment.passes(60)
    assert _step(bench, loop) == 10
    assert caplog.messages[-1] == "RapidPro does not answer as it should, pausing for 10 s: 500"
    moment.passes(60)
    bench.rapidpro.listing_error = None
    assert _step(bench, loop) == 60
    bench.rapidpro.listing_error = NotNowError("500")
    moment.passes(600)
    assert _step(bench, loop) == 5


@pytest.mark.parametrize(("age", "stage"), [(14 * DAY, Stage.OPEN), (14 * DAY + 1, Stage.CLOSED)])
def test_a_question_that_fails_for_ever(
    bench: Bench, loop: SimulationLoop, moment: Moment, age: float, stage: Stage
) -> None:
    """Given up is only after twice the usual time: RapidPro itself may have been away."""
    name = _accept(bench, "7")
    bench.rapidpro.poison = {"7"}
    moment.passes(age)
    _step(bench, loop)
    assert bench.message(name).stage is stage
    if stage is Stage.CLOSED:
        assert str(bench.message(name).reason).endswith("the last was None")
    else:
        assert bench.message(name).due_at == now() + 6 * 3600


def test_words(bench: Bench, loop: SimulationLoop) -> None:
    """Blanks around a text do not count, nor does another recipient's message of the same words."""
    first = _accept(bench, "0199-a", text=" Hi ")
    second = _accept(bench, "0199-b", after=1, text="Ho")
    bench.rapidpro.rows = [
        Message(None, "failed", now(), "tel:+254700000000", "Hi"),
        Message(None, "sent", now(), f"tel:{NUMBER}", "Hi\n"),
        _row("99", "failed", text="Ho"),
    ]
    _step(bench, loop)
    assert (bench.message(first).status, bench.message(second).status) == ("sent", None)
    assert bench.message(second).due_at == now() + 60
    assert bench.rapidpro.windows == [(now() - 5, now() + 301)]


def test_words_of_what_is_not_due(bench: Bench, loop: SimulationLoop) -> None:
    """A message of the same words that is not due counts, but is not changed."""
    names = [_accept(bench, f"0199-{letter}", after=number) for number, letter in enumerate("ab")]
    bench.outbox.question_postponed(bench.message(names[0]), now() + 1000)
    bench.outbox.status_received(bench.message(names[0]), "wired", now() + 1000)
    bench.rapidpro.rows = [_row(None, "delivered"), _row(None, "failed")]
    _step(bench, loop)
    assert [bench.message(name).status for name in names] == ["wired", "delivered"]
    assert bench.message(names[0]).due_at == now() + 1000


def test_numbers_and_words(bench: Bench, loop: SimulationLoop) -> None:
    """References that are numbers are asked about as such, beside those that are not."""
    numbered, other = _accept(bench, "7"), _accept(bench, "0199-a", text="Ho")
    bench.rapidpro.rows = [_row("7", "delivered"), _row(None, "failed", text="Ho")]
    _step(bench, loop)
    assert (bench.message(numbered).state, bench.message(other).state) == (State.DELIVERED, State.FAILED)
    assert bench.rapidpro.asked == ["7"]

"""Sending: what is noted of every answer, how long the sender rests, and when a message is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.clock import DAY, SystemClock, now
from cht_rapidpro_gateway.configuration import Category, Policy
from cht_rapidpro_gateway.outbox import Stage
from cht_rapidpro_gateway.rapidpro import (
    AccessError,
    Broadcast,
    NotNowError,
    RapidProError,
    RefusedError,
    ThrottledError,
    UncertainError,
)
from cht_rapidpro_gateway.statuses import State

from .bench import NUMBER

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop

    from .bench import Bench
    from .world import Moment


pytestmark = pytest.mark.usefixtures("longest_pauses")


def _step(bench: Bench, loop: SimulationLoop) -> float:
    return loop.run(bench.sender.step())


def test_nothing_to_send(bench: Bench, loop: SimulationLoop) -> None:
    """Without a message the sender rests for a minute."""
    assert _step(bench, loop) == 60


@pytest.mark.parametrize(("due", "rest"), [(10, 10), (59, 59), (61, 60), (5000, 60), (0.01, 0.1)])
def test_nothing_to_send_yet(bench: Bench, loop: SimulationLoop, due: float, rest: float) -> None:
    """The sender rests until a message is due, a tenth of a second at least and a minute at most."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.outbox.postponed(bench.message("a"), now() + due)
    assert _step(bench, loop) == pytest.approx(rest, abs=1e-4)


def test_accepted(bench: Bench, loop: SimulationLoop, caplog: pytest.LogCaptureFixture) -> None:
    """A message that RapidPro has is open; it is asked about after a minute, and the next one may follow at once."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.ahead = -30
    with caplog.at_level("INFO"):
        assert _step(bench, loop) == 0
    message = bench.message("a")
    assert (message.stage, message.reference, message.workspace) == (Stage.OPEN, "1", 1)
    assert (message.attempted_at, message.accepted_at, message.due_at) == (now(), now() - 30, now() + 60)
    assert (bench.rapidpro.sent, bench.rapidpro.texts) == ([NUMBER], ["Hi"])
    assert "gateway_messages_sent_total 1.0" in bench.numbers()
    assert caplog.messages == ["message a is broadcast 1"]


def test_marked_before_it_is_posted(bench: Bench, loop: SimulationLoop) -> None:
    """While RapidPro has its say the message is marked, with the workspace and the time."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.error = UncertainError("no answer")
    _step(bench, loop)
    message = bench.message("a")
    assert (message.stage, message.workspace, message.attempted_at) == (Stage.SENDING, 1, now())


def test_refused(bench: Bench, loop: SimulationLoop, caplog: pytest.LogCaptureFixture) -> None:
    """A message that RapidPro refuses has failed, with its reason; the next one may follow at once."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.error = RefusedError("Invalid URN")
    assert _step(bench, loop) == 0
    message = bench.message("a")
    assert (message.stage, message.state) == (Stage.CLOSED, State.FAILED)
    assert message.reason == "RapidPro refuses it: Invalid URN"
    assert 'gateway_messages_ended_total{state="FAILED"} 1.0' in bench.numbers()
    assert caplog.messages == ["message a cannot be sent: RapidPro refuses it: Invalid URN"]


@pytest.mark.parametrize("error", [ThrottledError("429", 90), AccessError("403")])
def test_no_say(bench: Bench, loop: SimulationLoop, error: RapidProError) -> None:
    """Where RapidPro refuses whoever asks, the message waits where it was."""
    bench.outbox.take("a", NUMBER, "Hi")
    before = bench.message("a")
    bench.rapidpro.error = error
    if isinstance(error, AccessError):
        with pytest.raises(AccessError):
            _step(bench, loop)
    else:
        assert _step(bench, loop) == 90
    after = bench.message("a")
    assert (after.stage, after.attempts, after.due_at) == (Stage.WAITING, 0, before.due_at)


def test_not_now(bench: Bench, loop: SimulationLoop, moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    """The message waits longer after each attempt, up to an hour; the sender itself pauses for seconds."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.error = NotNowError("503")
    waits, rests = [], []
    for _ in range(8):
        rests.append(_step(bench, loop))
        waits.append(bench.message("a").due_at - now())
        moment.passes(3700)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert rests == [1, 2, 4, 8, 16, 32, 64, 128]
    assert (bench.message("a").stage, bench.message("a").attempts) == (Stage.WAITING, 8)
    assert caplog.messages[0] == "RapidPro does not answer as it should, pausing for 1 s: 503"


def test_pauses_end_with_an_answer(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """During its pause the sender does nothing; what works ends the row of failures."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.error = NotNowError("503")
    assert _step(bench, loop) == 1
    assert _step(bench, loop) == 1
    moment.passes(60)
    assert _step(bench, loop) == 2
    bench.rapidpro.error = None
    moment.passes(200)
    assert (_step(bench, loop), len(bench.rapidpro.sent)) == (0, 3)
    bench.rapidpro.error = NotNowError("503")
    bench.outbox.take("b", NUMBER, "Hi")
    assert _step(bench, loop) == 1


@pytest.mark.parametrize(("settle", "due"), [(120, 120), (20, 60)])
def test_no_answer(bench: Bench, loop: SimulationLoop, settle: float, due: float) -> None:
    """After a lost answer nobody asks before the listing can be trusted, nor before the usual pause is over."""
    bench.use(Policy(settle_seconds=settle))
    bench.outbox.take("a", NUMBER, "Hi")
    bench.rapidpro.error = UncertainError("no answer")
    assert _step(bench, loop) == 1
    assert (bench.message("a").stage, bench.message("a").due_at) == (Stage.SENDING, now() + due)


def test_no_answer_again(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A message that was posted again in vain is asked about later than the first time."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.outbox.postponed(bench.message("a"), now())
    bench.outbox.postponed(bench.message("a"), now())
    bench.rapidpro.error = UncertainError("no answer")
    _step(bench, loop)
    assert bench.message("a").due_at == now() + 240
    moment.passes(239)
    assert _step(bench, loop) == pytest.approx(1)
    assert bench.rapidpro.since == []


@pytest.mark.parametrize(
    ("after", "others", "stage"),
    [(7 * DAY, True, Stage.WAITING), (7 * DAY + 1, True, Stage.CLOSED), (30 * DAY, False, Stage.WAITING)],
)
def test_given_up(
    bench: Bench, loop: SimulationLoop, moment: Moment, after: float, stage: Stage, *, others: bool
) -> None:
    """Where age is no matter, what RapidPro refuses after a week fails: if it took others meanwhile, and not before."""
    bench.use(Policy(too_old="send"))
    for name in ("refused", "other"):
        bench.outbox.take(name, NUMBER, "Hi")
    bench.outbox.postponed(bench.message("refused"), now())
    if others:
        _step(bench, loop)
    else:
        bench.outbox.failed(bench.message("other"), "")
    moment.passes(after)
    bench.rapidpro.error = NotNowError("403")
    assert _step(bench, loop) == 1
    assert bench.message("refused").stage is stage


# --- messages that are too old to be sent ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "after", "sent"),
    [
        (Policy(), DAY, 1),
        (Policy(), DAY + 1, 0),
        (Policy(too_old="send"), 99 * DAY, 1),
        (Policy(too_old_hours=1), 3601, 0),
    ],
)
def test_too_old(
    bench: Bench,
    loop: SimulationLoop,
    moment: Moment,
    caplog: pytest.LogCaptureFixture,
    policy: Policy,
    after: float,
    sent: int,
) -> None:
    """After a day of waiting a message fails instead of being sent, or after another time, or never."""
    bench.use(policy)
    bench.outbox.take("a", NUMBER, "Hi")
    moment.passes(after)
    assert _step(bench, loop) == 0
    assert len(bench.rapidpro.sent) == sent
    if not sent:
        assert bench.message("a").state is State.FAILED
        reason = f"it has waited for more than {policy.too_old_hours:g} hours"
        assert (bench.message("a").reason, caplog.messages) == (reason, [f"message a cannot be sent: {reason}"])


def test_categories(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """The first category whose text and number fit has its own limit; where none fits, it is that of the policy."""
    alerts = Category(text="^ALERT", too_old="send")
    abroad = Category(recipient=r"^\+256", too_old_hours=48)
    bench.use(Policy(), alerts, abroad)
    texts = {"alert": (NUMBER, "ALERT: fever"), "visit": (NUMBER, "Visit, no ALERT"), "abroad": ("+256712345678", "Hi")}
    for name, (number, text) in texts.items():
        bench.outbox.take(name, number, text)
    moment.passes(30 * 3600)
    for _ in texts:
        _step(bench, loop)
    assert {name: bench.message(name).stage for name in texts} == {
        "alert": Stage.OPEN,
        "visit": Stage.CLOSED,
        "abroad": Stage.OPEN,
    }


def test_a_second_opinion(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """What seems too old waits for CHT to tell the time, and is sent where CHT has seen less of it."""
    clock = bench.outbox.clock = ClockOfCht(now())
    bench.use(Policy())
    bench.outbox.take("a", NUMBER, "Hi")
    moment.passes(2 * DAY)
    clock.fresh = False
    assert (_step(bench, loop), bench.message("a").due_at, bench.rapidpro.sent) == (0, now() + 300, [])
    clock.fresh = True
    moment.passes(300)
    assert (_step(bench, loop), bench.message("a").stage) == (0, Stage.OPEN)


class ClockOfCht(SystemClock):
    """A clock beside one of CHT's that stands still."""

    def __init__(self, told: float) -> None:
        self.told = told
        self.fresh = True

    def by_cht(self) -> float:
        return self.told

    def is_fresh(self) -> bool:
        return self.fresh


# --- messages whose answer was lost ---------------------------------------------------------------------------------


def test_until_it_is_settled(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """The sender rests until the listing can be trusted; then it compares, and looks for more at once."""
    bench.loses("a")
    bench.rapidpro.listed = [Broadcast("7", (f"tel:{NUMBER}",), ("Hi",), now() - 3)]
    moment.passes(70)
    assert _step(bench, loop) == pytest.approx(50)
    assert bench.rapidpro.since == []
    moment.passes(50)
    assert _step(bench, loop) == 0
    message = bench.message("a")
    assert (message.stage, message.reference, message.accepted_at) == (Stage.OPEN, "7", now() - 123)
    assert message.due_at == now() + 60
    numbers = bench.numbers()
    assert "gateway_messages_adopted_total 1.0" in numbers
    assert "gateway_messages_sent_total 1.0" in numbers


def test_a_crash(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A message that was marked when the process died is asked about when the listing can be trusted, not before."""
    bench.outbox.take("a", NUMBER, "Hi")
    bench.outbox.sending(bench.message("a"), 1)
    assert _step(bench, loop) == 60
    moment.passes(119)
    assert _step(bench, loop) == pytest.approx(1)
    assert bench.rapidpro.since == []
    moment.passes(1)
    assert (_step(bench, loop), len(bench.rapidpro.since)) == (0, 1)


def test_only_what_is_settled(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A listing says nothing of what was posted too lately."""
    bench.loses("a")
    moment.passes(100)
    bench.loses("b")
    moment.passes(20)
    _step(bench, loop)
    assert (bench.message("a").stage, bench.message("b").stage) == (Stage.OPEN, Stage.SENDING)
    assert len(bench.rapidpro.since) == 1


def test_a_listing_that_fails(
    bench: Bench, loop: SimulationLoop, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    """It is asked for again later and later, up to an hour; an answer ends the row of failures."""
    bench.loses("a")
    caplog.clear()
    bench.rapidpro.listing_error = NotNowError("500")
    for _ in range(8):
        moment.passes(3600)
        assert _step(bench, loop) == 60  # other messages may come
        assert _step(bench, loop) == 60
    assert caplog.messages == [
        f"RapidPro does not say what it has; asking again in {seconds} s: 500"
        for seconds in (60, 120, 240, 480, 960, 1920, 3600, 3600)
    ]
    bench.rapidpro.listing_error = None
    moment.passes(3600)
    _step(bench, loop)
    bench.loses("b")
    caplog.clear()
    bench.rapidpro.listing_error = NotNowError("500")
    moment.passes(120)
    _step(bench, loop)
    assert caplog.messages == ["RapidPro does not say what it has; asking again in 60 s: 500"]


def test_a_throttled_listing(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """429 is for the sender as a whole."""
    bench.loses("a")
    bench.outbox.take("b", NUMBER, "Ho")
    bench.rapidpro.listing_error = ThrottledError("429", 77)
    moment.passes(120)
    assert _step(bench, loop) == 77
    assert len(bench.rapidpro.sent) == 1


def test_a_broadcast_of_another_message(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A broadcast that is known to be another message's is not taken for this one's."""
    bench.outbox.take("known", NUMBER, "Hi")
    bench.sends()
    bench.loses("a")
    bench.rapidpro.listed = [Broadcast("1", (f"tel:{NUMBER}",), ("Hi",), now())]
    moment.passes(120)
    _step(bench, loop)
    assert (len(bench.rapidpro.sent), bench.message("a").reference) == (3, "3")
    assert bench.message("a").attempts == 1


def test_hidden_numbers_that_cannot_be_told_apart(
    bench: Bench, loop: SimulationLoop, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    """Of two messages with one broadcast between them, each fails where the policy says so, with the reason."""
    bench.use(Policy(ambiguous="fail"))
    bench.loses("a", "b")
    caplog.clear()
    bench.rapidpro.listed = [Broadcast("7", None, ("Hi",), now()), Broadcast("8", None, ("Ho",), now())]
    moment.passes(130)
    _step(bench, loop)
    assert bench.message("a").reason == "nobody knows whether RapidPro has it"
    assert caplog.messages[0] == "message a cannot be sent: nobody knows whether RapidPro has it"


def test_hidden_numbers_and_later_claims(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A message that was posted too lately to be compared may have made the broadcast as well."""
    bench.use(Policy(ambiguous="fail"))
    bench.loses("a")
    moment.passes(100)
    bench.loses("b")
    bench.rapidpro.listed = [Broadcast("7", None, ("Hi",), now())]
    moment.passes(20)
    _step(bench, loop)
    assert (bench.message("a").stage, bench.message("b").stage) == (Stage.CLOSED, Stage.SENDING)


def test_hidden_numbers_of_each_text(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """Messages of other texts claim nothing of this one's broadcasts, of which the first is taken."""
    bench.loses("a")
    bench.loses("b", text="Ho")
    bench.rapidpro.listed = [
        Broadcast("7", None, ("Ho",), now()),
        Broadcast("8", None, ("Hi",), now()),
        Broadcast("9", None, ("Hi",), now()),
    ]
    moment.passes(130)
    _step(bench, loop)
    assert [bench.message(name).reference for name in "ab"] == ["8", "7"]


def test_the_clock_that_runs_ahead(bench: Bench, loop: SimulationLoop, moment: Moment) -> None:
    """A RapidPro whose clock is ahead is asked from the time of the attempt by ours, less what clocks wander."""
    bench.rapidpro.ahead = 7200
    bench.outbox.take("a", NUMBER, "Hi")
    bench.sends()
    bench.loses("b")
    attempted = bench.message("b").attempted_at or 0
    moment.passes(120)
    _step(bench, loop)
    assert bench.rapidpro.since == [attempted - 600]

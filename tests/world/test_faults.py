from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.fault_kinds import moments_of, parameters_of
from rapidpro_simulator.world.faults import Fault, FaultKind, FaultMoment, Faults

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.seed import Seed


def strike(faults: Faults) -> Fault | None:
    return faults.strike(by="gateway", to="textit.com", method="POST", path="/api/v2/broadcasts.json")


def strikes(faults: Faults, times: int) -> list[bool]:
    return [strike(faults) is not None for _ in range(times)]


def test_no_fault(faults: Faults) -> None:
    """Without a plan nothing goes wrong."""
    assert strikes(faults, 2) == [False, False]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, [True] * 4),
        ({"count": 2}, [True, True, False, False]),
        ({"first": 3}, [False, False, True, True]),
        ({"first": 2, "count": 1}, [False, True, False, False]),
    ],
)
def test_calls(faults: Faults, limits: dict[str, int], expected: list[bool]) -> None:
    """A fault strikes from its first call on, as often as it may."""
    faults.add(Fault(FaultKind.STATUS, first=limits.get("first", 1), count=limits.get("count")))
    assert strikes(faults, 4) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"to": "textit.com"}, True),
        ({"to": "*.com"}, True),
        ({"to": "other.org"}, False),
        ({"method": "GET"}, False),
        ({"path": "/api/v2/broad*"}, True),
        ({"by": "tester"}, False),
    ],
)
def test_where(faults: Faults, where: dict[str, str], expected: bool) -> None:
    """A fault concerns the callers, hosts, methods and paths that it names."""
    faults.add(Fault(FaultKind.RESET, **where))  # type: ignore[arg-type]
    assert strikes(faults, 1) == [expected]


def test_window(faults: Faults, clock: FrozenClock) -> None:
    """A fault strikes between its instants only."""
    faults.add(
        Fault(FaultKind.RESET, since=clock.now() + timedelta(minutes=1), until=clock.now() + timedelta(minutes=2))
    )
    struck = []
    for _ in range(3):
        struck += strikes(faults, 1)
        clock.advance(timedelta(minutes=1))
    assert struck == [False, True, False]


def test_share(faults: Faults) -> None:
    """A share of the calls is struck, drawn from the seed."""
    faults.add(Fault(FaultKind.RESET, share=0.25))
    assert 200 < sum(strikes(faults, 1000)) < 300


def test_first_rule_wins(faults: Faults) -> None:
    """Of two rules the first strikes, and both count the call."""
    first = faults.add(Fault(FaultKind.RESET, count=1))
    second = faults.add(Fault(FaultKind.HTML))
    struck = [strike(faults) for _ in range(2)]
    assert struck == [first, second]
    assert (first.seen, second.seen) == (2, 2)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("share", 1.5, "share"), ("share", -0.1, "share"), ("first", 0, "calls are counted"), ("count", 0, "not 0 times")],
)
def test_bad_rule(name: str, value: float, words: str) -> None:
    """A rule that makes no sense is refused."""
    with pytest.raises(ValueError, match=words):
        Fault(FaultKind.RESET, **{name: value})  # type: ignore[arg-type]


def test_a_window_ends_after_it_has_begun(clock: FrozenClock) -> None:
    """A fault that could never strike is refused."""
    with pytest.raises(ValueError, match="cannot end"):
        Fault(FaultKind.RESET, since=clock.now(), until=clock.now())


EXAMPLES: dict[str, Any] = {
    "status": 302,
    "seconds": 1.0,
    "retry_after": 0,
    "location": "https://x.org/",
    "body": "x",
    "content_type": "text/plain",
}


NEEDED: dict[FaultKind, dict[str, Any]] = {
    FaultKind.LATENCY: {"seconds": 2.0},
    FaultKind.REDIRECT: {"location": "/"},
}


@pytest.mark.parametrize("kind", FaultKind)
def test_what_a_kind_does_not_take_is_refused(kind: FaultKind) -> None:
    """No parameter and no moment is accepted that would not be used."""
    needed = NEEDED.get(kind, {})
    for name, value in EXAMPLES.items():
        settings: dict[str, Any] = {**needed, name: value}
        if name in parameters_of(kind):
            assert getattr(Fault(kind, **settings), name) == value
        else:
            with pytest.raises(ValueError, match=f"takes no {name}"):
                Fault(kind, **settings)
    for moment in set(FaultMoment) - set(moments_of(kind)):
        with pytest.raises(ValueError, match=r"side effect|before the service's work"):
            Fault(kind, moment, **needed)
    assert Fault(kind, **needed).moment is moments_of(kind)[0]


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (FaultKind.LATENCY, {}, "needs seconds"),
        (FaultKind.LATENCY, {"seconds": -1.0}, "negative"),
        (FaultKind.REDIRECT, {}, "needs location"),
        (FaultKind.REDIRECT, {"location": "/", "status": 200}, "from 300 to 399, not 200"),
        (FaultKind.STATUS, {"status": 99}, "from 200 to 599, not 99"),
        (FaultKind.STATUS, {"retry_after": -1}, "negative"),
    ],
)
def test_what_a_kind_needs(kind: FaultKind, settings: dict[str, Any], words: str) -> None:
    """Without it, or out of range, the fault is refused in a sentence."""
    with pytest.raises(ValueError, match=words):
        Fault(kind, **settings)


def test_every_rule_counts_the_calls_it_is_about(faults: Faults) -> None:
    """The first one that matches strikes; a call that another has met is not struck twice."""
    first, second = faults.add(Fault(FaultKind.RESET, count=1)), faults.add(Fault(FaultKind.REFUSED))

    assert [strike(faults), strike(faults), strike(faults)] == [first, second, second]
    assert [(fault.seen, fault.struck) for fault in (first, second)] == [(3, 1), (3, 2)]


def test_what_ever_was_planned_stays_known(faults: Faults) -> None:
    """Whether it is over, or was taken back."""
    first, second = faults.add(Fault(FaultKind.RESET)), faults.add(Fault(FaultKind.REFUSED))
    faults.remove(first)

    assert strike(faults) is second
    faults.clear()
    assert strike(faults) is None
    assert faults.added == [first, second]


def test_only_the_kinds_that_are_asked_for(faults: Faults) -> None:
    """A fault of another kind is passed over, and neither struck nor seen."""
    reset, late = faults.add(Fault(FaultKind.RESET)), faults.add(Fault(FaultKind.LATENCY, seconds=1))
    asked = {"by": "gateway", "to": "textit.com", "method": "GET", "path": "/", "kinds": {FaultKind.LATENCY}}

    assert faults.strike(**asked) is late  # type: ignore[arg-type]
    assert (reset.seen, late.seen) == (0, 1)


def test_a_fault_that_always_strikes_draws_nothing(clock: FrozenClock, seed: Seed) -> None:
    """So that it does not change what later faults draw; one with a share of nothing never strikes."""
    stream = seed.stream("faults")
    faults = Faults(clock, stream)
    faults.add(Fault(FaultKind.RESET))
    assert strikes(faults, 5) == [True] * 5
    assert stream.random() == seed.stream("faults").random()

    faults.clear()
    faults.add(Fault(FaultKind.RESET, share=0))
    assert strikes(faults, 20) == [False] * 20


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(FaultKind.STATUS, status=503), "status 503"),
        (Fault(FaultKind.RESET), "reset"),
        (Fault(FaultKind.RESET, moment=FaultMoment.AFTER), "reset after the side effect"),
        (Fault(FaultKind.RESET, FaultMoment.AFTER, seconds=2.5), "reset, 2.5 s late after the side effect"),
        (Fault(FaultKind.LATENCY, seconds=20), "latency"),
        (Fault(FaultKind.TRUNCATED), "truncated after the side effect"),
    ],
)
def test_a_fault_in_words(fault: Fault, words: str) -> None:
    """As the journal and a failure have it."""
    assert fault.describe() == words
    assert fault.place() == "* → * * *"

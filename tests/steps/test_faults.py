"""Sentences about what goes wrong mean what they say, or are refused in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.administrator import UnavailableError
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .saying import BACKGROUND, say

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation


@pytest.mark.parametrize(
    ("words", "kind", "seconds", "moment"),
    [
        ("answered 20 seconds late", FaultKind.LATENCY, 20, FaultMoment.BEFORE),
        ("answered 1.5 seconds late after its side effect", FaultKind.LATENCY, 1.5, FaultMoment.AFTER),
        ("answered with 503 20 seconds late after its side effect", FaultKind.STATUS, 20, FaultMoment.AFTER),
        ("answered with 201 and [1] 20 seconds late", FaultKind.BODY, 20, FaultMoment.BEFORE),
        ("reset 1 second late", FaultKind.RESET, 1, FaultMoment.BEFORE),
        ("answered with a truncated body", FaultKind.TRUNCATED, 0, FaultMoment.AFTER),
        ("never answered after its side effect", FaultKind.NO_ANSWER, 0, FaultMoment.AFTER),
    ],
)
def test_a_failure_in_words(
    request: pytest.FixtureRequest,
    simulation: Simulation,
    words: str,
    kind: FaultKind,
    seconds: float,
    moment: FaultMoment,
) -> None:
    """Every kind may be late, and the side effect has taken place before or not."""
    say(request, *BACKGROUND, f"Given the next webhook request may be {words}")

    (fault,) = simulation.faults.added
    assert (fault.kind, fault.seconds, fault.moment, fault.count) == (kind, seconds, moment, 1)


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("the next webhook request is refused after its side effect", "reaches nobody"),
        ("the next webhook request is refused 5 seconds late", "takes no seconds"),
        ("webhook requests are never answered 5 seconds late", "takes no seconds"),
        ("the next webhook request is fatal to the gateway", "not the gateway's"),
        ("the next broadcast request is answered 0 seconds late", "needs seconds"),
        ("the next broadcast request is answered with 42", "is no failure"),
        ("the next broadcast request is answered with 700", "from 200 to 599"),
        ('the next broadcast request is redirected with 500 to "https://x.org/"', "from 300 to 399"),
    ],
)
def test_what_has_no_meaning_is_refused(request: pytest.FixtureRequest, sentence: str, complaint: str) -> None:
    """No parameter is taken that would not be used."""
    with pytest.raises(ValueError, match=complaint):
        say(request, *BACKGROUND, f"Given {sentence}")


def test_only_the_gateway_dies_of_what_is_fatal_to_it(request: pytest.FixtureRequest, simulation: Simulation) -> None:
    """Others ask the database, too."""
    say(request, *BACKGROUND, "Given the next database request may be fatal to the gateway")

    assert [fault.by for fault in simulation.faults.added] == ["gateway*"]


def test_a_fault_cannot_be_fatal_to_mailroom(request: pytest.FixtureRequest, simulation: Simulation) -> None:
    """Whom nothing here can kill goes on, and the simulation says so."""
    simulation.network.on_crash("mailroom of textit.com")

    with pytest.raises(LookupError, match="only a gateway or a sentinel can crash"):
        simulation.advance(seconds=1)


def test_what_is_waited_for_may_come_after_cht_has_been_away(
    request: pytest.FixtureRequest, simulation: Simulation
) -> None:
    """Whoever looks for something within a time comes again while CHT cannot answer, and says so in the end."""
    say(request, *BACKGROUND, "Given a pending message")
    simulation.fault(kind=FaultKind.STATUS, status=502, path="/medic/_all_docs", count=2)

    say(request, "Then within 5 minutes every message has come to an end")

    simulation.fault(kind=FaultKind.STATUS, status=502, path="/medic/_all_docs")
    with pytest.raises(UnavailableError, match="answered with 502"):
        say(request, "Then within 5 minutes every message has come to an end")

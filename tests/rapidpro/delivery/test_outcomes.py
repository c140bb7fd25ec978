"""Outcomes as data: their names, reports and shares, and what is refused."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.delivery.outcomes import (
    OUTCOMES,
    PROFILES,
    Outcome,
    Report,
    outcome,
    reportable,
    shares_of,
)
from rapidpro_simulator.rapidpro.model.messages import Status

WIRED, SENT, DELIVERED = Report(0.5, Status.WIRED), Report(3, Status.SENT), Report(10, Status.DELIVERED)
ERRORED = Report(0.5, Status.ERRORED)


@pytest.mark.parametrize(
    ("name", "attempts"),
    [
        ("delivered", [(WIRED, SENT, DELIVERED)]),
        ("sent", [(WIRED, SENT)]),
        ("wired", [(WIRED,)]),
        ("read", [(WIRED, SENT, DELIVERED, Report(60, Status.READ))]),
        ("failed", [(Report(0.5, Status.FAILED),)]),
        ("undelivered", [(WIRED, SENT, Report(10, Status.FAILED))]),
        ("rejected", [(Report(0.5, None),)]),
        ("errored", [(ERRORED,)]),
        ("errored once", [(ERRORED,), (WIRED, SENT, DELIVERED)]),
        ("errored twice", [(ERRORED,), (ERRORED,), (WIRED, SENT, DELIVERED)]),
        ("sent late", [(WIRED, Report(5, Status.DELIVERED), Report(60, Status.SENT))]),
        ("failed late", [(WIRED, SENT, DELIVERED, Report(60, Status.FAILED))]),
        ("delivered late", [(WIRED, SENT, Report(10, Status.FAILED), Report(60, Status.DELIVERED))]),
        ("nothing", [()]),
    ],
)
def test_named_outcomes(name: str, attempts: list[tuple[Report, ...]]) -> None:
    """An outcome has its name, and reports at these seconds; the last attempt stands for all that follow."""
    assert OUTCOMES[name].name == name
    assert [OUTCOMES[name].reports(attempt) for attempt in range(len(attempts) + 2)] == [*attempts, *[attempts[-1]] * 2]


@pytest.mark.parametrize(
    ("words", "seconds", "name", "reports"),
    [
        ([], {"sent": 20, "wired": 1}, "sent, wired", (Report(1, Status.WIRED), Report(20, Status.SENT))),
        (["my own"], {"failed": 2}, "my own", (Report(2, Status.FAILED),)),
        ([], {}, "nothing", ()),
    ],
)
def test_own_outcomes(words: list[str], seconds: dict[str, float], name: str, reports: tuple[Report, ...]) -> None:
    """Reports come in the order of their seconds, whatever the order in which they were written."""
    made = outcome(*words, **seconds)
    assert (made.name, made.reports(0)) == (name, reports)


def test_without() -> None:
    """Less some reports it has another name; less none it is the same."""
    errored = OUTCOMES["errored once"]
    less = errored.without(["sent", "wired"])
    assert (less.name, less.attempts) == ("errored once without sent, wired", ((ERRORED,), (DELIVERED,)))
    assert errored.without([]) is errored


@pytest.mark.parametrize("word", ["lost", "queued", "WIRED", ""])
def test_no_such_report(word: str) -> None:
    """A word that no carrier reports is refused with those that there are."""
    with pytest.raises(ValueError, match=r"^a carrier cannot report") as caught:
        reportable(word)
    assert str(caught.value) == (
        f"a carrier cannot report {word!r}, only: wired, sent, delivered, read, errored, failed"
    )


@pytest.mark.parametrize(
    ("wish", "shares"),
    [
        ("sent", {"sent": 1.0}),
        (outcome("my own", sent=1), {"my own": 1.0}),
        ("good", {"delivered": 0.97, "sent": 0.02, "failed": 0.01}),
        ({"sent": 3, "failed": 0}, {"sent": 3, "failed": 0}),
    ],
)
def test_shares(wish: str | Outcome | dict[str, float], shares: dict[str, float]) -> None:
    """A wish is an outcome, its name, a profile's name, or shares."""
    assert {each.name: weight for each, weight in shares_of(wish)} == shares


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles(profile: str) -> None:
    """The shares of a profile are all there is."""
    assert sum(PROFILES[profile].values()) == pytest.approx(1)


@pytest.mark.parametrize("shares", [{}, {"sent": 0.0}, {"sent": 2.0, "failed": -1.0}])
def test_no_shares(shares: dict[str, float]) -> None:
    """Shares that allow nothing, or less than nothing, are refused."""
    with pytest.raises(ValueError, match=r"^shares") as caught:
        shares_of(shares)
    assert str(caught.value) == f"shares of outcomes are numbers of 0 and more that are not all 0, not {shares}"


def test_no_such_outcome() -> None:
    """What no carrier can do is refused with all that it can, and with what was probably meant."""
    with pytest.raises(ValueError, match=r"^a carrier cannot do") as caught:
        shares_of("teleported")
    known = ", ".join([*OUTCOMES, "good", "poor"])
    assert str(caught.value) == f"a carrier cannot do 'teleported'; it can do: {known}; did you mean 'delivered'?"

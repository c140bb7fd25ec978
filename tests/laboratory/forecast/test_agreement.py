"""The model is held against the full simulation: the same incident, hour by hour the same requests and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.forecast.assumptions import PROVEN_HOURS, PROVEN_MESSAGES
from rapidpro_simulator.laboratory.forecast.full import simulate
from rapidpro_simulator.laboratory.forecast.incident import Account, Remedy
from rapidpro_simulator.laboratory.forecast.model.play import play
from rapidpro_simulator.rapidpro.generations.rates import Rate

from .incidents import SLOW, shared, small

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.figures import Figures
    from rapidpro_simulator.laboratory.forecast.incident import Incident

WAIT = Remedy("wait")
SCOPES = Account("community", "community", {"v2.messages": Rate(400)})
# Who gets a slot of a quota that is used up is decided within milliseconds, which both draw at random.
SHARE_OF_HOUR = 0.15
SHARE_OF_ALL = 0.08

CASES = {
    "a shared quota that is used up": (small(shared()), WAIT),
    "the same with slow answers": (small(shared(), latency=SLOW), WAIT),
    "scopes of their own": (small(SCOPES), WAIT),
    "a carrier that errs first": (small(shared(200), count=40, outcomes="errored once"), WAIT),
    "a release that takes new words for errors": (small(shared(300), gateway="cht:4.10", count=50, per_day=240), WAIT),
    "set to failed": (small(shared()), Remedy("failed", after_hours=1, set_state="failed")),
    "set to scheduled": (small(shared()), Remedy("scheduled", after_hours=1, set_state="scheduled")),
    "the standalone gateway": (small(shared(400), gateway="standalone", outcomes="sent"), WAIT),
    "the standalone gateway with little room": (small(shared(60), gateway="standalone"), WAIT),
    "as long as it was tried": (small(shared(), count=PROVEN_MESSAGES, hours=PROVEN_HOURS), WAIT),
}


@pytest.mark.parametrize("name", CASES)
def test_the_model_agrees_with_the_simulation(name: str) -> None:
    """Each consumer is answered as often in each hour, and as many messages are open and waiting at its end."""
    incident, remedy = CASES[name]
    full, phases = simulate(incident, remedy, 1)
    model = play(incident, remedy, 1, phases)

    assert len(model.hours) == len(full.hours) == incident.days * 24
    assert model.consumers == full.consumers
    _answered_alike(full, model)
    _refused_alike(full, model)
    _messages_alike(incident, full, model)


def _answered_alike(full: Figures, model: Figures) -> None:
    totals = [sum(each) for each in zip(*[full.requests_of(who, "answered") for who in full.consumers], strict=True)]
    for who in full.consumers:
        wanted, found = full.requests_of(who, "answered"), model.requests_of(who, "answered")
        for total, one, other in zip(totals, wanted, found, strict=True):
            assert other == pytest.approx(one, abs=max(3, SHARE_OF_HOUR * total)), f"{who}: {wanted} {found}"
        assert sum(found) == pytest.approx(sum(wanted), abs=SHARE_OF_ALL * sum(totals)), f"{who}: {wanted} {found}"


def _refused_alike(full: Figures, model: Figures) -> None:
    for who in full.consumers:
        wanted, found = full.requests_of(who, "refused"), model.requests_of(who, "refused")
        assert sum(found) == pytest.approx(sum(wanted), rel=0.1, abs=12), f"{who}: {wanted} {found}"


def _messages_alike(incident: Incident, full: Figures, model: Figures) -> None:
    for wanted, found in zip(full.hours, model.hours, strict=True):
        assert found.open == pytest.approx(wanted.open, abs=0.1 * incident.open_count), (full.hours, model.hours)
        assert found.waiting == pytest.approx(wanted.waiting, abs=max(6, 0.1 * incident.open_count))
    wanted_prompt, found_prompt = (sum(delay <= 300 for delay in each.delays(0, 99)) for each in (full, model))
    assert found_prompt == pytest.approx(wanted_prompt, abs=0.12 * len(full.new)), (wanted_prompt, found_prompt)


def test_the_same_seed_gives_the_same_figures() -> None:
    """Two runs of one seed are one run, and another seed is another."""
    incident = small(shared())

    assert play(incident, WAIT, 1) == play(incident, WAIT, 1)
    assert play(incident, WAIT, 1) != play(incident, WAIT, 2)

"""The model is held against the full simulation: the same incident, hour by hour the same requests and messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.forecast.full.simulate import simulate
from rapidpro_simulator.laboratory.forecast.incident import CarrierPlan, Remedy
from rapidpro_simulator.laboratory.forecast.model.others import arrivals
from rapidpro_simulator.laboratory.forecast.model.play import play
from rapidpro_simulator.laboratory.forecast.reading import read_incident
from rapidpro_simulator.world.seed import Seed

from .cases import CASES, WAIT
from .incidents import SLOW, shared, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.laboratory.forecast.figures import Figures
    from rapidpro_simulator.laboratory.forecast.incident import Incident

# Who gets a slot of a quota that is used up is decided within milliseconds, which both draw at random: how far this
# luck goes is what the seeds of the model say, so the simulation has to lie among them, or as near as this.
SEEDS = 10
OF_AN_HOUR = 0.06  # of the requests of an hour that are answered
OF_ALL = 0.03  # of all answered requests
REFUSED = 0.08  # of a consumer's refused requests: a message more or less that waits is one a minute
MESSAGES = 0.04  # of the messages there are
FEW = 3  # requests, or messages


@pytest.mark.parametrize("name", CASES)
def test_the_model_agrees_with_the_simulation(name: str) -> None:
    """Each consumer is answered as often in each hour, and as many messages are open and waiting at its end."""
    _assert_agreement(*CASES[name])


@pytest.mark.long
def test_it_agrees_at_full_size() -> None:
    """15,100 open messages for three hours, which are set to failed after two."""
    incident = read_incident(Path(__file__).parents[3] / "benchmarks" / "incident.toml")

    _assert_agreement(
        replace(incident, days=3 / 24, carrier=CarrierPlan(), latency=SLOW), Remedy("failed", 2, set_state="failed")
    )


def _assert_agreement(incident: Incident, remedy: Remedy) -> None:
    times = arrivals(incident, Seed("forecast 1").stream("arrivals"))
    full, phases = simulate(incident, remedy, 1, times)
    model = [play(incident, remedy, seed, phases, times) for seed in range(1, SEEDS + 1)]

    assert all(len(each.hours) == len(full.hours) == incident.days * 24 for each in model)
    assert {who for each in model for who in each.consumers} >= set(full.consumers)
    _requests_alike(full, model)
    _messages_alike(incident.open_count, full, model)


def _requests_alike(full: Figures, model: list[Figures]) -> None:
    who_asks = {who for each in [full, *model] for who in each.consumers}
    totals = [sum(each) for each in zip(*[full.requests_of(who, "answered") for who in who_asks], strict=True)]
    for who in who_asks:
        wanted, found = full.requests_of(who, "answered"), [each.requests_of(who, "answered") for each in model]
        for hour, total in enumerate(totals):
            _among(wanted[hour], [each[hour] for each in found], OF_AN_HOUR * total, f"{who} in hour {hour}")
        _among(sum(wanted), map(sum, found), OF_ALL * sum(totals), who)
        refused = sum(full.requests_of(who, "refused"))
        _among(refused, [sum(each.requests_of(who, "refused")) for each in model], REFUSED * refused, f"{who} refused")


def _messages_alike(count: int, full: Figures, model: list[Figures]) -> None:
    for hour, wanted in enumerate(full.hours):
        found = [each.hours[hour] for each in model]
        _among(wanted.open, [each.open for each in found], MESSAGES * count, f"open after hour {hour}")
        _among(wanted.waiting, [each.waiting for each in found], MESSAGES * count, f"waiting after hour {hour}")
    wanted_prompt, *prompt = (sum(delay <= 300 for delay in each.delays(0, 99)) for each in [full, *model])
    _among(wanted_prompt, prompt, MESSAGES * len(full.new), "messages within five minutes")


def _among(wanted: float, found: Iterable[float], slack: float, what: str) -> None:
    """Assert that the simulation's number lies among those of the model's seeds, or not far from them."""
    ordered = sorted(found)
    slack = max(FEW, slack)
    assert ordered[0] - slack <= wanted <= ordered[-1] + slack, f"{what}: {wanted}, by the model {ordered}"


def test_the_same_seed_gives_the_same_figures() -> None:
    """Two runs of one seed are one run, and another seed is another."""
    incident = small(shared())

    assert play(incident, WAIT, 1) == play(incident, WAIT, 1)
    assert play(incident, WAIT, 1) != play(incident, WAIT, 2)

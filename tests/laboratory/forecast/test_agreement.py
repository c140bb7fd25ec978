"""The model is held against the full simulation: the same incident, hour by hour the same requests and messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapidpro_simulator.laboratory.forecast.incident import CarrierPlan, Remedy
from rapidpro_simulator.laboratory.forecast.model.play import play
from rapidpro_simulator.laboratory.forecast.reading import read_incident

from .agreement import disagreements
from .cases import CASES, WAIT
from .incidents import SLOW, shared, small


@pytest.mark.parametrize("name", CASES)
def test_the_model_agrees_with_the_simulation(name: str) -> None:
    """Each consumer is answered as often in each hour, and as many messages are open and waiting at its end."""
    assert disagreements(*CASES[name]) == []


@pytest.mark.long
def test_it_agrees_at_full_size() -> None:
    """15,100 open messages for three hours, which are set to failed after two."""
    incident = read_incident(Path(__file__).parents[3] / "benchmarks" / "incident.toml")

    short = replace(incident, days=3 / 24, carrier=CarrierPlan(), latency=SLOW)
    assert disagreements(short, Remedy("failed", 2, set_state="failed")) == []


def test_the_same_seed_gives_the_same_figures() -> None:
    """Two runs of one seed are one run, and another seed is another."""
    incident = small(shared())

    assert play(incident, WAIT, 1) == play(incident, WAIT, 1)
    assert play(incident, WAIT, 1) != play(incident, WAIT, 2)

"""Incidents that nobody has thought of: the model agrees with the full simulation about them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from .agreement import repeated_disagreements
from .drawing import incidents

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import Incident, Remedy

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(incidents(hours=1, most_open=8))
@settings(max_examples=4, deadline=None, suppress_health_check=SLOW, derandomize=True, phases=[Phase.generate])
def test_the_model_agrees_about_a_few(drawn: tuple[Incident, Remedy]) -> None:
    """The same few each time: whatever accounts, carriers, gateways, messages and remedies meet, both see the same."""
    assert repeated_disagreements(*drawn) == []


@pytest.mark.long
@given(incidents(hours=2, most_open=30))
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
def test_the_model_agrees_about_many(drawn: tuple[Incident, Remedy]) -> None:
    """Others each time."""
    assert repeated_disagreements(*drawn) == []

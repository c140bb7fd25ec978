"""What the model counts while it plays an incident."""

from __future__ import annotations

import pytest

from rapidpro_simulator.laboratory.forecast.incident import CarrierPlan, OpenMessages, Remedy
from rapidpro_simulator.laboratory.forecast.model.play import play

from .cases import TO_COME, WAIT, roomy


@pytest.mark.parametrize(
    ("state", "again"), [("pending", 0), ("forwarded-to-gateway", 0), ("scheduled", 0), ("sent", 20)]
)
def test_only_what_was_sent_before_is_sent_again(state: str, again: int) -> None:
    """An open message that still waits is sent for the first time; one that was sent is sent once more."""
    incident = roomy(OpenMessages(state, 20)).changed(work=())

    figures = play(incident, Remedy("anew", 0, set_state="pending"), 1)

    assert figures.requests_of("CHT sends", "answered")[0] == 20
    assert figures.again == again


@pytest.mark.parametrize(("outcomes", "part"), [("delivered", 0), ("failed", 0), ("sent", 1), ("nothing", 1)])
def test_new_messages_without_an_end_are_the_next_backlog(outcomes: str, part: float) -> None:
    """A carrier that has no last word for them leaves them open, although each of them went out on time."""
    figures = play(roomy().changed(carrier=CarrierPlan(outcomes), days=1), WAIT, 1)

    assert figures.share_of_new_open == pytest.approx(part, abs=0.02)
    assert figures.on_time_since(300) == 0


@pytest.mark.parametrize(("state", "new"), [("failed", 3), ("muted", 3), ("pending", 11)])
def test_what_is_cancelled_before_it_is_due_is_not_late(state: str, new: int) -> None:
    """Three messages are due before a remedy gives all others another state: only what is to be sent counts."""
    incident = roomy(*TO_COME).changed(work=())

    figures = play(incident, Remedy("change", 0.55, set_state=state, of_states=("scheduled",)), 1)

    assert len(figures.new) == new
    assert figures.on_time_since(300) == 0

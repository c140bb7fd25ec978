"""What RapidPro says of a message: the carrier's reports, as late as a plan has them."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.forecast.incident import CarrierPlan, LongTail
from rapidpro_simulator.laboratory.forecast.model.carrier import CarrierModel
from rapidpro_simulator.laboratory.forecast.reports import CarrierDraws
from rapidpro_simulator.rapidpro.generations import generation

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.model.messages import Timeline

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)


def timelines(plan: CarrierPlan, count: int = 1, of: str = "textit-2026") -> list[Timeline]:
    draws = CarrierDraws(plan, generation(of), Random(1))
    model = CarrierModel(draws, generation(of), START, Random(2))
    return [model.timeline(0.0) for _ in range(count)]


def words(plan: CarrierPlan, of: str = "textit-2026") -> list[str]:
    return [word for _, word in timelines(plan, of=of)[0]]


@pytest.mark.parametrize(
    ("outcome", "of", "told"),
    [
        ("delivered", "textit-2026", ["queued", "wired", "sent", "delivered"]),
        ("rejected", "textit-2026", ["queued", "failed"]),
        ("rejected", "v8", ["queued", *["errored", "queued"] * 2, "failed"]),
        ("read", "textit-2026", ["queued", "wired", "sent", "delivered"]),  # an aggregator reports no such thing
        ("nothing", "textit-2026", ["queued"]),
        ("nothing", "community", ["queued", "failed"]),
    ],
)
def test_generations_say_what_becomes_of_a_message(outcome: str, of: str, told: list[str]) -> None:
    """A rejection is the end or another attempt, and what waits for a week may fail."""
    assert words(CarrierPlan(outcome), of) == told


def test_what_waits_too_long_fails_at_midnight() -> None:
    """It is the first midnight after seven days."""
    (_, (failed, _)) = timelines(CarrierPlan("nothing"), of="community")[0]

    assert failed == (7 + 1) * 86_400 - (8 * 3600 + 30)


def test_a_long_tail_has_its_median_and_its_95_percent() -> None:
    """Half of the reports come within the median, and 95 of 100 within `p95`."""
    plan = CarrierPlan("delivered", {"delivered": LongTail(60, 3600)})
    delays = sorted(line[-1][0] for line in timelines(plan, 2000))

    assert 50 < delays[1000] < 72
    assert 2900 < delays[1900] < 4500


def test_delays_change_no_order() -> None:
    """A report that is drawn earlier than the one before comes with it."""
    lines = timelines(CarrierPlan("delivered", {"wired": (5, 9), "sent": (0, 20), "delivered": (10, 10)}), 50)

    assert all([time for time, _ in line] == sorted(time for time, _ in line) for line in lines)
    assert all([word for _, word in line] == ["queued", "wired", "sent", "delivered"] for line in lines)

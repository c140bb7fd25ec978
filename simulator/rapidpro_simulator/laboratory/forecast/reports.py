"""What the carrier does with one message: an outcome by its share, and reports as late as the plan draws them."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.outcomes import Outcome, Report, shares_of
from rapidpro_simulator.rapidpro.model.channels import CHANNEL_KINDS

from .incident import LongTail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from rapidpro_simulator.rapidpro.generations import Generation

    from .incident import CarrierPlan, Delay

CHANNEL = CHANNEL_KINDS["aggregator"]
NORMAL_95 = NormalDist().inv_cdf(0.95)


class CarrierDraws:
    """Draws from `random` what a carrier that keeps to `plan` does with each message, one after another.

    Reports that an SMS aggregator or the `generation` does not know never come (rapidpro 6.2, 6.5).
    """

    def __init__(self, plan: CarrierPlan, generation: Generation, random: Random) -> None:
        self._random = random
        self._outcomes, self._weights = zip(*shares_of(plan.outcomes), strict=True)
        self._delays = plan.delays
        self._generation = generation

    def outcome(self) -> Outcome:
        """Return what becomes of the next message, with the seconds of its reports."""
        (outcome,) = self._random.choices(self._outcomes, self._weights)
        attempts = [tuple(self._possible(outcome.reports(number))) for number in range(len(outcome.attempts))]
        return Outcome(outcome.name, tuple(attempts))

    def _possible(self, reports: tuple[Report, ...]) -> Iterator[Report]:
        after = 0.0
        for report in reports:
            status = report.status or self._generation.courier.rejection
            if status in CHANNEL.statuses and self._generation.words.message[status] is not None:
                delay = self._delays.get(status.name.lower())
                # The outcome says in which order reports come, the delays only how late.
                after = max(after, report.after if delay is None else _drawn(delay, self._random))
                yield Report(after, status)


def _drawn(delay: Delay, random: Random) -> float:
    if isinstance(delay, LongTail):
        return random.lognormvariate(math.log(delay.median), math.log(delay.p95 / delay.median) / NORMAL_95)
    return random.uniform(*delay)

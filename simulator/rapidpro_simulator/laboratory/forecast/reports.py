"""What the carrier does with one message: an outcome by its share, and reports as late as the plan draws them."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.outcomes import Outcome, Report, shares_of

from .incident import LongTail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from rapidpro_simulator.rapidpro.generations import Generation

    from .incident import CarrierPlan, Delay

NORMAL_95 = NormalDist().inv_cdf(0.95)


class CarrierDraws:
    """Draws from `random` what a carrier that keeps to `plan` does with each message, one after another.

    What RapidPro makes of that is another matter: a `generation` only says what it calls a rejection (rapidpro 6.3).
    """

    def __init__(self, plan: CarrierPlan, generation: Generation, random: Random) -> None:
        self._random = random
        self._outcomes, self._weights = zip(*shares_of(plan.outcomes), strict=True)
        self._delays = plan.delays
        self._rejection = generation.courier.rejection

    def outcome(self) -> Outcome:
        """Return what becomes of the next message, with the seconds of its reports."""
        (outcome,) = self._random.choices(self._outcomes, self._weights)
        attempts = [tuple(self._delayed(outcome.reports(number))) for number in range(len(outcome.attempts))]
        return Outcome(outcome.name, tuple(attempts))

    def _delayed(self, reports: tuple[Report, ...]) -> Iterator[Report]:
        after = 0.0
        for report in reports:
            delay = self._delays.get((report.status or self._rejection).name.lower())
            # The outcome says in which order reports come, the delays only how late.
            after = max(after, report.after if delay is None else _drawn(delay, self._random))
            yield Report(after, report.status)


def _drawn(delay: Delay, random: Random) -> float:
    if isinstance(delay, LongTail):
        return random.lognormvariate(math.log(delay.median), math.log(delay.p95 / delay.median) / NORMAL_95)
    return random.uniform(*delay)

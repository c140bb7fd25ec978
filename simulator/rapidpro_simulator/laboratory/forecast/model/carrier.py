"""What RapidPro says of a message from which time on: the carrier's outcomes in time (rapidpro 6.2, 6.3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.reports import BACKOFF, MOST_ERRORS
from rapidpro_simulator.rapidpro.model.channels import CHANNEL_KINDS
from rapidpro_simulator.rapidpro.model.messages import WAITING, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from random import Random

    from rapidpro_simulator.laboratory.forecast.reports import CarrierDraws
    from rapidpro_simulator.rapidpro.delivery.outcomes import Report
    from rapidpro_simulator.rapidpro.generations import Generation

    from .messages import Timeline

CHANNEL = CHANNEL_KINDS["aggregator"]
DISPATCH = (0.05, 0.2)  # seconds from the POST to the message, as the simulation has them
RETRY_TASK = 60.0  # seconds between two looks for what is to be tried again
TOO_OLD = 7 * 86_400.0  # seconds after which a message that still waits fails, at midnight
MIDNIGHTS = 86_400.0


class CarrierModel:
    """Makes timelines of what `draws` says; time 0 is `start`, and `random` says how long RapidPro takes itself."""

    def __init__(self, draws: CarrierDraws, generation: Generation, start: datetime, random: Random) -> None:
        self._draws = draws
        self._words = generation.words.message
        self._rejection = generation.courier.rejection
        self._fails_too_old = not generation.courier.too_old_android_only
        self._start = start.timestamp()
        self._random = random

    def timeline(self, posted: float) -> Timeline:
        """Return what is said of a message whose broadcast was posted at a time."""
        made = posted + self._random.uniform(*DISPATCH)
        line = self._reported(made)
        if self._fails_too_old and line[-1][1] in WAITING:
            line.append((self._at_next(MIDNIGHTS, made + TOO_OLD), Status.FAILED))
        return tuple((time, self._words[status] or "") for time, status in line)

    def _reported(self, made: float) -> list[tuple[float, Status]]:
        """Return the statuses of a message that was `made` at a time, as the carrier brings them about."""
        outcome = self._draws.outcome()
        line = [(made, Status.QUEUED)]
        handed = made
        for errors in range(MOST_ERRORS + 1):
            line += [(handed + after, status) for after, status in self._possible(outcome.reports(errors))]
            last, status = line[-1]
            if status is not Status.ERRORED:
                return line
            if errors < MOST_ERRORS:
                handed = self._at_next(RETRY_TASK, last + BACKOFF.total_seconds() * (errors + 1))
                line.append((handed, Status.QUEUED))
        line[-1] = (last, Status.FAILED)
        return line

    def _possible(self, reports: Iterable[Report]) -> Iterator[tuple[float, Status]]:
        """Yield what RapidPro takes of some reports: what an SMS aggregator and the generation know."""
        for report in reports:
            status = report.status or self._rejection
            if status in CHANNEL.statuses and self._words[status] is not None:
                yield report.after, status

    def _at_next(self, period: float, time: float) -> float:
        """Return when a task that runs at whole minutes, or midnights, runs next."""
        return math.ceil((self._start + time) / period) * period - self._start

"""What RapidPro says of a message from which time on: the carrier's outcomes in time (rapidpro 6.2, 6.3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.outcomes import Report, shares_of
from rapidpro_simulator.rapidpro.delivery.reports import BACKOFF, MOST_ERRORS
from rapidpro_simulator.rapidpro.model.messages import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from rapidpro_simulator.rapidpro.delivery.outcomes import Wish

    from .messages import Timeline

DISPATCH = (0.05, 0.2)  # seconds from the POST to the message, as the simulation has them
RETRY_TASK = 60.0  # seconds between two looks for what is to be tried again

Delay = tuple[float, float]


class CarrierModel:
    """Draws timelines from `random`: `wish` is who gets which outcome, `delays` the seconds until reports of a status.

    `words` are a generation's words for statuses.
    """

    def __init__(
        self, random: Random, wish: Wish, delays: Mapping[str, Delay], words: Mapping[Status, str | None]
    ) -> None:
        self._random = random
        self._outcomes, weights = zip(*shares_of(wish), strict=True)
        self._weights = weights
        self._delays = delays
        self._words = words

    def timeline(self, posted: float) -> Timeline:
        """Return what is said of a message whose broadcast was posted at a time."""
        made = posted + self._random.uniform(*DISPATCH)
        (outcome,) = self._random.choices(self._outcomes, self._weights)
        line: list[tuple[float, Status]] = [(made, Status.QUEUED)]
        handed = made
        for errors in range(MOST_ERRORS + 1):
            last, failed = handed, False
            for after, status in self._reports(outcome.reports(errors)):
                last = handed + after
                failed = status is Status.ERRORED
                line.append((last, Status.FAILED if failed and errors >= MOST_ERRORS else status))
            if not failed or errors >= MOST_ERRORS:
                break
            backoff = BACKOFF.total_seconds() * (errors + 1)
            handed = math.ceil((last + backoff) / RETRY_TASK) * RETRY_TASK
            line.append((handed, Status.QUEUED))
        words = [(time, self._words[status]) for time, status in sorted(line, key=lambda entry: entry[0])]
        return tuple((time, word or "") for time, word in words)

    def _reports(self, reports: tuple[Report, ...]) -> Iterator[tuple[float, Status]]:
        after = 0.0
        for report in reports:
            status = report.status or Status.ERRORED
            delay = self._delays.get(status.name.lower())
            # The outcome says in which order reports come, the delays only how late.
            after = max(after, self._random.uniform(*delay) if delay else report.after)
            yield after, status

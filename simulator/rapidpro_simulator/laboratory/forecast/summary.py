"""What a forecast says, in numbers: each with its band over the seeds."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from statistics import median
from typing import TYPE_CHECKING

from .figures import DAY, LATE_SHARE, quantile
from .model.rapidpro import ANSWERED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .figures import Figures
    from .incident import Remedy
    from .run import Forecast


@dataclass(frozen=True)
class Band:
    """The middle of what the seeds say, with the least and the most; infinity: not within the forecast."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Band:
        """Return the band of values; None stands for never."""
        ordered = sorted(inf if value is None else value for value in values)
        return cls(median(ordered), ordered[0], ordered[-1])

    def told(self, word: Callable[[float], str]) -> str:
        """Say the middle, and the band where the ends differ in words."""
        least, most = word(self.least), word(self.most)
        return word(self.middle) if least == most else f"{word(self.middle)} ({least} to {most})"


@dataclass(frozen=True)
class Summary:
    """What one remedy brings. Times are seconds from the start, delays are seconds.

    `settled`: when the last of those old messages had ended that end at all, to the hour; `median` and `slowest` (95 of
    100 wait no longer) are by day; `new_open` is the part of the new messages that has not ended at the end; `shares`
    are of the answered requests, by consumer, and `refused` requests a day.
    """

    remedy: Remedy
    backlog_gone: Band
    left_open: Band
    settled: Band
    on_time_since: Band
    median: list[Band]
    slowest: list[Band]
    again: Band
    new_open: Band
    shares: dict[str, Band]
    refused: dict[str, Band]

    @property
    def leaves_new_open(self) -> bool:
        """Whether new messages that do not end are the next backlog: more than the few that are always under way."""
        return self.new_open.middle > LATE_SHARE

    @property
    def last_days(self) -> Band:
        """Return the delay that 95 of 100 new messages do not exceed on the last day that has any."""
        return next((band for band in reversed(self.slowest) if band.most >= 0), Band(-1, -1, -1))


def summaries(forecast: Forecast) -> list[Summary]:
    """Return what each remedy brings, in the order of the incident."""
    return [_summary(forecast, remedy, forecast.runs[remedy.name]) for remedy in forecast.incident.remedy]


def _summary(forecast: Forecast, remedy: Remedy, runs: list[Figures]) -> Summary:
    limit = forecast.incident.on_time_minutes * 60
    hours = len(runs[0].hours)
    days = [(first, min(first + DAY, hours)) for first in range(0, hours, DAY)]
    delays = [[run.delays(*day) for run in runs] for day in days]
    answered = [_totals(run, ANSWERED) for run in runs]
    refused = [_totals(run, REFUSED) for run in runs]
    return Summary(
        remedy,
        Band.of(run.backlog_gone for run in runs),
        Band.of(float(run.hours[-1].open) for run in runs),
        Band.of(run.settled for run in runs),
        Band.of(run.on_time_since(limit) for run in runs),
        [Band.of(_or_none(quantile(each, 0.5)) for each in day) for day in delays],
        [Band.of(_or_none(quantile(each, 0.95)) for each in day) for day in delays],
        Band.of(float(run.again) for run in runs),
        Band.of(run.share_of_new_open for run in runs),
        {
            who: Band.of(total.get(who, 0) / max(1, sum(total.values())) for total in answered)
            for who in forecast.consumers
        },
        {who: Band.of(total.get(who, 0) / hours * DAY for total in refused) for who in forecast.consumers},
    )


def _or_none(value: float | None) -> float:
    return -1.0 if value is None else value  # a day without new messages


def _totals(run: Figures, what: str) -> dict[str, int]:
    return {who: sum(run.requests_of(who, what)) for who in run.consumers}

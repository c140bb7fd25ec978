"""A forecast as data: JSON with everything, CSV with a row an hour."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from math import isinf
from typing import TYPE_CHECKING, Any

from .assumptions import assumptions, reach
from .model.rapidpro import ANSWERED, REFUSED
from .summary import summaries

if TYPE_CHECKING:
    from .run import Forecast
    from .summary import Band, Summary


def as_json(forecast: Forecast) -> str:
    """Return all numbers; null stands for never, and for a day without new messages."""
    incident = forecast.incident
    told = {
        "start": incident.start.isoformat(),
        "days": incident.days,
        "open": incident.open_count,
        "seeds": incident.seeds,
        "assumptions": assumptions(incident),
        "reach": reach(incident),
        "remedies": [_remedy(each) for each in summaries(forecast)],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _remedy(summary: Summary) -> dict[str, Any]:
    return {
        "name": summary.remedy.name,
        "backlog_gone_seconds": _band(summary.backlog_gone),
        "left_open": _band(summary.left_open),
        "on_time_since_seconds": _band(summary.on_time_since),
        "median_delay_seconds_by_day": list(map(_band, summary.median)),
        "95_percent_delay_seconds_by_day": list(map(_band, summary.slowest)),
        "sent_again": _band(summary.again),
        "share_of_answered_requests": {who: _band(band) for who, band in summary.shares.items()},
        "refused_a_day": {who: _band(band) for who, band in summary.refused.items()},
    }


def _band(band: Band) -> dict[str, float | None]:
    return {name: None if isinf(value) or value < 0 else value for name, value in asdict(band).items()}


def as_csv(forecast: Forecast) -> str:
    """Return a row for each hour of each seed of each remedy."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    consumers = forecast.consumers
    columns = [f"{who} {what}" for who in consumers for what in (ANSWERED, REFUSED)]
    writer.writerow(["remedy", "seed", "hour", "open", "waiting", *columns])
    for name, runs in forecast.runs.items():
        for seed, run in enumerate(runs, 1):
            requests = [run.requests_of(who, what) for who in consumers for what in (ANSWERED, REFUSED)]
            for number, hour in enumerate(run.hours):
                writer.writerow([name, seed, number + 1, *hour, *[each[number] for each in requests]])
    return file.getvalue()

"""A forecast as data: JSON with everything, CSV with a row an hour."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from math import isinf
from typing import TYPE_CHECKING, Any

from .answers import answer
from .assumptions import assumptions, reach
from .figures import HOUR
from .model.rapidpro import ANSWERED, REFUSED
from .summary import summaries

if TYPE_CHECKING:
    from .incident import Incident
    from .run import Forecast
    from .summary import Band, Summary


def as_json(forecast: Forecast) -> str:
    """Return all numbers, with instants by the deployment's clock.

    null stands for never, and for a day without new messages.
    """
    incident = forecast.incident
    told = {
        "start": incident.moment(0).isoformat(),
        "days": incident.hours / 24,
        "open": incident.open_count,
        "seeds": incident.seeds,
        "assumptions": assumptions(incident),
        "reach": reach(incident),
        "remedies": [_remedy(incident, each) for each in summaries(forecast)],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _remedy(incident: Incident, summary: Summary) -> dict[str, Any]:
    return {
        "name": summary.remedy.name,
        "answer": answer(incident, summary),
        "backlog_gone": _instants(incident, summary.backlog_gone),
        "backlog_gone_seconds": _band(summary.backlog_gone),
        "left_open": _band(summary.left_open),
        "on_time_since": _instants(incident, summary.on_time_since),
        "on_time_since_seconds": _band(summary.on_time_since),
        "median_delay_seconds_by_day": list(map(_band, summary.median)),
        "95_percent_delay_seconds_by_day": list(map(_band, summary.slowest)),
        "sent_again": _band(summary.again),
        "share_of_new_messages_open_at_the_end": _band(summary.new_open),
        "share_of_answered_requests": {who: _band(band) for who, band in summary.shares.items()},
        "refused_a_day": {who: _band(band) for who, band in summary.refused.items()},
    }


def _band(band: Band) -> dict[str, float | None]:
    return {name: None if isinf(value) or value < 0 else value for name, value in asdict(band).items()}


def _instants(incident: Incident, band: Band) -> dict[str, str | None]:
    seconds = _band(band)
    return {name: None if each is None else _instant(incident, each) for name, each in seconds.items()}


def _instant(incident: Incident, seconds: float) -> str:
    return incident.moment(seconds).isoformat(timespec="seconds")


def as_csv(forecast: Forecast) -> str:
    """Return a row for each hour of each seed of each remedy; `time` is the hour's end, by the deployment's clock."""
    incident = forecast.incident
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    consumers = forecast.consumers
    columns = [f"{who} {what}" for who in consumers for what in (ANSWERED, REFUSED)]
    writer.writerow(["remedy", "seed", "hour", "time", "open", "waiting", *columns])
    for name, runs in forecast.runs.items():
        for seed, run in enumerate(runs, 1):
            requests = [run.requests_of(who, what) for who in consumers for what in (ANSWERED, REFUSED)]
            for number, hour in enumerate(run.hours):
                end = _instant(incident, (number + 1) * HOUR)
                writer.writerow([name, seed, number + 1, end, *hour, *[each[number] for each in requests]])
    return file.getvalue()

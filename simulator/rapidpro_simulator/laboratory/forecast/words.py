"""Numbers of a forecast as people say them: lengths of time, dates by the deployment's clock, shares."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rapidpro_simulator.rapidpro.generations.rates import Rate

    from .incident import Incident
    from .summary import Band

WINDOWS = {1.0: "a second", 60.0: "a minute", 3600.0: "an hour", 86_400.0: "a day"}
UNITS = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"))


def in_words(seconds: float) -> str:
    """Say a length of time."""
    if isinf(seconds):
        return "never"
    for size, unit in UNITS:
        if seconds >= 1.95 * size:
            return f"{seconds / size:.1f} {unit}" if seconds < 10 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def delay(seconds: float) -> str:
    """Say a delay; one without end is a message that was still waiting when the forecast ended."""
    return "–" if seconds < 0 else "not sent" if isinf(seconds) else in_words(seconds)


def whole(number: float) -> str:
    """Say a number without a fraction."""
    return f"{number:,.0f}"


def share(number: float) -> str:
    """Say a part of all."""
    return f"{number:.1%}" if 0 < number < 0.1 else f"{number:.0%}"


def rates(of: Mapping[str, Rate]) -> str:
    """Say how many requests there may be, by scope."""
    return ", ".join(f"{scope} {rate.limit:,} in {WINDOWS[rate.window.total_seconds()]}" for scope, rate in of.items())


def span(incident: Incident) -> str:
    """Say how long a forecast is."""
    days, rest = divmod(incident.hours, 24)
    return counted(f"{incident.hours:,}", "hour") if rest else counted(days, "day")


def open_messages(incident: Incident) -> str:
    """Say how many open messages there are."""
    return counted(f"{incident.open_count:,}", "open message")


def short_date(moment: datetime) -> str:
    """Say an instant in a table."""
    return f"{moment:%a} {moment.day} {moment:%b %H:%M}"


def long_date(moment: datetime) -> str:
    """Say an instant in a sentence."""
    return f"{moment:%A} {moment.day} {moment:%B}, {moment:%H:%M}"


def when(incident: Incident, band: Band) -> str:
    """Say in a table when something is so, and between which dates the seeds put it."""
    later = f"not in {span(incident)}"

    def told(seconds: float) -> str:
        return later if isinf(seconds) else "at once" if seconds == 0 else short_date(incident.moment(seconds))

    return band.told(told)


def on(incident: Incident, band: Band) -> str:
    """Say in a sentence on which date something happens, or between which the seeds put it."""
    least, most = (long_date(incident.moment(each)) for each in (band.least, band.most))
    return f"on {least}" if least == most else f"between {least} and {most}"

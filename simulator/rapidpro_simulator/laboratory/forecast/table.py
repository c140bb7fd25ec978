"""A forecast on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assumptions import assumptions, reach
from .summary import delay, share, summaries, when, whole

if TYPE_CHECKING:
    from .run import Forecast
    from .summary import Summary

HEADINGS = (
    "remedy",
    "backlog gone after",
    "still open",
    "new messages on time from",
    "95 % wait at most",
    "sent again",
)


def table(forecast: Forecast) -> str:
    """Return the forecast as text: what each remedy brings, who gets the quota, what was assumed."""
    incident = forecast.incident
    found = summaries(forecast)
    span = f"{incident.days:g} days from {incident.start:%a %d %b %Y %H:%M}"
    what = f"{len(found)} {'remedies' if len(found) > 1 else 'remedy'}"
    lines = [
        f"{incident.open_count:,} open messages, {span}, {what}, {incident.seeds} seeds each",
        "",
        *aligned([HEADINGS, *[row_of(each) for each in found]]),
        "",
        "The quota: share of the answered requests, and how many a day were refused",
        *aligned([("", *forecast.consumers), *[quota_row(each, forecast.consumers) for each in found]]),
        "",
        f"On time: 95 of 100 of a day's messages within {incident.on_time_minutes:g} minutes. Waits: the last day's",
        "In brackets: how far the seeds differ.",
        "Assumed:",
        *[f"- {each}" for each in assumptions(incident)],
        reach(incident),
    ]
    return "\n".join(lines) + "\n"


def row_of(summary: Summary) -> tuple[str, ...]:
    """Return the cells of one remedy, under `HEADINGS`."""
    return (
        summary.remedy.name,
        summary.backlog_gone.told(when),
        summary.left_open.told(whole),
        summary.on_time_since.told(when),
        summary.last_days.told(delay),
        summary.again.told(whole),
    )


def quota_row(summary: Summary, consumers: list[str]) -> tuple[str, ...]:
    """Return who gets how much where somebody does this."""
    return (
        summary.remedy.name,
        *[_part(summary, who) for who in consumers],
    )


def _part(summary: Summary, who: str) -> str:
    part, refused = summary.shares[who], summary.refused[who]
    return f"{share(part.middle)}, {whole(refused.middle)} refused" if part.most or refused.most else "–"


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

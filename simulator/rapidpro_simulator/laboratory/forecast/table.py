"""A forecast on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.plurals import counted

from .answers import answer
from .assumptions import assumptions, reach
from .summary import summaries
from .words import delay, open_messages, share, short_date, span, when, whole

if TYPE_CHECKING:
    from .incident import Incident
    from .run import Forecast
    from .summary import Summary

HEADINGS = ("remedy", "backlog gone", "still open", "new messages on time from", "95 % wait at most", "sent again")

QUOTA = "The quota: share of the answered requests, and how many a day were refused"

NOTHING_TO_SAY = "–"


def table(forecast: Forecast) -> str:
    """Return the forecast as text: what each remedy brings, who gets the quota, what was assumed."""
    incident = forecast.incident
    found = summaries(forecast)
    lines = [
        heading(incident),
        "",
        *[line for each in found for line in (f"{each.remedy.name}:", f"  {answer(incident, each)}")],
        "",
        *aligned([HEADINGS, *[row_of(incident, each) for each in found]]),
        "",
        QUOTA,
        *aligned(quota_rows(forecast, found)),
        "",
        *legend(incident),
        "Assumed:",
        *[f"- {each}" for each in assumptions(incident)],
        reach(incident),
    ]
    return "\n".join(lines) + "\n"


def heading(incident: Incident) -> str:
    """Say what was played."""
    start = incident.moment(0)
    remedies, seeds = counted(len(incident.remedy), "remedy", "remedies"), counted(incident.seeds, "seed")
    about = f"{span(incident)} from {short_date(start)} ({start:%Y}, {incident.clock})"
    return f"{open_messages(incident)}, {about}, {remedies}, {seeds} each"


def legend(incident: Incident) -> list[str]:
    """Say how the table is read."""
    minutes = counted(f"{incident.on_time_minutes:g}", "minute")
    told = [f"On time: 95 of 100 of a day's messages go out within {minutes}. The wait is that of the last day."]
    return told if incident.seeds == 1 else [*told, "In brackets: from the least to the most of the seeds."]


def row_of(incident: Incident, summary: Summary) -> tuple[str, ...]:
    """Return the cells of one remedy, under `HEADINGS`."""
    return (
        summary.remedy.name,
        when(incident, summary.backlog_gone) if incident.open_count else NOTHING_TO_SAY,
        summary.left_open.told(whole),
        when(incident, summary.on_time_since) if summary.last_days.most >= 0 else NOTHING_TO_SAY,
        summary.last_days.told(delay),
        summary.again.told(whole),
    )


def quota_rows(forecast: Forecast, found: list[Summary]) -> list[tuple[str, ...]]:
    """Return the cells of who gets how much, remedy by remedy, under their names."""
    consumers = forecast.consumers
    if not consumers:
        return [("Nobody asks the workspace.",)]
    return [("", *consumers), *[(each.remedy.name, *[_part(each, who) for who in consumers]) for each in found]]


def _part(summary: Summary, who: str) -> str:
    part, refused = summary.shares[who], summary.refused[who]
    return f"{share(part.middle)}, {whole(refused.middle)} refused" if part.most or refused.most else NOTHING_TO_SAY


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

"""A forecast as a picture: a row for each remedy, the days from left to right."""

from __future__ import annotations

from math import isinf, log
from typing import TYPE_CHECKING

from rapidpro_simulator.pictures.svg import element, picture, shortened

from .figures import DAY
from .model.rapidpro import ANSWERED
from .summary import delay, in_words, summaries, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from .figures import Figures
    from .run import Forecast
    from .summary import Band, Summary

WIDTH, ROW, TOP, LEFT, GAP = 1080, 132, 92, 16, 26
PLOT = (WIDTH - 2 * LEFT - 2 * GAP) / 3
TALL = 64
FILLS = ("fill-accent", "fill-warn", "fill-good", "fill-ink", "fill-bad")
CAPTIONS = ("Old messages without an end", "New messages: 95 of 100 wait at most", "Who gets the requests")


def draw(forecast: Forecast, *, standalone: bool = True) -> str:
    """Return the picture as SVG; one within a page takes the page's colours."""
    found = summaries(forecast)
    height = TOP + ROW * len(found) + 28
    title = f"{forecast.incident.open_count:,} open messages: what becomes of them in {forecast.incident.days:g} days"
    parts = [element("text", title, x=LEFT, y=26, class_="strong", font_size=17), *_captions(), *_legend(forecast)]
    highest = max([run.hours[hour].open for runs in forecast.runs.values() for run in runs for hour in (0, -1)] + [1])
    highest = max(highest, forecast.incident.open_count)
    for number, summary in enumerate(found):
        parts += _row(forecast, summary, forecast.runs[summary.remedy.name], TOP + number * ROW, highest)
    parts.append(_axis(forecast, height))
    return picture(WIDTH, height, title, *parts, standalone=standalone)


def sentence(summary: Summary) -> str:
    """Say in one line what a remedy brings."""
    gone = summary.backlog_gone.middle
    left = summary.left_open.middle
    old = f"{left:,.0f} old messages never end" if isinf(gone) else f"old messages have ended {_from(gone)}"
    since = summary.on_time_since.middle
    new = "new messages stay late" if isinf(since) else f"new messages on time {_from(since)}"
    return f"{old}; {new}"


def _from(since: float) -> str:
    return when(since) if since == 0 else f"after {in_words(since)}"


def _captions() -> Iterator[Element]:
    for number, caption in enumerate(CAPTIONS):
        yield element("text", caption, x=_left(number), y=TOP - 40, class_="soft")


def _legend(forecast: Forecast) -> Iterator[Element]:
    widths = [26 + 5.6 * min(len(who), 16) for who in forecast.consumers]
    x = WIDTH - LEFT - sum(widths)
    for who, width, fill in zip(forecast.consumers, widths, FILLS * 9, strict=False):
        yield element("rect", x=x, y=TOP - 31, width=9, height=9, class_=fill)
        yield element("text", shortened(who, 16), x=x + 13, y=TOP - 23, font_size=10)
        x += width


def _left(column: int) -> float:
    return LEFT + column * (PLOT + GAP)


def _row(forecast: Forecast, summary: Summary, runs: list[Figures], top: float, highest: int) -> Iterator[Element]:
    good = "good" if summary.on_time_since.middle == 0 else "bad" if isinf(summary.on_time_since.middle) else "warn"
    name = shortened(summary.remedy.name, 40)
    yield element("text", name, x=LEFT, y=top + 4, class_="strong", font_size=14)
    told = shortened(sentence(summary), 110)
    yield element("text", told, x=WIDTH - LEFT, y=top + 4, class_=f"end {good}")
    bottom = top + 16 + TALL
    for column in range(3):
        yield element("rect", x=_left(column), y=top + 16, width=PLOT, height=TALL, class_="box")
    yield from _backlog(runs, _left(0), bottom, highest)
    yield from _delays(summary, forecast.incident.on_time_minutes * 60, _left(1), bottom)
    yield from _quota(runs, forecast.consumers, _left(2), bottom)


def _backlog(runs: list[Figures], left: float, bottom: float, highest: int) -> Iterator[Element]:
    hours = len(runs[0].hours)
    least = [min(run.hours[hour].open for run in runs) for hour in range(hours)]
    most = [max(run.hours[hour].open for run in runs) for hour in range(hours)]
    yield _area(least, [0] * hours, left, bottom, highest, "fill-accent", 0.55)
    yield _area(most, least, left, bottom, highest, "fill-accent", 0.25)
    yield element("text", f"{most[-1]:,} at the end", x=left + PLOT - 4, y=bottom + 12, class_="end soft", font_size=10)


def _area(
    upper: Sequence[float],
    lower: Sequence[float],
    left: float,
    bottom: float,
    highest: float,
    fill: str,
    opacity: float,
) -> Element:
    step = max(1, len(upper) // 240)
    hours = [*range(0, len(upper), step), len(upper)]

    def at(line: Sequence[float], hour: int) -> str:
        y = bottom - TALL * line[min(hour, len(line) - 1)] / highest
        return f"{left + PLOT * hour / len(line):.1f},{y:.1f}"

    points = [at(upper, hour) for hour in hours] + [at(lower, hour) for hour in reversed(hours)]
    return element("polygon", points=" ".join(points), class_=fill, fill_opacity=opacity)


def _delays(summary: Summary, limit: float, left: float, bottom: float) -> Iterator[Element]:
    width = PLOT / len(summary.slowest)
    for day, band in enumerate(summary.slowest):
        if band.middle >= 0:
            height = TALL * _height(band)
            fill = "fill-good" if band.middle <= limit else "fill-bad"
            about = element("title", f"day {day + 1}: {band.told(delay)}")
            x = left + day * width + 0.5
            yield element("rect", about, x=x, y=bottom - height, width=max(width - 1, 0.5), height=height, class_=fill)
    told = f"on the last day {summary.last_days.told(delay)}"
    yield element("text", told, x=left + PLOT - 4, y=bottom + 12, class_="end soft", font_size=10)


def _height(band: Band) -> float:
    """Return how tall a delay is: its logarithm from a minute to a day, so that both can be seen."""
    capped = min(max(band.middle, 60.0), 86_400.0)
    return 0.06 + 0.94 * log(capped / 60.0) / log(1440.0)


def _quota(runs: list[Figures], consumers: list[str], left: float, bottom: float) -> Iterator[Element]:
    run = runs[0]
    requests = [run.requests_of(who, ANSWERED) for who in consumers]
    days = range(0, len(run.hours), DAY)
    totals = [[sum(each[day : day + DAY]) for day in days] for each in requests]
    highest = max(map(sum, zip(*totals, strict=True)), default=0) or 1
    width = PLOT / len(days)
    for day in range(len(days)):
        y = bottom
        for total, fill in zip(totals, FILLS * 9, strict=False):
            height = TALL * total[day] / highest
            y -= height
            yield element("rect", x=left + day * width, y=y, width=width * 0.92, height=height, class_=fill)
    told = f"up to {highest:,} a day"
    yield element("text", told, x=left + PLOT - 4, y=bottom + 12, class_="end soft", font_size=10)


def _axis(forecast: Forecast, height: float) -> Element:
    start = f"{forecast.incident.start:%d %b %Y}"
    told = f"From {start}, {forecast.incident.days:g} days from left to right. Waits are drawn from a minute to a day."
    return element("text", told, x=LEFT, y=height - 10, class_="soft", font_size=10)

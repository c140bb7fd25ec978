"""A forecast as a picture: a row for each remedy, the days from left to right."""

from __future__ import annotations

from math import isinf, log
from typing import TYPE_CHECKING

from rapidpro_simulator.pictures.svg import element, picture, shortened

from .answers import about_backlog, about_new
from .figures import DAY, HOUR
from .model.rapidpro import ANSWERED
from .summary import summaries
from .words import delay, open_messages, span, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from .figures import Figures
    from .incident import Incident
    from .run import Forecast
    from .summary import Band, Summary

WIDTH, ROW, TOP, LEFT, GAP = 1080, 178, 92, 16, 26
HEAD = 50  # of a row: what its plots are about
PLOT = (WIDTH - 2 * LEFT - 2 * GAP) / 3
TALL = 64
TICKS = 4  # dates below a plot, at most
STEPS = (1, 2, 6, 12, 24, 48, 168, 336, 672, 1344, 2184)  # hours between two of them
LABEL = 36  # width of such a date
# Green and red are for what is on time and what is not.
FILLS = tuple((fill, opacity) for opacity in (1.0, 0.45) for fill in ("fill-accent", "fill-warn", "fill-ink"))
CAPTIONS = ("Old messages without an end", "New messages: 95 of 100 wait at most", "Who gets the requests")


def draw(forecast: Forecast, *, standalone: bool = True) -> str:
    """Return the picture as SVG; one within a page takes the page's colours."""
    found = summaries(forecast)
    incident = forecast.incident
    height = TOP + ROW * len(found) + 12
    title = f"{open_messages(incident)}: what becomes of them in {span(incident)}"
    parts = [element("text", title, x=LEFT, y=26, class_="strong", font_size=17), *_captions(), *_legend(forecast)]
    highest = max([incident.open_count, 1, *[hour.open for runs in forecast.runs.values() for hour in runs[0].hours]])
    for number, summary in enumerate(found):
        parts += _row(forecast, summary, forecast.runs[summary.remedy.name], TOP + number * ROW, highest)
    told = f"Waits are drawn from a minute to a day. Dates are by the clock of the place ({incident.clock})."
    parts.append(element("text", told, x=LEFT, y=height - 8, class_="soft", font_size=10))
    return picture(WIDTH, height, title, *parts, standalone=standalone)


def _captions() -> Iterator[Element]:
    for number, caption in enumerate(CAPTIONS):
        yield element("text", caption, x=_left(number), y=TOP - 34, class_="soft")


def _legend(forecast: Forecast) -> Iterator[Element]:
    names = [shortened(who, 16) for who in forecast.consumers]
    widths = [26 + 5.8 * len(name) for name in names]
    x = WIDTH - LEFT - sum(widths)
    for name, width, (fill, opacity) in zip(names, widths, FILLS * 9, strict=False):
        yield element("rect", x=x, y=TOP - 27, width=9, height=9, class_=fill, fill_opacity=opacity)
        yield element("text", name, x=x + 13, y=TOP - 19, font_size=10)
        x += width


def _left(column: int) -> float:
    return LEFT + column * (PLOT + GAP)


def _row(forecast: Forecast, summary: Summary, runs: list[Figures], top: float, highest: int) -> Iterator[Element]:
    since = summary.on_time_since
    is_good = since.most == 0 and not summary.leaves_new_open
    good = "good" if is_good else "bad" if isinf(since.most) else "warn"
    yield element("text", shortened(summary.remedy.name, 80), x=LEFT, y=top + 4, class_="strong", font_size=14)
    yield element("text", about_backlog(forecast.incident, summary), x=LEFT, y=top + 22)
    yield element("text", about_new(forecast.incident, summary), x=LEFT, y=top + 39, class_=good)
    bottom = top + HEAD + TALL
    for column in range(3):
        yield element("rect", x=_left(column), y=top + HEAD, width=PLOT, height=TALL, class_="box")
        yield from _dates(forecast.incident, len(runs[0].hours), _left(column), bottom)
    yield from _backlog(runs, summary, _left(0), bottom, highest)
    yield from _delays(summary, forecast.incident.on_time_minutes * 60, _left(1), bottom)
    yield from _quota(runs, forecast.consumers, _left(2), bottom)


def _dates(incident: Incident, hours: int, left: float, bottom: float) -> Iterator[Element]:
    """Yield the marks of midnights, or of hours in a short forecast, below a plot."""
    step = next((each for each in STEPS if hours / each <= TICKS), STEPS[-1])
    shown = "%H:%M" if step < DAY else "%d %b"
    for hour in range(hours):
        moment = incident.moment(hour * HOUR)
        if _is_mark(moment, step, hour):
            x = left + PLOT * hour / hours
            yield element("line", x1=x, x2=x, y1=bottom, y2=bottom + 4, class_="line")
            if x + LABEL < left + PLOT:
                yield element("text", f"{moment:{shown}}", x=x + 2, y=bottom + 12, class_="soft", font_size=9)


def _is_mark(moment: datetime, step: int, hour: int) -> bool:
    """Say whether an hour is marked: every so many hours of a day, or midnights so many hours apart."""
    if step < DAY:
        return moment.hour % step == 0
    return moment.hour == 0 and (hour // DAY) % (step // DAY) == 0


def _backlog(runs: list[Figures], summary: Summary, left: float, bottom: float, highest: int) -> Iterator[Element]:
    hours = len(runs[0].hours)
    least = [min(run.hours[hour].open for run in runs) for hour in range(hours)]
    most = [max(run.hours[hour].open for run in runs) for hour in range(hours)]
    yield _area(least, [0] * hours, left, bottom, highest, "fill-accent", 0.55)
    yield _area(most, least, left, bottom, highest, "fill-accent", 0.25)
    yield _note(f"{summary.left_open.told(whole)} at the end", left, bottom)


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
    yield _note(f"on the last day {summary.last_days.told(delay)}", left, bottom)


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
        for total, (fill, opacity) in zip(totals, FILLS * 9, strict=False):
            height = TALL * total[day] / highest
            y -= height
            x = left + day * width
            if total[day]:
                yield element("rect", x=x, y=y, width=width * 0.92, height=height, class_=fill, fill_opacity=opacity)
    yield _note(f"up to {highest:,} a day", left, bottom)


def _note(text: str, left: float, bottom: float) -> Element:
    return element("text", text, x=left + PLOT, y=bottom + 26, class_="end soft", font_size=10)

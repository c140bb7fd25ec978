"""A sequence as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .svg import element, picture, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from .sequence import Arrow, Sequence

MARGIN = 120  # for the times
LANE = 280
HEAD = 44
ROW = 36
HEAD_SIZE = 5
LETTERS = 42  # that fit between two lanes
NOTE_WIDTH = 240


def draw_sequence(sequence: Sequence, *, standalone: bool = True) -> str:
    """Return the picture as SVG. The class of what stands for an entry is `entry`, its `data-entry` the number."""
    lanes = sequence.lanes
    places = {name: MARGIN + LANE * (number + 0.5) for number, name in enumerate(lanes)}
    width = MARGIN + LANE * max(len(lanes), 1)
    height = HEAD + ROW * (len(sequence.arrows) + 1)
    parts = [*_lanes(places, height), *_rows(sequence, places)]
    title = f"Sequence diagram: {len(sequence.arrows)} steps between {', '.join(lanes) or 'nobody'}"
    return picture(width, height, title, *parts, standalone=standalone)


def _lanes(places: dict[str, float], height: float) -> Iterator[Element]:
    for name, x in places.items():
        yield element("line", x1=x, x2=x, y1=HEAD - 10, y2=height - 8, class_="line")
        yield element("rect", x=x - LANE / 2 + 8, y=6, width=LANE - 16, height=26, rx=5, class_="box")
        yield element("text", shortened(name, LETTERS), x=x, y=23, class_="middle strong")


def _rows(sequence: Sequence, places: dict[str, float]) -> Iterator[Element]:
    day = None
    for number, arrow in enumerate(sequence.arrows):
        y = HEAD + ROW * (number + 0.8)
        parts = list(_note(arrow, places, y) if arrow.is_note else _arrow(arrow, places, y))
        shown = f"{arrow.time:%H:%M:%S}" if arrow.time.date() == day else f"{arrow.time:%d %b %H:%M:%S}"
        day = arrow.time.date()
        time = element("text", shown, x=MARGIN - 8, y=y + 4, class_="end soft")
        told = element("title", _told(arrow))
        yield element("g", told, time, *parts, class_="entry", data_entry=arrow.entry)


def _told(arrow: Arrow) -> str:
    until = f", {arrow.count} times until {arrow.last:%H:%M:%S}" if arrow.last else ""
    return f"{arrow.time:%d %b %H:%M:%S} {arrow.source} → {arrow.target}: {arrow.label} {arrow.detail}{until}"


def _arrow(arrow: Arrow, places: dict[str, float], y: float) -> Iterator[Element]:
    start, end = places[arrow.source], places[arrow.target]
    way = 1 if end > start else -1
    tip = end - way * HEAD_SIZE * 2
    letters = int(LETTERS * abs(end - start) / LANE)
    stroke = "ink" if arrow.mood == "good" else arrow.mood
    dash = {} if arrow.mood != "bad" else {"stroke_dasharray": "5 3"}
    yield element("line", x1=start, x2=tip, y1=y, y2=y, class_=stroke, stroke_width=1.4, **dash)
    head = f"{end},{y} {tip},{y - HEAD_SIZE} {tip},{y + HEAD_SIZE}"
    yield element("polygon", points=head, class_=f"fill-{'ink' if arrow.mood == 'good' else arrow.mood}")
    text = f"{arrow.label} ×{arrow.count}" if arrow.count > 1 else arrow.label
    middle = (start + end) / 2
    yield element("text", shortened(text, letters), x=middle, y=y - 5, class_=f"middle {_colour(arrow)}")
    if arrow.detail:
        yield element("text", shortened(arrow.detail, letters), x=middle, y=y + 12, class_="middle soft", font_size=10)


def _note(arrow: Arrow, places: dict[str, float], y: float) -> Iterator[Element]:
    x = places[arrow.source]
    yield element("rect", x=x - NOTE_WIDTH / 2, y=y - 12, width=NOTE_WIDTH, height=22, rx=3, class_="box")
    text = f"{arrow.label} ×{arrow.count}" if arrow.count > 1 else arrow.label
    yield element("text", shortened(text, LETTERS - 2), x=x, y=y + 3, class_=f"middle {_colour(arrow)}")


def _colour(arrow: Arrow) -> str:
    return "" if arrow.mood == "good" else arrow.mood

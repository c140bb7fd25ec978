"""A sequence as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
SIZE, SMALL_SIZE = 12, 10
LETTER_WIDTH = LANE / LETTERS
NOTE_MARGIN = 16


@dataclass(frozen=True)
class Grid:
    """Where the lanes of a sequence are: each `lane` pixels wide, the first row below `top`."""

    sequence: Sequence
    lane: int = LANE
    top: int = HEAD

    @cached_property
    def places(self) -> dict[str, float]:
        """Return the middle of each lane."""
        return {name: MARGIN + self.lane * (number + 0.5) for number, name in enumerate(self.sequence.lanes)}

    @property
    def width(self) -> int:
        return MARGIN + self.lane * max(len(self.places), 1)

    @property
    def height(self) -> int:
        return self.top + ROW * (len(self.sequence.arrows) + 1)

    @property
    def title(self) -> str:
        return f"Sequence diagram: {len(self.sequence.arrows)} steps between {', '.join(self.places) or 'nobody'}"


def draw_sequence(sequence: Sequence, *, standalone: bool = True) -> str:
    """Return the picture as SVG. The class of what stands for an entry is `entry`, its `data-entry` the number."""
    grid = Grid(sequence)
    parts = [*_lines(grid), *_heads(grid), *_rows(grid)]
    return picture(grid.width, grid.height, grid.title, *parts, standalone=standalone)


def draw_parts(sequence: Sequence, lane: int) -> tuple[str, str]:
    """Return the names of the lanes and what is below them as two pictures, so that the names stay where one scrolls.

    `lane` is the width of a lane in pixels. Entries are buttons, of which the last one is reached with the Tab key.
    """
    grid = Grid(sequence, lane, top=0)
    rows = list(_rows(grid))
    for number, row in enumerate(rows):
        row.attrib |= {"role": "button", "tabindex": "0" if row is rows[-1] else "-1"}
        # Who points between a line and its text means both.
        row.insert(1, element("rect", x=0, y=ROW * (number + 0.3), width=grid.width, height=ROW, class_="hit"))
    heads = picture(grid.width, HEAD - 8, "Who speaks", *_heads(grid), standalone=False)
    below = picture(grid.width, grid.height, grid.title, *_lines(grid), *rows, standalone=False, role="group")
    return heads, below


def _lines(grid: Grid) -> Iterator[Element]:
    for x in grid.places.values():
        yield element("line", x1=x, x2=x, y1=max(grid.top - 10, 0), y2=grid.height - 8, class_="line")


def _heads(grid: Grid) -> Iterator[Element]:
    letters = int((grid.lane - 16) / LETTER_WIDTH)
    for name, x in grid.places.items():
        yield element("rect", x=x - grid.lane / 2 + 8, y=6, width=grid.lane - 16, height=26, rx=5, class_="box")
        yield element("text", shortened(name, letters), x=x, y=23, class_="middle strong")


def _rows(grid: Grid) -> Iterator[Element]:
    day = None
    for number, arrow in enumerate(grid.sequence.arrows):
        y = grid.top + ROW * (number + 0.8)
        parts = list(_note(arrow, grid, y) if arrow.is_note else _arrow(arrow, grid.places, y))
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
    letters = int(abs(end - start) / LETTER_WIDTH)
    stroke = "ink" if arrow.mood == "good" else arrow.mood
    dash = {} if arrow.mood != "bad" else {"stroke_dasharray": "5 3"}
    yield element("line", x1=start, x2=tip, y1=y, y2=y, class_=stroke, stroke_width=1.4, **dash)
    head = f"{end},{y} {tip},{y - HEAD_SIZE} {tip},{y + HEAD_SIZE}"
    yield element("polygon", points=head, class_=f"fill-{'ink' if arrow.mood == 'good' else arrow.mood}")
    count = f" ×{arrow.count}" if arrow.count > 1 else ""
    # The answer stands at the end of a label: where a query leaves no room for it, the query is left out.
    label = arrow.label if len(arrow.label + count) <= letters else arrow.kind or arrow.label
    text, middle = label + count, (start + end) / 2
    yield element("text", shortened(text, letters), x=middle, y=y - 5, class_=f"middle {_colour(arrow)}")
    if arrow.detail:
        detail = shortened(arrow.detail, int(letters * SIZE / SMALL_SIZE))
        yield element("text", detail, x=middle, y=y + 12, class_="middle soft", font_size=SMALL_SIZE)


def _note(arrow: Arrow, grid: Grid, y: float) -> Iterator[Element]:
    x, width = grid.places[arrow.source], grid.lane - NOTE_MARGIN
    yield element("rect", x=x - width / 2, y=y - 12, width=width, height=22, rx=3, class_="box")
    text = f"{arrow.label} ×{arrow.count}" if arrow.count > 1 else arrow.label
    yield element("text", shortened(text, int(width / LETTER_WIDTH)), x=x, y=y + 3, class_=f"middle {_colour(arrow)}")


def _colour(arrow: Arrow) -> str:
    return "" if arrow.mood == "good" else arrow.mood

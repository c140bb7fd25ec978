"""A quota as a meter, and the requests of the last hour as bars: never without its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .svg import element, picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

WIDTH, HEIGHT = 360, 102
LEFT, BAR, TOP = 8, 10, 26
HISTORY = 40
NEARLY = 0.8


def draw_quota(
    name: str,
    used: int,
    limit: int | None,
    answered: Sequence[int],
    refused: Sequence[int],
    *,
    standalone: bool = True,
) -> str:
    """Return the picture of a quota called `name`, as SVG: `used` of `limit` (None: there is none).

    `answered` and `refused` are requests a minute, the oldest minute first.
    """
    numbers = f"{used:,} of {limit:,}" if limit is not None else f"{used:,}, no limit"
    title = f"{name}: {numbers} in the last hour; {sum(answered):,} answered, {sum(refused):,} refused"
    share = min(used / limit, 1.0) if limit else 0.0
    parts = [
        element("text", name, x=LEFT, y=16, class_="strong"),
        element("text", numbers, x=WIDTH - LEFT, y=16, class_="end"),
        element("rect", x=LEFT, y=TOP, width=WIDTH - 2 * LEFT, height=BAR, rx=4, class_="box"),
        element("rect", x=LEFT, y=TOP, width=share * (WIDTH - 2 * LEFT), height=BAR, rx=4, class_=_fill(share)),
        *_history(answered, refused),
    ]
    return picture(WIDTH, HEIGHT, title, *parts, standalone=standalone)


def _fill(share: float) -> str:
    return "fill-bad" if share >= 1 else "fill-warn" if share >= NEARLY else "fill-good"


def _history(answered: Sequence[int], refused: Sequence[int]) -> Iterator[Element]:
    highest = max((good + bad for good, bad in zip(answered, refused, strict=True)), default=0)
    width = (WIDTH - 2 * LEFT) / max(len(answered), 1)
    bottom = HEIGHT - 6
    for minute, (good, bad) in enumerate(zip(answered, refused, strict=True)):
        x, y = LEFT + minute * width, float(bottom)
        for count, fill in ((good, "fill-accent"), (bad, "fill-bad")):
            if count:
                height = HISTORY * count / highest
                y -= height
                yield element("rect", x=x, y=y, width=width * 0.8, height=height, class_=fill)
    yield element(
        "text", f"most in a minute: {highest:,}", x=WIDTH - LEFT, y=TOP + BAR + 12, class_="end soft", font_size=10
    )

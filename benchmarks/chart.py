"""Lines over the hours of a day, as SVG that is written by hand: one picture, no library."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 80, 150, 50, 50
FONT = 'font-family="sans-serif" font-size="13"'
COLOURS = ("#b3261e", "#1a6b3c", "#1f4e99")
STEPS = 5  # lines across
HOURS_APART = 4


def picture(lines: Mapping[str, Sequence[int]], messages: int) -> str:
    """Return a picture of requests by hour, one line a gateway; each begins with 0 and has a number for every hour."""
    hours = max(len(numbers) for numbers in lines.values()) - 1
    top = _round(max(max(numbers) for numbers in lines.values()))
    title = f"Requests that RapidPro answered: {messages:,} messages without a final state"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT} fill="#333">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="26" font-size="16">{title}</text>',
        *_grid(top, hours),
    ]
    for (name, numbers), colour in zip(lines.items(), COLOURS, strict=False):
        points = [_point(hour, number, hours, top) for hour, number in enumerate(numbers)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        x, y = points[-1]
        parts += [
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>',
            f'<text x="{x + 8:.1f}" y="{y - 2:.1f}" fill="{colour}" font-weight="bold">{escape(name)}</text>',
            f'<text x="{x + 8:.1f}" y="{y + 14:.1f}" fill="{colour}">{numbers[-1] / messages:.2f} a message</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _grid(top: int, hours: int) -> list[str]:
    parts = []
    for step in range(STEPS + 1):
        number = top * step // STEPS
        x, y = _point(0, number, hours, top)
        parts += [
            f'<line x1="{x}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="{x - 8}" y="{y + 4:.1f}" text-anchor="end">{number:,}</text>',
        ]
    for hour in range(0, hours + 1, HOURS_APART):
        x, _ = _point(hour, 0, hours, top)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{hour} h</text>')
    return parts


def _point(hour: int, number: int, hours: int, top: int) -> tuple[float, float]:
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    return LEFT + width * hour / hours, TOP + height * (1 - number / top)


def _round(number: int) -> int:
    """Return a round number that is not less, and can be divided by the lines across."""
    unit: int = 10 ** max(0, len(str(number)) - 2) * STEPS
    return max(STEPS, -(-number // unit) * unit)

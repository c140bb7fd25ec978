"""A sequence as Mermaid, to paste where Markdown is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sequence import Arrow, Sequence


def mermaid_of(sequence: Sequence) -> str:
    """Return the diagram; what went wrong has a cross at its end."""
    return "\n".join(_lines(sequence)) + "\n"


def _lines(sequence: Sequence) -> Iterator[str]:
    names = {lane: f"lane{number}" for number, lane in enumerate(sequence.lanes, start=1)}
    yield "sequenceDiagram"
    for lane, name in names.items():
        yield f"    participant {name} as {_text(lane)}"
    if sequence.left_out and names:
        yield f"    Note over {next(iter(names.values()))}: {sequence.left_out} steps before these are left out"
    for arrow in sequence.arrows:
        yield f"    {_line(arrow, names)}"


def _line(arrow: Arrow, names: dict[str, str]) -> str:
    count = f" ×{arrow.count}" if arrow.count > 1 else ""
    text = _text(f"{arrow.time:%H:%M:%S} {arrow.label}{count} {arrow.detail}".strip())
    if arrow.is_note:
        return f"Note over {names[arrow.source]}: {text}"
    return f"{names[arrow.source]}{'-x' if arrow.mood == 'bad' else '->>'}{names[arrow.target]}: {text}"


def _text(text: str) -> str:
    """Return a text without what means something to Mermaid."""
    line = " ".join(text.split()).replace("#", "#35;").replace(";", "#59;").replace("#35#59;", "#35;")
    return re.sub(r"[<>]", lambda match: "#lt;" if match[0] == "<" else "#gt;", line)

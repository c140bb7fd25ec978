"""Figures, the aims they are held to, and how both are shown: on the terminal, as JSON, as Markdown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADINGS = ("benchmark", "figure", "unit", "min", "median", "max", "aim", "met")
TEXT_COLUMNS = 3


@dataclass(frozen=True)
class Aim:
    """What a figure should be: at least, or at most, `value`."""

    relation: str
    value: float

    def __str__(self) -> str:
        return f"{'≥' if self.relation == 'at least' else '≤'} {show(self.value)}"

    def met(self, figure: float) -> bool:
        return figure >= self.value if self.relation == "at least" else figure <= self.value


def at_least(value: float) -> Aim:
    return Aim("at least", value)


def at_most(value: float) -> Aim:
    return Aim("at most", value)


@dataclass(frozen=True)
class Figure:
    """One thing that was measured, once a round. It meets its aim if its median does; without aim it is for context."""

    benchmark: str
    what: str
    unit: str
    values: Sequence[float]
    aim: Aim | None = None

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def met(self) -> bool | None:
        return None if self.aim is None else self.aim.met(self.median)

    def row(self) -> tuple[str, ...]:
        """Return the cells of the figure, in the order of `HEADINGS`."""
        spread = (min(self.values), self.median, max(self.values))
        verdict = {None: "", True: "yes", False: "NO"}[self.met]
        return (self.benchmark, self.what, self.unit, *map(show, spread), str(self.aim or ""), verdict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "benchmark": self.benchmark,
            "figure": self.what,
            "unit": self.unit,
            "values": list(self.values),
            "median": self.median,
            "aim": str(self.aim) if self.aim else None,
            "met": self.met,
        }


def show(value: float) -> str:
    """Return a number with three significant digits, or all its digits where it has more before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as aligned columns, for the terminal."""
    rows = [HEADINGS, *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in rows)


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < TEXT_COLUMNS else cell.rjust(width)


def markdown(figures: Iterable[Figure], machine: Mapping[str, str]) -> str:
    """Return the text of RESULTS.md."""
    rule = ["---" if column < TEXT_COLUMNS else "---:" for column in range(len(HEADINGS))]
    rows = [HEADINGS, rule, *(figure.row() for figure in figures)]
    lines = ["# Results", "", "Written by `python -m benchmarks`; README.md says what each figure is.", ""]
    lines += [f"- {name}: {value}" for name, value in machine.items()]
    lines += ["", *(f"| {' | '.join(row)} |" for row in rows), ""]
    return "\n".join(lines)


def as_json(figures: Iterable[Figure], machine: Mapping[str, str]) -> str:
    """Return the text of results/latest.json: the machine, and every figure with the value of every round."""
    data = {"machine": dict(machine), "figures": [figure.as_dict() for figure in figures]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

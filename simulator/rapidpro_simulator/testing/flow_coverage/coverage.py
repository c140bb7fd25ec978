"""What all scenarios together have walked, by flow and by kind of part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from .parts import KINDS, kind_of, node_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Share:
    """So many of all."""

    reached: int
    possible: int

    @property
    def percent(self) -> float:
        """How much that is; nothing of nothing is all."""
        return 100.0 * self.reached / self.possible if self.possible else 100.0

    def __str__(self) -> str:
        return f"{self.reached}/{self.possible}" if self.possible else "-"


@dataclass
class FlowCoverage:
    """A flow, how often each of its parts was walked, and words for the parts."""

    name: str
    definition: Mapping[str, Any]
    hits: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.parts = parts_of(self.definition)

    def of(self, kind: str | None = None) -> Share:
        """Return how much of one kind of part was walked, or of all."""
        parts = [part for part in self.parts if kind is None or kind_of(part) == kind]
        return Share(sum(self.hits[part] > 0 for part in parts), len(parts))

    @property
    def missed(self) -> dict[str, str]:
        """The parts that were never walked, with words for them; of a node that was not reached, only itself."""
        return {
            part: words
            for part, words in self.parts.items()
            if not self.hits[part] and (part.startswith(("node:", "language:")) or self.hits[node_of(part)])
        }


class Coverage:
    """All flows that scenarios have imported. Two that share a name and differ are two flows."""

    def __init__(self) -> None:
        self._flows: dict[tuple[str, str], FlowCoverage] = {}

    def add(self, collected: Iterable[Mapping[str, Any]]) -> None:
        """Add what was walked in one scenario (see `collecting.collect`)."""
        for each in collected:
            key = each["name"], each["fingerprint"]
            flow = self._flows.get(key) or self._flows.setdefault(key, FlowCoverage(each["name"], each["definition"]))
            flow.hits.update(each["hits"])

    @property
    def flows(self) -> list[FlowCoverage]:
        """The flows by name; a second one of a name is told apart by its number."""
        flows: dict[str, FlowCoverage] = {}
        for (name, _), flow in sorted(self._flows.items()):
            names = chain([name], (f"{name} ({number})" for number in count(2)))
            free = next(each for each in names if each not in flows)
            flows[free] = replace(flow, name=free)
        return list(flows.values())

    def of(self, kind: str | None = None) -> Share:
        """Return how much of one kind of part was walked in all flows, or of all parts."""
        shares = [flow.of(kind) for flow in self._flows.values()]
        return Share(sum(share.reached for share in shares), sum(share.possible for share in shares))


def table(coverage: Coverage) -> list[str]:
    """Return the coverage as lines of a table, all flows below."""
    rows: list[tuple[str, ...]] = [("flow", *KINDS, "all")]
    rows += [_row(flow.name, flow) for flow in coverage.flows]
    rows.append(_row("TOTAL", coverage))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_aligned(row, widths)) for row in rows]
    rule = "-" * len(lines[0])
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]


def _aligned(row: tuple[str, ...], widths: list[int]) -> Iterable[str]:
    name, *figures = row
    return [f"{name:<{widths[0]}}", *(f"{each:>{width}}" for each, width in zip(figures, widths[1:], strict=True))]


def _row(name: str, coverage: Coverage | FlowCoverage) -> tuple[str, ...]:
    # Never rounded up to a whole that it is not.
    return (name, *(str(coverage.of(kind)) for kind in KINDS), f"{int(coverage.of().percent)}%")

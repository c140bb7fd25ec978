"""The coverage of flows as one HTML page that needs nothing else: each flow is drawn, with what was never reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.pictures.flow import draw_flow
from rapidpro_simulator.pictures.svg import STYLE
from rapidpro_simulator.testing.html_page import html_page

from .parts import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .coverage import Coverage, FlowCoverage


def page(coverage: Coverage) -> str:
    """Return the page."""
    return html_page(
        "rapidpro_simulator.testing.flow_coverage",
        "coverage.html",
        coverage=coverage,
        kinds=KINDS,
        draw=_draw,
        style=STYLE,
    )


def _draw(flow: FlowCoverage) -> str:
    walked = frozenset(_uuids(flow))
    return draw_flow(flow.definition, walked, walked, standalone=False, marks_missed=True)


def _uuids(flow: FlowCoverage) -> Iterator[str]:
    """Yield the UUIDs of nodes and exits that were walked."""
    for number, node in enumerate(flow.definition.get("nodes") or ()):
        if flow.hits[f"node:{number}"]:
            yield node["uuid"]
        for index, each in enumerate(node.get("exits") or ()):
            if flow.hits[f"exit:{number}.{index}"]:
                yield each["uuid"]

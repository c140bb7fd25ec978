"""Coverage of flows as Cobertura writes that of programs: a flow is a class, a node a line, its exits the branches."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from .coverage import Coverage, FlowCoverage, Share


def cobertura(coverage: Coverage, seconds: float) -> str:
    """Return the report; `seconds` since 1970 say when it was made."""
    root = Element("coverage", _totals(coverage))
    root.set("complexity", "0")
    root.set("version", f"rapidpro-simulator {version('rapidpro-simulator')}")
    root.set("timestamp", str(int(seconds * 1000)))
    sources = SubElement(root, "sources")
    SubElement(sources, "source").text = "."
    package = SubElement(
        SubElement(root, "packages"), "package", {"name": "flows", "complexity": "0", **_rates(coverage)}
    )
    classes = SubElement(package, "classes")
    for flow in coverage.flows:
        classes.append(_class(flow))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _class(flow: FlowCoverage) -> Element:
    made = Element("class", {"name": flow.name, "filename": flow.name, "complexity": "0", **_rates(flow)})
    SubElement(made, "methods")
    lines = SubElement(made, "lines")
    for number, node in enumerate(flow.definition.get("nodes") or ()):
        line = SubElement(lines, "line", {"number": str(number + 1), "hits": str(flow.hits[f"node:{number}"])})
        exits = [f"exit:{number}.{index}" for index in range(len(node.get("exits") or ()))]
        line.set("branch", "true" if len(exits) > 1 else "false")
        if len(exits) > 1:
            reached = sum(flow.hits[each] > 0 for each in exits)
            line.set("condition-coverage", f"{100 * reached // len(exits)}% ({reached}/{len(exits)})")
    return made


def _totals(coverage: Coverage) -> dict[str, str]:
    nodes, exits = coverage.of("nodes"), coverage.of("exits")
    return {
        **_rates(coverage),
        "lines-covered": str(nodes.reached),
        "lines-valid": str(nodes.possible),
        "branches-covered": str(exits.reached),
        "branches-valid": str(exits.possible),
    }


def _rates(coverage: Coverage | FlowCoverage) -> dict[str, str]:
    return {"line-rate": _rate(coverage.of("nodes")), "branch-rate": _rate(coverage.of("exits"))}


def _rate(share: Share) -> str:
    return f"{share.percent / 100:.4g}"

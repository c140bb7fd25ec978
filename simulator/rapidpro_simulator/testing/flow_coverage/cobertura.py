"""Coverage of flows as Cobertura writes that of programs: a flow is a class, a node a line, its exits the branches."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .coverage import Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .coverage import Coverage, FlowCoverage


def cobertura(coverage: Coverage, seconds: float) -> str:
    """Return the report; `seconds` since 1970 say when it was made."""
    root = Element("coverage", _totals(coverage))
    root.set("complexity", "0")
    root.set("version", f"rapidpro-simulator {version('rapidpro-simulator')}")
    root.set("timestamp", str(int(seconds * 1000)))
    sources = SubElement(root, "sources")
    SubElement(sources, "source").text = "."
    rates = _rates(coverage.of("nodes"), _branches_of(coverage.flows))
    package = SubElement(SubElement(root, "packages"), "package", {"name": "flows", "complexity": "0", **rates})
    classes = SubElement(package, "classes")
    for flow in coverage.flows:
        classes.append(_class(flow))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _class(flow: FlowCoverage) -> Element:
    rates = _rates(flow.of("nodes"), _branches_of([flow]))
    made = Element("class", {"name": flow.name, "filename": flow.name, "complexity": "0", **rates})
    SubElement(made, "methods")
    lines = SubElement(made, "lines")
    for number, share in _branches(flow):
        line = SubElement(lines, "line", {"number": str(number + 1), "hits": str(flow.hits[f"node:{number}"])})
        line.set("branch", "true" if share.possible else "false")
        if share.possible:
            line.set("condition-coverage", f"{int(share.percent)}% ({share})")
    return made


def _branches(flow: FlowCoverage) -> Iterator[tuple[int, Share]]:
    """Yield the numbers of nodes with how many of their exits were walked; a single exit is no branch."""
    for number, node in enumerate(flow.definition.get("nodes") or ()):
        exits = [f"exit:{number}.{index}" for index in range(len(node.get("exits") or ()))]
        reached = sum(flow.hits[each] > 0 for each in exits)
        yield number, Share(reached, len(exits)) if len(exits) > 1 else Share(0, 0)


def _branches_of(flows: Iterable[FlowCoverage]) -> Share:
    shares = [share for flow in flows for _, share in _branches(flow)]
    return Share(sum(each.reached for each in shares), sum(each.possible for each in shares))


def _totals(coverage: Coverage) -> dict[str, str]:
    nodes, branches = coverage.of("nodes"), _branches_of(coverage.flows)
    return {
        **_rates(nodes, branches),
        "lines-covered": str(nodes.reached),
        "lines-valid": str(nodes.possible),
        "branches-covered": str(branches.reached),
        "branches-valid": str(branches.possible),
    }


def _rates(nodes: Share, branches: Share) -> dict[str, str]:
    return {"line-rate": _rate(nodes), "branch-rate": _rate(branches)}


def _rate(share: Share) -> str:
    return f"{share.percent / 100:.4g}"

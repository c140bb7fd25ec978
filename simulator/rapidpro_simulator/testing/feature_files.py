"""Feature files as Gherkin's own parser reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gherkin.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_feature(path: Path) -> dict[str, Any] | None:
    """Return the feature of a file, None for a file without one.

    Raises `gherkin.errors.CompositeParserException` where it is no Gherkin.
    """
    document: Any = Parser().parse(path.read_text(encoding="utf-8"))
    feature: dict[str, Any] | None = document.get("feature")
    return feature


def read_scenarios(path: Path) -> list[dict[str, Any]]:
    """Return a file's scenarios and scenario outlines, those of its rules too, in order, as the parser has them."""
    feature = read_feature(path)
    return [] if feature is None else list(_scenarios(feature))


def _scenarios(container: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in container["children"]:
        if "scenario" in child:
            yield child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"])

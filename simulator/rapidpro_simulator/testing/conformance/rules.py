"""The rules as the features state them: their ids, what they ask for, and in which feature they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.testing.feature_files import read_feature

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID = re.compile(r"@(R\d+)")


@dataclass(frozen=True)
class GatewayRule:
    """One rule: `id` is its tag, such as `R13`, `title` its sentence, `feature` the title of the feature it is in."""

    id: str
    title: str
    feature: str


@dataclass(frozen=True)
class SpecificPart:
    """A part of a feature that is about one kind of gateway only, and is skipped with any other."""

    feature: str
    name: str  # of a rule or a scenario; empty: the whole feature
    kind: str
    reason: str


def features_folder() -> Path:
    """Return the folder of the features that rapidpro-simulator brings."""
    return Path(str(files("rapidpro_simulator.features")))


def rules(folder: Path | None = None) -> list[GatewayRule]:
    """Return the rules of `folder` (default: ours), in the order of their numbers."""
    found = [rule for feature in _features(folder or features_folder() / "rules") for rule in _rules_of(feature)]
    return sorted(found, key=lambda rule: int(rule.id[1:]))


def specific_parts(folder: Path | None = None) -> list[SpecificPart]:
    """Return what in the features is about one kind of gateway only, in the order of the files."""
    return [part for feature in _features(folder or features_folder()) for part in _specific_parts_of(feature)]


def _features(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.feature")):
        if feature := read_feature(path):
            yield feature


def _rules_of(feature: dict[str, Any]) -> Iterator[GatewayRule]:
    for child in feature["children"]:
        if "rule" in child:
            for tag in child["rule"]["tags"]:
                if match := _ID.fullmatch(tag["name"]):
                    yield GatewayRule(match[1], child["rule"]["name"], feature["name"])


def _specific_parts_of(feature: dict[str, Any]) -> Iterator[SpecificPart]:
    about = " ".join(feature["description"].split())
    if kind := _kind(feature):
        yield SpecificPart(feature["name"], "", kind, about)
        return
    for part in _parts(feature):
        if kind := _kind(part):
            yield SpecificPart(feature["name"], part["name"], kind, about)


def _parts(container: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rules and scenarios of a feature, but not what stands in a rule that is specific itself."""
    for child in container["children"]:
        for part in child.values():
            if "tags" in part:
                yield part
            if "children" in part and not _kind(part):
                yield from _parts(part)


def _kind(part: dict[str, Any]) -> str | None:
    return next((tag["name"].partition(":")[2] for tag in part["tags"] if tag["name"].startswith("@gateway:")), None)

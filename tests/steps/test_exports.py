"""The exports that rapidpro-simulator brings could be imported into a real RapidPro as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError, read_export
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.flows.definition.schema import flow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "fixtures" / "flows"
FOREIGN = "glific-menu"  # of another system, on purpose
PATHS = sorted(path for path in FOLDER.glob("*.json") if path.stem != FOREIGN)
VALIDATOR = Draft202012Validator(flow_schema())


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_complete(path: Path) -> None:
    """Each is read as a whole, keeps to the schema, and has neither issues nor what the export itself lacks."""
    export = read_export(document(path))
    there_are = {
        "field": {field.key for field in export.fields},
        "group": {group.uuid for group in export.groups},
        "flow": {flow.uuid for flow in export.flows},
    }
    for flow in export.flows:
        found = inspect(flow)
        assert found.issues == []
        assert list(VALIDATOR.iter_errors(flow.to_json())) == []
        needed = [each for each in found.dependencies if each.type in there_are]
        assert [each for each in needed if each.identity not in there_are[each.type]] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_editable(path: Path) -> None:
    """The editor of RapidPro finds a place for each node, and each translation belongs to something."""
    for flow in document(path)["flows"]:
        assert [node["uuid"] for node in flow["nodes"]] == list(flow["_ui"]["nodes"])
        known = set(uuids(flow["nodes"]))
        assert {item for items in flow["localization"].values() for item in items} <= known


def uuids(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "uuid" in part:
            yield part["uuid"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from uuids(each)


def test_foreign() -> None:
    """The one that is not for RapidPro is refused."""
    with pytest.raises(ExportError, match="send_interactive_msg"):
        read_export(document(FOLDER / f"{FOREIGN}.json"))

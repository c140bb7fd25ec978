"""Exports of real deployments load as a whole, or are refused with a sentence that says what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError, read_export
from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.schema import flow_schema

FOLDER = Path(os.environ.get("FLOWS_DATA") or Path(__file__).parents[5] / "shared" / "flows")

if not FOLDER.exists():
    pytest.skip(f"the real exports are not here: {FOLDER}", allow_module_level=True)

# What a refusal says, by (part of) the file's name; everything else loads.
REFUSED = {
    "dhcr_followup_1_old_schema": "definitions of version 11.12 are not supported",
    "definitions_get_v11": "definitions of version 11.7 are not supported",
    "definitions_get_v12": "definitions of version 12.0.0 are not supported",
    "two_questions_v11": "definitions of version 11.6 are not supported",
    "flow_container_node_ui": "isn't a known node",
    "rapidpro_container_campaign": "isn't a known node",
    "rapidpro_container_minimal": "isn't a known node",
    "rapidpro_container_trigger": "the keyword is not a valid keyword",
    "rapidproprev_container_trigger": "the keyword is not a valid keyword",
    "all_test_flows": "action UUID c1347bff-9307-4c95-a0b2-9d4dbd290069 isn't unique",
    "org1_assets": "Export missing version field",
}

VALIDATOR = Draft202012Validator(flow_schema())

PATHS = sorted(FOLDER.glob("*/*.json"))
FILES = [pytest.param(path, id=path.stem) for path in PATHS]


def refusal(path: Path) -> str | None:
    return next((text for name, text in REFUSED.items() if name in path.stem), None)


def load(path: Path) -> list[Any]:
    """Return the flows of a file, be it an export or a single definition."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if "nodes" in document or "action_sets" in document:
        return [read_flow(document)]
    return read_export(document).flows


@pytest.mark.parametrize("path", FILES)
def test_real_export(path: Path) -> None:
    """A file of a real deployment loads and can be inspected, unless it says why not."""
    text = refusal(path)
    if text is None:
        assert all(inspect(flow).nodes == len(flow.nodes) for flow in load(path))
    else:
        with pytest.raises(DefinitionError, match=text):
            load(path)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PATHS if refusal(path) is None])
def test_schema(path: Path) -> None:
    """What loads is valid by the JSON Schema, brought to the current version."""
    for flow in load(path):
        assert [error.json_path for error in VALIDATOR.iter_errors(flow.to_json())] == []


@pytest.mark.parametrize("path", FILES)
def test_lenient_reading(path: Path) -> None:
    """Lenient reading refuses only what is no export at all, and names what it leaves out."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if "version" not in document or "action_sets" in document:
        with pytest.raises(ExportError, match="Export missing version field"):
            read_export(document, lenient=True)
    else:
        assert bool(read_export(document, lenient=True).skipped) == (refusal(path) is not None)

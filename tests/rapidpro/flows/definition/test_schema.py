from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rapidpro_simulator.rapidpro.flows.definition import schema
from rapidpro_simulator.rapidpro.flows.definition.actions import ACTION_TYPES

from .building import flow, node, send_msg, switch, uuid

SCHEMA = schema.flow_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_file_is_up_to_date() -> None:
    """The schema that others use is the one that follows from what the parts declare."""
    kept = Path(schema.__file__).with_name("schema.json").read_text(encoding="utf-8")

    assert json.loads(kept) == SCHEMA, "write it again: see the docstring of the module schema"


def test_it_is_a_schema() -> None:
    """The schema keeps to the rules for schemas, and knows every type of action."""
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$defs"]["action"]["properties"]["type"]["enum"] == list(ACTION_TYPES)


@pytest.mark.parametrize(
    "definition",
    [
        flow(),
        flow(node(10, send_msg(12), to=20), node(20, router=switch(21, result_name="Answer"))),
        flow(node(10, {"type": "open_ticket", "uuid": uuid(12), "topic": None})),
        flow(node(10, {"type": "add_contact_groups", "uuid": uuid(12), "groups": [{"name_match": "@fields.village"}]})),
        flow(localization={"fra": {uuid(12): {"text": ["Bonjour"]}}}, _ui={"nodes": {}}),
        flow(node(10, router=switch(11, wait={"type": "msg", "timeout": {"seconds": 5, "category_uuid": uuid(500)}}))),
    ],
)
def test_valid_definitions(definition: dict[str, Any]) -> None:
    """What can be read is valid."""
    assert [error.message for error in VALIDATOR.iter_errors(definition)] == []


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        (flow(name=""), "name"),
        (flow(type="monologue"), "type"),
        (flow(language="base"), "language"),
        (flow(node(10, send_msg(12, ""))), "nodes.0.actions.0.text"),
        (flow(node(10, {"type": "jump", "uuid": uuid(12)})), "nodes.0.actions.0.type"),
        (flow(node(10, exits=[])), "nodes.0.exits"),
        (flow(node(10, router=switch(11, operand=None))), "nodes.0.router"),
    ],
)
def test_invalid_definitions(definition: dict[str, Any], path: str) -> None:
    """What cannot be read is invalid, at the place that is wrong."""
    places = {".".join(map(str, leaf.absolute_path)) for leaf in _leaves(VALIDATOR.iter_errors(definition))}

    assert any(place.startswith(path) for place in places)


def _leaves(errors: Any) -> Any:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error

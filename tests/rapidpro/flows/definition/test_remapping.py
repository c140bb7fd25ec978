from __future__ import annotations

import json
from copy import deepcopy
from itertools import count
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.remapping import imported_expiry, remapped

from .building import flow, node, send_msg, switch, uuid

MOTHERS, CHILD = uuid(900), uuid(901)


def definition() -> dict[str, Any]:
    timeout = {"seconds": 60, "category_uuid": uuid(501)}
    in_group = {"uuid": uuid(502), "type": "has_group", "arguments": [MOTHERS, "Mothers"], "category_uuid": uuid(500)}
    router = switch(21, cases=[in_group], wait={"type": "msg", "timeout": timeout})
    enter = {"type": "enter_flow", "uuid": uuid(13), "flow": {"uuid": CHILD, "name": "Child"}}
    return flow(
        node(10, send_msg(12, f"Read about {uuid(10)}"), enter, to=20),
        node(20, router=router),
        localization={"fra": {uuid(12): {"text": ["Salut"]}, uuid(500): {"name": ["Oui"]}}},
        _ui={"nodes": {uuid(10): {"position": {"top": 0}}}},
    )


def fresh() -> Any:
    numbers = count(7000)
    return lambda: uuid(next(numbers))


def test_parts_get_new_uuids() -> None:
    """Every part has a UUID of its own afterwards, and everything that names a part follows it."""
    original = definition()
    before = deepcopy(original)

    new = remapped(original, fresh())

    read = read_flow(new)  # which holds exits, categories and cases against each other
    first, second = read.nodes
    assert original == before
    assert first.exits[0].destination_uuid == second.uuid
    assert read.localization.get("fra", first.actions[0].uuid, "text") == ["Salut"]
    assert list(new["_ui"]["nodes"]) == [first.uuid]
    for number in (10, 11, 12, 13, 20, 21, 500, 501, 502):
        assert f'"{uuid(number)}"' not in json.dumps(new)


def test_the_flow_keeps_what_is_not_mapped() -> None:
    """The flow's own UUID, texts and references stay unless they are mapped."""
    new = remapped(definition(), fresh())

    assert new["uuid"] == uuid(1)
    assert new["nodes"][0]["actions"][0]["text"] == f"Read about {uuid(10)}"
    assert new["nodes"][0]["actions"][1]["flow"]["uuid"] == CHILD
    assert new["nodes"][1]["router"]["cases"][0]["arguments"] == [MOTHERS, "Mothers"]


def test_references_are_mapped() -> None:
    """Groups and flows of the workspace take the places of those in the file, the flow itself included."""
    new = remapped(definition(), fresh(), {MOTHERS: uuid(1900), CHILD: uuid(1901), uuid(1): uuid(1902)})

    assert new["uuid"] == uuid(1902)
    assert new["nodes"][0]["actions"][1]["flow"] == {"uuid": uuid(1901), "name": "Child"}
    assert new["nodes"][1]["router"]["cases"][0]["arguments"] == [uuid(1900), "Mothers"]


@pytest.mark.parametrize(
    ("type_", "minutes", "expected"),
    [
        ("messaging", 60, 60),
        ("messaging", 20160, 20160),
        ("messaging", 0, 4320),
        ("messaging", 43200, 4320),
        ("voice", 15, 15),
        ("voice", 60, 5),
        ("messaging_background", 60, 0),
    ],
)
def test_imported_expiry(type_: str, minutes: int, expected: int) -> None:
    """An expiry that the web application does not offer becomes the default of the flow's type."""
    assert imported_expiry(type_, minutes) == expected

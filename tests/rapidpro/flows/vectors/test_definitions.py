"""Routers and actions are read, refused and inspected as the real engine does it."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect, localizable, templates
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.references import IDENTITY_KEYS, Reference
from rapidpro_simulator.rapidpro.flows.definition.routers import read_router
from rapidpro_simulator.rapidpro.flows.definition.schema import flow_schema

from .data import load, names


def cases(folder: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{name}-{case['description']}")
        for name in names(folder)
        if not name.endswith("_assets.json")
        for case in load(name)
    ]


VALIDATOR = Draft202012Validator(flow_schema())
ACTIONS = load("actions/_assets.json")
ROUTERS = load("routers/_assets.json")


def definition_of(case: dict[str, Any]) -> dict[str, Any]:
    """Return the tester's flow with the case's action or router in its first node."""
    flows = (ACTIONS if "action" in case else ROUTERS)["flows"]
    wanted = case.get("in_flow_type") or "messaging"
    flow: dict[str, Any] = next(flow for flow in flows if flow["type"] == wanted)
    first, *others = flow["nodes"]
    injected = {"actions": [case["action"]]} if "action" in case else {"router": case["router"]}
    return {**flow, "nodes": [{**first, **injected}, *others], "localization": case.get("localization") or {}}


def exists_in(assets: dict[str, Any], reference: Reference) -> bool:
    """Return whether the assets of a test have what is referred to; only contacts are in no assets."""
    key = IDENTITY_KEYS.get(reference.type, "uuid")
    return reference.type == "contact" or any(
        asset[key] == reference.identity for asset in assets.get(f"{reference.type}s", ())
    )


@pytest.mark.parametrize("case", [case for case in cases("routers") if case.values[0].get("read_error")])
def test_routers_that_are_refused(case: dict[str, Any]) -> None:
    """A router that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_router(case["router"]).validate({category["exit_uuid"] for category in case["router"]["categories"]})

    assert str(refused.value) == case["read_error"]


INSPECTED = [case for case in (*cases("routers"), *cases("actions")) if "inspection" in case.values[0]]


@pytest.mark.parametrize("case", INSPECTED)
def test_texts(case: dict[str, Any]) -> None:
    """What is read is valid by the schema; its templates and translatable texts are found, in the engine's order."""
    flow = read_flow(definition_of(case))

    assert VALIDATOR.is_valid(flow.to_json())
    assert [written.text for written in templates(flow)] == (case.get("templates") or [])
    assert [written.text for written in localizable(flow)] == (case.get("localizables") or [])


@pytest.mark.parametrize("case", INSPECTED)
def test_inspection(case: dict[str, Any]) -> None:
    """What a flow depends on, saves and suffers from is what the engine says."""
    assets = ACTIONS if "action" in case else ROUTERS

    inspection = inspect(read_flow(definition_of(case)), exists=lambda reference: exists_in(assets, reference))

    assert inspection.to_json() == case["inspection"]

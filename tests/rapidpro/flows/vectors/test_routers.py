"""Routers choose, and save results, as those of the real engine do."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

from .data import load
from .sessions import World, normal

_CONTACT = {
    "uuid": "9f7ede93-4b16-4692-80ad-b7dc54a1cd81",
    "name": "Bob",
    "status": "active",
    "language": "eng",
    "timezone": "America/Guayaquil",
    "created_on": "2018-01-01T12:00:00Z",
    "urns": ["tel:+12065551212"],
}
_DRAWN = 0.774856886849196  # the first number of the real engine's seeded generator, as its results tell
_CASES = [
    pytest.param(case, id=f"{name}: {case['description']}")
    for name in ("switch", "random")
    for case in load(f"routers/{name}.json")
]


@pytest.mark.parametrize("case", _CASES)
def test_router(case: dict[str, Any]) -> None:
    """A router is refused in the engine's words, or has the engine's results and events."""
    assets = copy.deepcopy(load("routers/_assets.json"))
    flow = assets["flows"][0]
    flow["nodes"][0]["router"] = case["router"]
    if case.get("localization"):
        flow["localization"] = case["localization"]
    if "read_error" in case:
        with pytest.raises(DefinitionError) as refused:
            read_flow(flow)
        assert str(refused.value).endswith(case["read_error"])
        return
    trigger = {
        "type": "manual",
        "flow": {"uuid": flow["uuid"], "name": flow["name"]},
        "triggered_on": "2000-01-01T00:00:00Z",
    }
    session, sprint = World(assets, random=lambda: _DRAWN).start(_CONTACT, trigger)
    run = session.to_json()["runs"][0]
    assert normal(run.get("results", {})) == normal(case["results"])
    assert normal(sprint.events[1:-1]) == normal(case["events"])

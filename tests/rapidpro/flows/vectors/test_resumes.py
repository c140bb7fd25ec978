"""Resumes go on with waiting sessions as in the real engine."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.engine.engine import EngineError

from .data import load, names
from .sessions import World, normal

_CONTACT = {
    "uuid": "9f7ede93-4b16-4692-80ad-b7dc54a1cd81",
    "name": "Bob",
    "status": "active",
    "created_on": "2018-01-01T12:00:00Z",
}
_CALL = {
    "uuid": "01978a2f-ad9a-7f2e-ad44-6e7547078cec",
    "channel": {"uuid": "a78930fe-6a40-4aa8-99c3-e61b02f45ca1", "name": "Twilio"},
    "urn": "tel:+12065551212",
}
_CASES = [
    pytest.param(case, id=f"{name.removeprefix('resumes/').removesuffix('.json')}: {case['description']}")
    for name in names("resumes")
    if not name.endswith("_assets.json")
    for case in load(name)
]


@pytest.mark.parametrize("case", _CASES)
def test_resume(case: dict[str, Any]) -> None:
    """The events between resuming and the end of the run, and the statuses, are those of the real engine."""
    assets = copy.deepcopy(load("resumes/_assets.json"))
    flow = next(flow for flow in assets["flows"] if flow["uuid"] == case["flow_uuid"])
    if case.get("wait"):
        flow["nodes"][0]["router"]["wait"] = case["wait"]
    trigger = {
        "type": "manual",
        "flow": {"uuid": flow["uuid"], "name": flow["name"]},
        "triggered_on": "2000-01-01T00:00:00Z",
    }
    world = World(assets)
    session, _ = world.start(_CONTACT, trigger, _CALL if flow["type"] == "voice" else None)
    if case.get("resume_error"):
        with pytest.raises(EngineError) as refused:
            world.resume(session, case["resume"])
        assert str(refused.value) == case["resume_error"]
        return
    sprint = world.resume(session, case["resume"])
    assert session.runs[0].status == case["run_status"]
    assert session.status == case["session_status"]
    assert normal(sprint.events[:-1]) == normal(case["events"])

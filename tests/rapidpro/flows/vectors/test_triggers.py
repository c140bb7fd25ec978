"""Triggers are read, refused and seen by expressions as the real engine does."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime

from .data import load, names
from .sessions import World, normal

_NOW = DateTime(dt.datetime(2018, 10, 18, 14, 20, 30, 123, tzinfo=dt.UTC), 456)
_CONTACT = {
    "uuid": "9f7ede93-4b16-4692-80ad-b7dc54a1cd81",
    "name": "Bob",
    "status": "active",
    "created_on": "2018-01-01T12:00:00Z",
}
_CASES = [
    pytest.param(case, id=f"{name.removeprefix('triggers/').removesuffix('.json')}: {case['description']}")
    for name in names("triggers")
    if not name.endswith("_assets.json")
    for case in load(name)
]


@pytest.mark.parametrize("case", _CASES)
def test_trigger(case: dict[str, Any]) -> None:
    """A trigger is refused in the engine's words, or read and seen as `@trigger`, and saved as it was."""
    if "read_error" in case:
        with pytest.raises(DefinitionError) as refused:
            read_trigger(case["trigger"])
        assert str(refused.value) == case["read_error"]
        return
    world = World(load("triggers/_assets.json"), now=lambda: _NOW)
    session, _ = world.start(_CONTACT, case["trigger"])
    shown, ok = session.runs[0].evaluate_text("@(json(trigger))")
    assert ok
    assert json.loads(shown) == case["context"]
    assert normal(session.trigger.to_json()) == normal(case["trigger"])

"""Modifiers change contacts as those of the real engine do, and tell it in the same events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.reading import write
from rapidpro_simulator.rapidpro.flows.locales.timestamps import timestamp
from rapidpro_simulator.rapidpro.flows.modifiers import ModifierContext, read_modifier, smart_groups

from .data import load, names
from .sessions import World, normal

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSETS = load("modifiers/_assets.json")
CASES = [
    pytest.param(case, id=f"{name.removeprefix('modifiers/').removesuffix('.json')}-{case['description']}")
    for name in names("modifiers")
    if not name.endswith("_assets.json")
    for case in load(name)
]


@pytest.mark.parametrize("case", CASES)
def test_modifier(case: Mapping[str, Any]) -> None:
    """A modifier leaves the contact and the events that the real one leaves."""
    world = World(ASSETS)
    runtime = world.engine.runtime
    runtime.limits = replace(runtime.limits, field_text=256)
    runtime.services = replace(runtime.services, claim_urn=lambda contact, urn: "taken" not in urn)
    contact = world.contact(case["contact_before"])
    events: list[dict[str, Any]] = []

    def log(event: Mapping[str, Any]) -> None:
        events.append({"uuid": runtime.new_uuid(), "created_on": timestamp(runtime.now()), **event})

    changed = read_modifier(case["modifier"]).apply(
        ModifierContext(runtime, world.environment, world.assets, contact, log)
    )
    if changed:
        smart_groups.reevaluate(world.environment, world.assets, contact, log)

    assert normal([contact.to_json(), events]) == normal([case["contact_after"], case["events"]])


@pytest.mark.parametrize("case", CASES)
def test_written(case: Mapping[str, Any]) -> None:
    """A modifier that is written reads as the same modifier."""
    modifier = read_modifier(case["modifier"])
    assert read_modifier(write(modifier)) == modifier

"""When a session starts, contacts get into the query groups of the real engine, and into no others."""

from __future__ import annotations

from typing import Any

import pytest

from .data import load
from .sessions import World, normal

_ENVIRONMENT = {"allowed_languages": ["eng", "spa"], "default_country": "RW"}
_CASES = [pytest.param(case, id=case["description"]) for case in load("smart_groups/smart_groups.json")]


@pytest.mark.parametrize("case", _CASES)
def test_smart_groups(case: dict[str, Any]) -> None:
    """The contact after the start of an empty flow is that of the real engine."""
    assets = load("smart_groups/smart_groups.assets.json")
    redaction = "urns" if case.get("redact_urns") else "none"
    flow = assets["flows"][0]
    trigger = {
        "type": "manual",
        "flow": {"uuid": flow["uuid"], "name": flow["name"]},
        "triggered_on": "2000-01-01T00:00:00Z",
    }
    world = World(assets, {**_ENVIRONMENT, "redaction_policy": redaction})
    session, _ = world.start(case["contact_before"], trigger)
    assert normal(session.contact.to_json()) == normal(case["contact_after"])

"""What starts sessions, and what goes on with them."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from tests.rapidpro.flows.engine.building import uuid

FLOW = {"uuid": uuid(5), "name": "Any"}


@pytest.mark.parametrize(
    "document",
    [
        {"type": "msg", "keyword_match": {"type": "only_word", "keyword": "join"}},
        {"type": "manual", "user": {"uuid": uuid(6), "name": "Eve"}, "origin": "ui", "batch": True, "params": {}},
        {"type": "flow_action", "run_summary": {"uuid": uuid(7)}, "history": {"ancestors": 1}},
        {"type": "ticket", "ticket": {"uuid": uuid(8)}, "event": {"type": "ticket_closed"}},
        {"type": "call", "event": {"type": "call_missed"}},
        {"type": "channel", "event": {"type": "incoming_call"}},
    ],
)
def test_triggers_round_trip(document: dict[str, Any]) -> None:
    """A trigger is saved as it was read."""
    document = {"flow": FLOW, "triggered_on": "2026-01-01T00:00:00Z", **document}

    assert read_trigger(document).to_json() == document


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({}, "field 'type' is required"),
        ({"type": "optin"}, "unknown type: 'optin'"),
        ({"type": "manual", "flow": FLOW, "triggered_on": "now"}, "field 'triggered_on': 'now' is no timestamp"),
        (
            {"type": "call", "flow": FLOW, "event": {"type": "msg_received"}},
            "call trigger event must be of type call_received or call_missed",
        ),
    ],
)
def test_unreadable_triggers(document: dict[str, Any], text: str) -> None:
    """A trigger that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_trigger(document)
    assert str(refused.value) == text


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"type": "msg"}, "field 'event' is required"),
        ({"type": "later"}, "unknown type: 'later'"),
        ({"type": "dial", "event": {"type": "msg_received"}}, "dial resume event must be of type dial_ended"),
    ],
)
def test_unreadable_resumes(document: dict[str, Any], text: str) -> None:
    """A resume that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_resume(document)
    assert str(refused.value) == text

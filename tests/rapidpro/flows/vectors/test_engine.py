"""Templates see what they see in the real engine's standard session."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from .data import load
from .sessions import World, normal

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.engine.session import Session

_SERVER = "http://127.0.0.1:49992"  # as the expected output has it
_WEBHOOK_BODY = '{"results":[{"state":"WA"},{"state":"IN"}]}'
_HEADERS = {"Content-Type": "text/plain; charset=utf-8", "Date": "Wed, 11 Apr 2018 18:24:30 GMT"}
_CASES = [
    pytest.param(case, id=f"{case['template']}{' (redacted)' if case.get('redact_urns') else ''}")
    for case in load("engine/templates.json")
]


@cache
def _session(*, redact_urns: bool) -> Session:
    """Return the standard session after its resume."""
    data = load("session.json")
    assets = json.loads(json.dumps(data["sessionAssets"]).replace("http://localhost", _SERVER))
    environment = {**data["environment"], "redaction_policy": "urns" if redact_urns else "none"}
    mocks = {f"{_SERVER}/*": [{"status": 200, "headers": _HEADERS, "body": _WEBHOOK_BODY}]}
    world = World(assets, environment, mocks)
    session, _ = world.start(data["sessionContact"], data["sessionTrigger"])
    world.resume(session, data["sessionResume"])
    return session


@pytest.mark.parametrize("case", _CASES)
def test_template(case: dict[str, Any]) -> None:
    """A template gives the real engine's text, or JSON, and logs its events."""
    session = _session(redact_urns=bool(case.get("redact_urns")))
    session.sprint.events.clear()
    text, _ = session.runs[0].evaluate_text(case["template"])
    if "output_json" in case:
        assert normal(_without_references(json.loads(text))) == normal(_without_references(case["output_json"]))
    else:
        assert text == case.get("output", "")
    assert normal(session.sprint.events) == normal(case["events"])


def _without_references(document: Any) -> Any:
    """Leave out what the key of the workspace scrambles: any code of its form will do (flows 5)."""
    if isinstance(document, dict):
        return {key: _without_references(value) for key, value in document.items() if key != "ref" or not value}
    return document

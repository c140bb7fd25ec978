"""Templates and documented examples that speak of a session, against the real engine's standard session."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.excellent.values import Error
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime

from .data import load
from .encoding import assert_expected, text
from .session_variables import needs_session
from .sessions import World, normal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.rapidpro.flows.engine.session import Session

DATA = load("templates.json")
NOW = DateTime.of(datetime.fromisoformat("2018-04-11T18:24:30.123456+00:00"))
SERVER = "http://127.0.0.1:49992"
CLOCKS: Mapping[str, Callable[[], DateTime] | None] = {"docs": lambda: NOW, "mock": None, "legacy_extra": None}
BODIES = {
    "docs": '{"results":[{"state":"WA"},{"state":"IN"}]}',
    "mock": '{"results":[{"state":"WA"},{"state":"IN"}]}',
    "legacy_extra": DATA["universes"]["legacy_extra"]["webhooks"].partition(" 200 with ")[2],
}
ESCAPES = {"contactql": contactql.quote}
CASES = [
    *(case for case in DATA["cases"] if case.get("context") == "session"),
    *(case for case in DATA["doc_examples"] if needs_session(case["template"])),
]


@cache
def session_of(universe: str) -> Session:
    data = load("session.json")
    assets = json.loads(json.dumps(data["sessionAssets"]).replace("http://localhost", SERVER))
    mocks = {f"{SERVER}/*": [{"status": 200, "headers": {"Content-Type": "text/plain"}, "body": BODIES[universe]}]}
    world = World(assets, data["environment"], mocks, now=CLOCKS[universe])
    session, _ = world.start(data["sessionContact"], data["sessionTrigger"])
    world.resume(session, data["sessionResume"])
    return session


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{at}-{text(case['template'])[:40]}") for at, case in enumerate(CASES)]
)
def test_template(case: dict[str, Any]) -> None:
    """A template becomes the same text, or logs the same error, in the same session."""
    session = session_of(case["universe"])
    session.sprint.events.clear()
    found, ok = session.runs[0].evaluate_text(case["template"], escape=ESCAPES.get(case.get("escape", "")))
    expected = case["expected"]
    if "event_code" in expected:
        assert [(event["code"], event["text"]) for event in session.sprint.events] == [
            (expected["event_code"], expected["event_text"])
        ]
    elif "t" in expected:
        assert normal(found) == normal(text(expected["v"]))
    else:
        assert_expected(found if ok else Error("logged"), expected)

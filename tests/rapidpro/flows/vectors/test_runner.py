"""Whole sessions: started, saved, read again and resumed, they do what the real engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .data import load, names
from .sessions import World, normal

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.sprint import Sprint
    from rapidpro_simulator.rapidpro.flows.engine.session import Session

_TESTS = [name for name in names("runner") if name.count(".") > 1]


@pytest.mark.parametrize("name", _TESTS, ids=lambda name: name.removeprefix("runner/").removesuffix(".json"))
def test_session(name: str) -> None:
    """Events, segments and the saved session are those of the real engine after every sprint."""
    test: dict[str, Any] = load(name)
    world = World(load(f"{name.split('.', maxsplit=1)[0]}.json"), test["environment"], test.get("http_mocks"))
    (test["trigger"].get("event") or {}).get("msg", {}).pop("uuid", None)  # unknown to the real engine
    outputs = []
    session, sprint = world.start(test["contact"], test["trigger"], test.get("call"))
    outputs.append(_output(session, sprint))
    for resume in test["resumes"] or ():
        session = world.reread(session)
        sprint = world.resume(session, resume)
        outputs.append(_output(session, sprint))
    expected = test["outputs"]
    assert [[event["type"] for event in output["events"]] for output in outputs] == [
        [event["type"] for event in output["events"]] for output in expected
    ]
    for actual, wanted in zip(outputs, expected, strict=True):
        assert normal(actual) == normal(wanted)
    assert world.web.is_used_up


def _output(session: Session, sprint: Sprint) -> dict[str, Any]:
    session.compact()
    saved = session.to_json()
    for run in saved["runs"]:
        # The real engine's mocks have a length on the wire that the headers do not show.
        run.get("webhook", {}).get("headers", {}).pop("Content-Length", None)
    return {
        "session": saved,
        "events": sprint.events,
        "segments": [segment.to_json() for segment in sprint.segments],
    }

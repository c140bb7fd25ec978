"""Whatever flows do to each other, a session stays consistent."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits

from .building import enter, flow, node, question, switch, uuid
from .playing import Play

NODES, FLOWS = 3, 3
SMALL = EngineLimits(steps_per_sprint=20, runs_per_session=8, sprints_per_session=5)


def number(flow_: int, node_: int) -> int:
    return flow_ * 1000 + node_ * 100


@st.composite
def nodes(draw: st.DrawFn, flow_: int, node_: int) -> dict[str, Any]:
    """Draw a node that does nothing, asks, enters a flow, or fails."""
    own = number(flow_, node_)
    target = draw(st.none() | st.integers(0, NODES - 1))
    to = None if target is None else number(flow_, target)
    kind = draw(st.sampled_from(["plain", "question", "enter", "last", "broken"]))
    if kind == "question":
        return question(own, "Yes?", to=to)
    if kind == "broken":
        return node(own, router=switch(own + 1, number=own + 6, default_category_uuid=None))
    entered = draw(st.integers(1, FLOWS))
    actions = {"plain": [], "enter": [enter(own + 5, entered)], "last": [enter(own + 5, entered, terminal=True)]}[kind]
    return node(own, *actions, to=to)


@st.composite
def workspaces(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        flow(*[draw(nodes(flow_, node_)) for node_ in range(NODES)], uuid=uuid(flow_)) for flow_ in range(1, FLOWS + 1)
    ]


@given(workspaces(), st.lists(st.sampled_from(["say", "expire"]), max_size=6))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_any_session(flows: list[dict[str, Any]], resumes: list[str]) -> None:
    """One run waits if the session does, none is open if it is over, and what is saved is what is read."""
    play, again = Play(*flows, limits=SMALL), Play(*flows, limits=SMALL)
    play.start()
    assert again.start().events == play.sprint.events
    for resume in resumes:
        check(play)
        if play.session.status != "waiting":
            return
        play.reread()
        for each in (play, again):
            each.say("yes") if resume == "say" else each.expire()
        assert again.sprint.events == play.sprint.events
    check(play)


def check(play: Play) -> None:
    session = play.session
    statuses = [run.status for run in session.runs]
    if session.status == "waiting":
        assert statuses.count("waiting") == 1
    else:
        assert session.status in {"completed", "failed"}
        assert not {"waiting", "active"} & set(statuses)
    assert all((run.exited_on is None) == (run.status in {"waiting", "active"}) for run in session.runs)
    ended = [event["run_uuid"] for event in play.sprint.events if event["type"] == "run_ended"]
    assert len(ended) == len(set(ended))
    assert len(session.runs) <= SMALL.runs_per_session
    session.compact()
    saved = session.to_json()
    play.reread()
    assert play.session.to_json() == saved

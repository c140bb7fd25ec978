"""Days of random misfortune: whatever happens, and in whatever order, the promises of the gateway hold.

Hypothesis draws the schedules; the same ones each time.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cht_rapidpro_gateway.outbox import Outbox, Stage
from rapidpro_simulator.world.fault_kinds import moments_of
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .world import CHT, HOST, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.world.journal import Exchange

pytestmark = pytest.mark.long

QUIET = timedelta(hours=8)  # in which everything works: the longest pause of all is six hours
TOLERANCE = timedelta(seconds=1)  # Retry-After has whole seconds
ENDS = {"delivered", "failed"}

KINDS = (
    FaultKind.RESET,
    FaultKind.REFUSED,
    FaultKind.NO_ANSWER,
    FaultKind.EMPTY,
    FaultKind.TRUNCATED,
    FaultKind.MALFORMED,
    FaultKind.HTML,
)
WRECKED = st.sampled_from([{"kind": kind, "moment": moment} for kind in KINDS for moment in moments_of(kind)])
ANSWERED = st.fixed_dictionaries(
    {
        "kind": st.just(FaultKind.STATUS),
        "moment": st.sampled_from(list(FaultMoment)),
        "status": st.sampled_from([500, 502, 504]),
    }
)
THROTTLED = st.fixed_dictionaries(
    {
        "kind": st.just(FaultKind.STATUS),
        "status": st.just(429),
        "to": st.just(HOST),
        "retry_after": st.sampled_from([7, 600, 3600]),
    }
)
FAULTS = st.tuples(
    WRECKED | ANSWERED | THROTTLED,
    st.sampled_from([{"to": HOST}, {"to": HOST, "method": "POST"}, {"to": HOST, "method": "GET"}, {"to": CHT}]),
    st.fixed_dictionaries({"count": st.integers(1, 4), "share": st.sampled_from([0.5, 1.0])}),
).map(lambda parts: {**parts[1], **parts[0], **parts[2]})

MISFORTUNES: Mapping[str, Callable[[World], object]] = {
    "restart": World.restart,
    "kill": lambda world: world.gateway.crash(),
    "switch to the other": lambda world: world.switch(world.other),
    "switch back": lambda world: world.switch(world.main),
    "revoke": lambda world: setattr(world.main.token, "active", False),
    "restore": lambda world: setattr(world.main.token, "active", True),
    "suspend": lambda world: setattr(world.main.settings, "suspended", True),
    "an hour ahead": lambda world: world.gateway.set_clock(timedelta(hours=1)),
    "an hour back": lambda world: world.gateway.set_clock(timedelta(hours=-1)),
    "a day ahead": lambda world: world.gateway.set_clock(timedelta(days=1)),
    "a day back": lambda world: world.gateway.set_clock(timedelta(days=-1)),
    "ten days ahead": lambda world: world.gateway.set_clock(timedelta(days=10)),
    "ten days back": lambda world: world.gateway.set_clock(timedelta(days=-10)),
    "boot": lambda world: world.gateway.reboot(),
    "unsuspend": lambda world: setattr(world.main.settings, "suspended", False),
}
WITHOUT_SWITCHES = [name for name in MISFORTUNES if "switch" not in name]
DELAYS = st.sampled_from([0.05, 1.0, 30.5, 61.0, 125.0, 900.0, 4000.0, 15_000.0])


def _schedules(misfortunes: list[str]) -> st.SearchStrategy[list[tuple[float, Any]]]:
    event = FAULTS | st.sampled_from(misfortunes) | st.integers(1, 3)
    return st.lists(st.tuples(DELAYS, event), min_size=3, max_size=8)


def _live_through(world: World, schedule: list[tuple[float, Any]]) -> None:
    world.gateway.limit_age(None)  # schedules can be longer than a day
    world.add(3)
    for delay, event in schedule:
        if isinstance(event, int):
            world.add(event)
        elif isinstance(event, str):
            MISFORTUNES[event](world)
        else:
            world.simulation.fault(by="gateway", **event)
        world.passes(seconds=delay)
    world.simulation.faults.clear()
    for workspace in (world.main, world.other):
        workspace.settings.suspended, workspace.token.active = False, True
    world.gateway.start()
    world.passes(seconds=QUIET.total_seconds())


def _came_too_early(requests: list[Exchange]) -> list[tuple[Exchange, Exchange]]:
    """Return the refusals, and the requests of the same kind that came before the time that the refusal had said."""
    early = []
    last: dict[tuple[Any, ...], Exchange] = {}
    for request in requests:
        kind = tuple(request.get(name) for name in ("to", "method", "path"))
        refusal = last.get(kind)
        if refusal is not None and refusal.ended is not None:
            due = refusal.ended + timedelta(seconds=int(refusal.retry_after or 0)) - TOLERANCE
            if refusal.ended < request.time < due:
                early.append((refusal, request))
        if request.status == 429 and request.retry_after:
            last[kind] = request
    return early


def _asked_elsewhere(world: World) -> list[Exchange]:
    """Return the questions about a broadcast that came to another workspace than its own."""
    own = {
        (workspace.name, str(broadcast.id))
        for workspace in (world.main, world.other)
        for broadcast in workspace.broadcasts
    }
    asked = [each for each in world.requests(to=HOST, path="/api/v2/messages.json") if "broadcast=" in each.target]
    return [each for each in asked if (each.get("workspace"), each.target.partition("broadcast=")[2]) not in own]


@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedule=_schedules(WITHOUT_SWITCHES))
def test_with_one_account_everything_arrives_once(schedule: list[tuple[float, Any]]) -> None:
    """Nothing is lost, nothing is sent twice, every message ends, and nobody comes back before he was told to."""
    with World() as world:
        _live_through(world, schedule)
        assert world.received() == world.wanted()
        assert set(world.states()) <= ENDS
        assert {message.stage for message in Outbox(world.gateway.database)} == {Stage.CLOSED}
        assert _came_too_early(world.requests(to=HOST)) == []


@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedule=_schedules(list(MISFORTUNES)))
def test_with_two_accounts_neither_is_asked_about_the_messages_of_the_other(schedule: list[tuple[float, Any]]) -> None:
    """Every message ends, each is sent once by each account at most, and references stay where they belong."""
    with World() as world:
        _live_through(world, schedule)
        assert _asked_elsewhere(world) == []
        assert all(
            count <= 1
            for workspace in (world.main, world.other)
            for count in Counter((each.urn, each.text) for each in workspace.messages).values()
        )
        assert {each.stage for each in Outbox(world.gateway.database)} == {Stage.CLOSED}
        assert set(world.states()) <= {*ENDS, "sent"}
        assert _came_too_early(world.requests(to=HOST)) == []

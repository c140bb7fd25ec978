"""The gateway under test: it crashes, stops, stands still, loses its network, and starts again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.testing.expectations import expect

from .durations import DURATION, PERIOD, seconds_of
from .subjects import the_gateway, the_inside, workspace_called
from .wire import exchanges_of

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation


@when("the gateway crashes")
def gateway_crashes(simulation: Simulation) -> None:
    """The gateway dies at once, with all that it had in memory.

    Example: When the gateway crashes
    """
    the_gateway(simulation).crash("gateway.crashed")


@when("the gateway is stopped")
def gateway_stops(simulation: Simulation) -> None:
    """The gateway is asked to end, and ends in its own time.

    Example: When the gateway is stopped
    """
    the_gateway(simulation).stop()


@when(parsers.re("the gateway is (?:started again|restarted)"))
def gateway_restarts(simulation: Simulation) -> None:
    """The gateway begins anew, with what it had saved.

    Example: When the gateway is restarted
    """
    gateway = the_gateway(simulation)
    gateway.stop()
    gateway.start()


@given(parsers.re("the gateway (?P<what>stands still|goes on|has no network|has its network again)"))
@when(parsers.re("the gateway (?P<what>stands still|goes on|has no network|has its network again)"))
def gateway_is_steered(simulation: Simulation, what: str) -> None:
    """The gateway's process stands still and goes on, or its network is gone and comes back.

    Only for gateways in processes of their own; with others the scenario is skipped.

    Example: When the gateway has no network
    """
    getattr(the_gateway(simulation), STEERING[what])()


STEERING = {"stands still": "pause", "goes on": "resume", "has no network": "cut", "has its network again": "reconnect"}


@given(parsers.re(rf"the gateway's clock jumps {DURATION} (?P<way>ahead|back)"))
@when(parsers.re(rf"the gateway's clock jumps {DURATION} (?P<way>ahead|back)"))
def clock_jumps(simulation: Simulation, duration: str, way: str) -> None:
    """The clock of the gateway's machine is set ahead or back; that of nobody else is, and no time passes.

    Only for the standalone gateway; with others the scenario is skipped.

    Example: When the gateway's clock jumps 10 days ahead
    """
    seconds = seconds_of(duration)
    the_gateway(simulation).set_clock(timedelta(seconds=seconds if way == "ahead" else -seconds))


@when("the gateway's machine is booted")
def machine_is_booted(simulation: Simulation) -> None:
    """The gateway dies at once, and begins anew with what it had saved, on a machine that has only just begun to count.

    Example: When the gateway's machine is booted
    """
    the_gateway(simulation).reboot()


@given(parsers.re(rf"the gateway fails messages that have waited for more than {DURATION}"))
def age_is_limited(simulation: Simulation, duration: str) -> None:
    """What could not be sent for so long is not sent any more, but fails.

    Only for the standalone gateway, which does so after 1 day unless it is told otherwise; with others the scenario is
    skipped.

    Example: Given the gateway fails messages that have waited for more than 2 days
    """
    the_gateway(simulation).limit_age(seconds_of(duration) / 3600)


@given("the gateway sends messages however old they are")
def age_is_not_limited(simulation: Simulation) -> None:
    """What could not be sent for long is sent all the same.

    Only for the standalone gateway; with others the scenario is skipped.

    Example: Given the gateway sends messages however old they are
    """
    the_gateway(simulation).limit_age(None)


@given(parsers.re(rf"the gateway asks CHT for messages every (?P<period>{PERIOD})"))
@when(parsers.re(rf"the gateway asks CHT for messages every (?P<period>{PERIOD})"))
def gateway_visits(simulation: Simulation, period: str) -> None:
    """How often the gateway asks CHT for messages when there is nothing else to do.

    Only for the standalone gateway, which does so every 30 seconds unless it is told otherwise; with others the
    scenario is skipped. CHT's own gateway looks every minute.

    Example: Given the gateway asks CHT for messages every 5 minutes
    """
    the_gateway(simulation).visit_every(seconds_of(period))


@given(parsers.parse("the next {count:d} writes of message states meet a conflict"))
@when(parsers.parse("the next {count:d} writes of message states meet a conflict"))
def conflicts(simulation: Simulation, count: int) -> None:
    """Somebody else edits the documents just before the gateway saves their states, so often.

    Example: Given the next 2 writes of message states meet a conflict
    """
    the_inside(simulation).couch.database("medic").conflict_next(count, "*-*-*-*-*")


@then(parsers.parse('every broadcast request carries one number, a text and the token of the workspace "{name}"'))
def broadcast_requests(simulation: Simulation, name: str) -> None:
    """What the gateway asks RapidPro to send is complete, and asked with the right token.

    Example: Then every broadcast request carries one number, a text and the token of the workspace "Main"
    """
    _, workspace = workspace_called(simulation, name)
    requests = exchanges_of(simulation, "broadcast")
    bodies = [request.json() for request in requests]
    good = [body for body in bodies if len(body["urns"]) == 1 and body["urns"][0].startswith("tel:") and body["text"]]
    expect(bool(bodies) and good == bodies, "complete broadcast requests", f"they are {bodies}")
    accepted = [request.status for request in requests]
    expect(set(accepted) == {201}, f"requests that {workspace.name} accepts", f"they were answered with {accepted}")

"""What flows meet besides answers: chance, airtime, resthooks, tickets, files that phones send, and Surveyor."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, when

from rapidpro_simulator.rapidpro.surveyor import take_online

from .phones import PHONE, settle
from .subjects import flow_called, the_workspace
from .words import UnreadableError, urn_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rapidpro_simulator.simulation import Simulation

CHANCES = r"chance draws (?P<numbers>[0-9][0-9., ]*)"


@given(parsers.re(CHANCES))
@when(parsers.re(CHANCES))
def chance_draws(simulation: Simulation, numbers: str) -> None:
    """Flows draw these numbers one after the other, from 0 to below 1, and then others from the seed.

    A random split into three goes its first way below 0.33, and its last from 0.67.

    Example: Given chance draws 0.17, 0.83
    """
    environment = the_workspace(simulation).mailroom.environment
    others = environment.random
    to_come = chain(_chances(numbers), (others() for _ in count()))
    environment.draw_from(lambda: next(to_come))


@given("airtime can be transferred")
@when("airtime can be transferred")
def airtime_can_be_transferred(simulation: Simulation) -> None:
    """A workspace has a service for airtime, which transfers all that flows ask for; without it nothing is.

    Example: Given airtime can be transferred
    """

    def transfer(_recipient: str, amounts: Mapping[str, Decimal]) -> tuple[str, Decimal]:
        return next(iter(amounts.items()))

    the_workspace(simulation).mailroom.external_services.airtime = transfer


@given(parsers.re(r'"(?P<url>https?://[^"]+)" subscribes to the resthook "(?P<slug>[^"]+)"'))
@when(parsers.re(r'"(?P<url>https?://[^"]+)" subscribes to the resthook "(?P<slug>[^"]+)"'))
def subscribes_to_resthook(simulation: Simulation, url: str, slug: str) -> None:
    """An address hears of a resthook whenever a flow calls it; a resthook that is not there yet is created.

    Example: Given "https://clinic.example.org/visits" subscribes to the resthook "new-visit"
    """
    workspace = the_workspace(simulation)
    hooks = workspace.database.resthooks
    hooks.subscribe(hooks.add(slug), url, workspace.runtime.platform.next_id("subscriber"))
    workspace.mailroom.snapshots.forget()


@given(parsers.re(r'the flow "(?P<flow>[^"]+)" of Surveyor is run like a flow of messages'))
def surveyor_flow_runs(simulation: Simulation, flow: str) -> None:
    """A flow that was made for Surveyor, an app that has no server, is one of messages from now on.

    Example: Given the flow "Household" of Surveyor is run like a flow of messages
    """
    workspace = the_workspace(simulation)
    take_online(workspace, flow_called(workspace, flow))


@given(parsers.re(rf"{PHONE} has an open ticket"))
@when(parsers.re(rf"{PHONE} has an open ticket"))
def has_open_ticket(simulation: Simulation, phone: str) -> None:
    """Somebody works on a ticket of a contact: flows do not open another one.

    Example: Given +265991234567 has an open ticket
    """
    workspace = the_workspace(simulation)
    workspace.mailroom.tickets.open(workspace.contacts.get_or_create(urn_of(phone)))


@when(parsers.re(rf'{PHONE} sends the file "(?P<url>[^"]+)"'))
def sends_file(simulation: Simulation, phone: str, url: str) -> None:
    """A phone sends a picture, a voice message, a film or a place: its kind, a colon, and where it is.

    Example: When +265991234567 sends the file "image/jpeg:https://files.example.org/photo.jpg"
    """
    workspace = the_workspace(simulation)
    workspace.receive(urn_of(phone), attachments=[url])
    settle(simulation, workspace)


def _chances(numbers: str) -> list[float]:
    try:
        chances = [float(each) for each in numbers.split(",")]
    except ValueError:
        chances = [1.0]
    if any(each >= 1 for each in chances):
        raise UnreadableError(f"{numbers!r} are no numbers from 0 to below 1, separated by commas")
    return chances

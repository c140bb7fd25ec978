"""What mailroom and the engine do otherwise in one generation than in another; each table names all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from sys import maxsize
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.generations import GENERATIONS

from .building import flow, node, send, uuid
from .conftest import JANE, JOHN

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .conftest import Said

Wait = Any
Happened = Any

MOVED: tuple[list[str], list[str]] = ([JANE, JOHN], [])
STAYS = ([JANE], [JOHN])
TAKEN = "URN is taken by another contact"

every_generation = pytest.mark.parametrize("generation", sorted(GENERATIONS))


def of(
    community: object, textit: object, *, textit_2025: object = None, v8: object = None, v7: object = None
) -> pytest.MarkDecorator:
    """Parametrise over all generations with what is expected of each; those not told apart are like their kind."""
    expected = {
        "community": community,
        "v8": v8 or community,
        "v7": v7 or v8 or community,
        "textit-2025": textit_2025 or textit,
        "textit-2026": textit,
    }
    assert set(expected) == set(GENERATIONS)
    return pytest.mark.parametrize(("generation", "expected"), expected.items(), ids=expected)


@of(community=(*MOVED, []), textit=(*STAYS, [TAKEN]))
def test_number_of_another(
    workspace: Workspace, jane: Contact, said: Said, wait: Wait, happened: Happened, expected: Any
) -> None:
    """A number that a flow adds is taken from whoever has it, or is an error; the flow goes on (rapidpro 4.3, 10)."""
    john = workspace.contacts.create([JOHN], "John")
    add = {"type": "add_contact_urn", "uuid": uuid(), "scheme": "tel", "path": JOHN.removeprefix("tel:")}
    workspace.import_flows(flow("Second number", node(add, send("Done"))))
    workspace.start_flow("Second number", contacts=[jane])
    wait(seconds=5)
    assert said() == ["Done"]
    assert (jane.urns, john.urns, [each["text"] for each in happened("flow.error")]) == expected


@every_generation
def test_own_number(workspace: Workspace, jane: Contact, wait: Wait, happened: Happened) -> None:
    """To add a number that the contact has already is no error in any generation."""
    add = {"type": "add_contact_urn", "uuid": uuid(), "scheme": "tel", "path": JANE.removeprefix("tel:")}
    workspace.import_flows(flow("Same number", node(add)))
    workspace.start_flow("Same number", contacts=[jane])
    wait(seconds=5)
    assert (jane.urns, happened("flow.error")) == ([JANE], [])


@of(community=["Jane"], textit=["John"])
def test_new_group_of_a_campaign(
    workspace: Workspace, jane: Contact, said: Said, wait: Wait, expected: list[str]
) -> None:
    """A campaign that is given to another group is scheduled for its members, or those stay scheduled who are."""
    workspace.fields.add("due_date", "Due date", "datetime")
    john = workspace.contacts.create([JOHN], "John")
    mothers, fathers = workspace.add_group("Mothers", [jane]), workspace.add_group("Fathers", [john])
    campaigns = workspace.mailroom.campaigns
    campaign = campaigns.add("Visits", mothers)
    campaigns.add_event(campaign, offset=0, unit="days", relative_to="due_date", message={"eng": "@contact.name"})
    for contact in (jane, john):
        workspace.set_field(contact, "due_date", datetime(2026, 3, 5, tzinfo=UTC).isoformat())
    campaigns.change(campaign, "Visits", fathers)
    wait(days=7)
    assert [*said(JANE), *said(JOHN)] == expected


@of(community=(200, 250, maxsize), textit=(250, 250, 250))
def test_limits(rapidpro: RapidPro, expected: tuple[int, int, int]) -> None:
    """How many steps a sprint may have, and how many sprints and runs a session (rapidpro 8.1)."""
    limits = rapidpro.generation.flows.limits
    assert (limits.steps_per_sprint, limits.sprints_per_session, limits.runs_per_session) == expected


@of(community=200, textit=250)
def test_steps(workspace: Workspace, jane: Contact, wait: Wait, happened: Happened, expected: int) -> None:
    """A flow that turns in a circle fails at the last step that a sprint may have (rapidpro 8.1, flows 3.4)."""
    circle = flow("Circle", node(send("Round")))
    [turn] = circle["nodes"]
    turn["exits"][0]["destination_uuid"] = turn["uuid"]
    workspace.import_flows(circle)
    workspace.start_flow("Circle", contacts=[jane])
    wait(seconds=5)
    assert [each["text"] for each in happened("flow.failure")] == [
        f"Reached maximum number of steps per sprint ({expected})"
    ]

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.flows import StartStatus

from ..building import QUESTION, flow, node, send, survey  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Wait = Any


@pytest.fixture(autouse=True)
def asking(workspace: Workspace) -> None:
    workspace.import_flows(survey())


def test_recipients(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """Contacts, members of groups and URNs, which may be new, each begin once (rapidpro 8.1)."""
    group = workspace.add_group("Friends", [jane])
    start = workspace.start_flow("Survey", contacts=[jane], groups=[group], urns=[JANE, JOHN])
    wait(seconds=2)
    assert (said(JANE), said(JOHN)) == ([QUESTION], [QUESTION])
    assert (start.total, start.started, start.status) == (2, 2, StartStatus.COMPLETED)


def test_query(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A start can be for whoever a query is true of; one that cannot be read fails."""
    workspace.contacts.create([JOHN], "John")
    workspace.start_flow("Survey", query="name = john")
    failed = workspace.start_flow("Survey", query="shoe_size = 3")
    wait(seconds=2)
    assert (said(JANE), said(JOHN)) == ([], [QUESTION])
    assert failed.status is StartStatus.FAILED


def test_nobody(workspace: Workspace, wait: Wait) -> None:
    """A start for nobody completes at once (rapidpro 8.1)."""
    start = workspace.start_flow("Survey", groups=[workspace.add_group("Empty")])
    wait(seconds=2)
    assert (start.status, start.total) == (StartStatus.COMPLETED, 0)


def test_params(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A flow reads the params of its start."""
    workspace.import_flows(flow("Tell", node(send("It is @trigger.params.day"))))
    workspace.start_flow("Tell", contacts=[jane], params={"day": "Monday"})
    wait(seconds=2)
    assert said() == ["It is Monday"]


@pytest.mark.parametrize(
    ("settings", "begins"),
    [
        ({}, True),
        ({"exclude_active": True}, False),
        ({"restart_participants": False}, False),
        ({"not_seen_since_days": 3}, False),
    ],
)
def test_exclusions(workspace: Workspace, jane: Contact, wait: Wait, settings: dict[str, Any], begins: bool) -> None:
    """Who is in a flow, was in this one, or was not heard of for long, can be left out (rapidpro 4.5, flows 10)."""
    workspace.start_flow("Survey", contacts=[jane])
    wait(seconds=2)
    workspace.start_flow("Survey", contacts=[jane], **settings)
    wait(seconds=2)
    assert (len(workspace.flows.runs) == 2) is begins


@pytest.mark.parametrize(("exclude", "runs"), [(False, 1), (True, 0)])
def test_inactive(workspace: Workspace, jane: Contact, wait: Wait, exclude: bool, runs: int) -> None:
    """Somebody who is blocked takes part unless the start says otherwise."""
    jane.status = ContactStatus.BLOCKED
    workspace.start_flow("Survey", contacts=[jane], exclude_inactive=exclude)
    wait(seconds=2)
    assert len(workspace.flows.runs) == runs


def test_restart_after_90_days(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """Nobody looks further back than 90 days (rapidpro 8.1)."""
    for days in (91, 1):
        workspace.start_flow("Survey", contacts=[jane], restart_participants=False)
        wait(days=days)
    assert len(workspace.flows.runs) == 2


def test_batches(workspace: Workspace, rapidpro: RapidPro, wait: Wait) -> None:
    """Contacts begin in batches, the size of which is the generation's; a start can be stopped between two."""
    contacts = [workspace.contacts.create([f"tel:+2547110010{number:02}"]) for number in range(60)]
    contacts += [workspace.contacts.create([f"tel:+2547110020{number:02}"]) for number in range(60)]
    start = workspace.start_flow("Survey", contacts=contacts)
    while not start.started:
        wait(milliseconds=10)
    assert start.started == rapidpro.generation.mailroom.start_batch
    workspace.mailroom.starts.interrupt(start)
    wait(seconds=10)
    assert (start.started, start.status) == (rapidpro.generation.mailroom.start_batch, StartStatus.INTERRUPTED)


def test_mailroom_down(workspace: Workspace, jane: Contact, rapidpro: RapidPro, said: Said, wait: Wait) -> None:
    """While mailroom is down nothing begins; when it is up again everything does."""
    rapidpro.mailroom_status = "down"
    workspace.start_flow("Survey", contacts=[jane])
    wait(hours=1)
    assert said() == []
    rapidpro.mailroom_status = "up"
    wait(seconds=1)
    assert said() == [QUESTION]


def test_unknown_flow(workspace: Workspace) -> None:
    """A flow that is not there is named, with those that are."""
    with pytest.raises(ValueError, match="no flow is called 'Nonsense'; there are: 'Survey'"):
        workspace.start_flow("Nonsense")


@pytest.mark.parametrize(("contacts", "urgent"), [(1, True), (2, False)])
def test_priority(workspace: Workspace, wait: Wait, contacts: int, urgent: bool) -> None:
    """What one contact is told goes before what many are told; answers always do (rapidpro 6.5)."""
    workspace.import_flows(survey())
    numbers = [f"tel:+25471100000{number}" for number in range(contacts)]
    workspace.start_flow("Survey", urns=numbers)
    wait(seconds=1)
    workspace.receive(numbers[0], "Jane")
    sent = [each.high_priority for each in workspace.messages if not each.incoming]
    assert sent == [urgent] * contacts + [True]

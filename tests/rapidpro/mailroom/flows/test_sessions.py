from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.flows import RunStatus, StartStatus
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status

from ..building import MSG_WAIT, QUESTION, flow, node, send, survey, uuid  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Wait = Any
Happened = Any


def begin(workspace: Workspace, contact: Contact, definition: dict[str, Any], wait: Wait) -> None:
    """Import a flow, and let a contact run it."""
    [imported] = workspace.import_flows(definition)
    workspace.start_flow(imported, contacts=[contact])
    wait(seconds=0.5)


def test_conversation(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A flow that was started asks, waits, and goes on with the answer."""
    [imported] = workspace.import_flows(survey())
    start = workspace.start_flow("Survey", contacts=[jane])
    wait(seconds=1)
    assert (said(), jane.flow, start.status) == ([QUESTION], imported, StartStatus.COMPLETED)
    message = workspace.receive(JANE, "Jane Doe")
    assert said() == [QUESTION, "Hello Jane Doe!"]
    assert (jane.flow, message.flow) == (None, imported)
    [run] = workspace.flows.runs
    assert (run.status, run.responded, run.results["answer"]["value"]) == (RunStatus.COMPLETED, True, "Jane Doe")


def test_told(workspace: Workspace, jane: Contact, wait: Wait, happened: Happened) -> None:
    """The journal says what flows did, and why they took the branch they took."""
    begin(workspace, jane, survey(), wait)
    workspace.receive(JANE, "Jane Doe")
    assert [each["flow"] for each in happened("flow.started")] == ["Survey"]
    assert [each["status"] for each in happened("run.ended")] == ["completed"]
    [saved] = happened("result.saved")
    assert (saved["name"], saved["value"]) == ("Answer", "Jane Doe")
    assert "All Responses" in {branch["category"] for branch in happened("flow.branch")}


def test_interrupted(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """A contact waits in one flow at most: another one interrupts it (rapidpro 8.1)."""
    begin(workspace, jane, survey(), wait)
    begin(workspace, jane, flow("Other", node(wait=MSG_WAIT)), wait)
    assert [run.status for run in workspace.flows.runs] == [RunStatus.INTERRUPTED, RunStatus.WAITING]
    assert jane.flow is workspace.flows.named("Other")


def test_background(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """A background flow interrupts nothing, and nobody is ever in it (rapidpro 8.1)."""
    begin(workspace, jane, survey(), wait)
    action = {"type": "set_contact_name", "uuid": uuid(), "name": "Jane of the background"}
    begin(workspace, jane, flow("Quiet", node(action), kind="messaging_background"), wait)
    assert jane.flow is workspace.flows.named("Survey")
    assert jane.name == "Jane of the background"


def test_expired(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """Who says nothing for as long as the flow allows is let go; a later message goes to the inbox (rapidpro 8.2)."""
    begin(workspace, jane, survey(expire_after_minutes=60), wait)
    wait(minutes=59)
    assert jane.flow is not None
    wait(minutes=2)
    assert [run.status for run in workspace.flows.runs] == [RunStatus.EXPIRED]
    assert workspace.receive(JANE, "Hello?").flow is None


@pytest.mark.parametrize("generation", ["community", "textit-2026"])
def test_timeout(workspace: Workspace, jane: Contact, said: Said, wait: Wait, rapidpro: RapidPro) -> None:
    """A timeout is counted from the moment when the last message was sent (rapidpro 8.2)."""
    waiting = node(wait={"type": "msg", "timeout": {"seconds": 60}})
    definition = flow("Ask", node(send(QUESTION)), waiting, node(send("Are you there?")))
    rapidpro.courier_status = "down"
    begin(workspace, jane, definition, wait)
    wait(minutes=10)
    assert said() == [QUESTION]
    rapidpro.courier_status = "up"
    wait(seconds=50)
    assert said() == [QUESTION]
    wait(seconds=20)
    assert said() == [QUESTION, "Are you there?"]


def test_timeout_after_a_failure(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A message that never leaves begins no timeout: the wait only expires (rapidpro 8.2, flows 3.11)."""
    workspace.deliver("rejected")
    waiting = node(wait={"type": "msg", "timeout": {"seconds": 60}})
    definition = flow("Ask", node(send(QUESTION)), waiting, node(send("Are you there?")), expire_after_minutes=60)
    begin(workspace, jane, definition, wait)
    wait(minutes=59)
    assert (said(), jane.messages[0].status, jane.flow is None) == ([QUESTION], Status.FAILED, False)
    wait(minutes=1)
    assert jane.flow is None


def test_timeout_without_a_message(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """Where nothing could be sent, a timeout is counted from the wait (flows 3.11)."""
    for channel in list(workspace.channels):
        workspace.remove_channel(channel)
    waiting = node(wait={"type": "msg", "timeout": {"seconds": 60}})
    begin(workspace, jane, flow("Ask", node(send(QUESTION)), waiting, node(send("Are you there?"))), wait)
    wait(seconds=62)
    assert said() == [QUESTION, "Are you there?"]


def test_answer_before_timeout(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A timeout of a sprint that is not the last one any more is no timeout (flows 10)."""
    waiting = node(wait={"type": "msg", "timeout": {"seconds": 60}})
    begin(workspace, jane, flow("Ask", node(send(QUESTION)), waiting, node(send("Thanks")), node(wait=MSG_WAIT)), wait)
    workspace.receive(JANE, "Jane")
    wait(minutes=5)
    assert said() == [QUESTION, "Thanks"]
    assert jane.flow is not None


@pytest.mark.parametrize(
    ("generation", "days", "status"),
    [("community", 90, RunStatus.INTERRUPTED), ("textit-2026", 30, RunStatus.EXPIRED)],
)
def test_end_of_life(workspace: Workspace, jane: Contact, wait: Wait, days: int, status: RunStatus) -> None:
    """However often somebody answers, a session ends some day (rapidpro 8.2)."""
    circle = flow("Circle", node(wait=MSG_WAIT), node(wait=MSG_WAIT), expire_after_minutes=20160)
    circle["nodes"][1]["exits"][0]["destination_uuid"] = circle["nodes"][0]["uuid"]
    begin(workspace, jane, circle, wait)
    for day in range(days // 10):
        assert workspace.receive(JANE, f"Day {day}").flow is not None
        wait(days=10)
    wait(days=1)
    assert (jane.session, workspace.flows.runs[0].status) == (None, status)


def test_failed(workspace: Workspace, jane: Contact, said: Said, wait: Wait, happened: Happened) -> None:
    """Of a sprint that fails nothing is sent (flows 3.11)."""
    missing = {"type": "enter_flow", "uuid": uuid(), "flow": {"uuid": uuid(), "name": "Gone"}}
    begin(workspace, jane, flow("Broken", node(send("You will never read this"), missing)), wait)
    assert said() == []
    assert workspace.flows.runs[0].status is RunStatus.FAILED
    assert [each["text"] for each in happened("flow.failure")] == ["Unable to find flow 'Gone'"]


def test_deleted_flow(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """Who waits in a flow that is no more waits in none (flows 10)."""
    begin(workspace, jane, survey(), wait)
    workspace.mailroom.deletions.flow("Survey")
    assert workspace.receive(JANE, "Hello?").flow is None
    assert workspace.flows.runs[0].status is RunStatus.FAILED


def test_blocked_contact(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """A start may name somebody who is blocked: the flow runs, its messages fail (rapidpro 8.1)."""
    jane.status = ContactStatus.BLOCKED
    begin(workspace, jane, survey(), wait)
    [message] = jane.messages
    assert (message.status, message.failed_reason) == (Status.FAILED, FailedReason.CONTACT)


def test_changes(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """What a flow changes about a contact is changed in the workspace, query groups included (flows 3.8, 3.9)."""
    workspace.fields.add("age", kind="number")
    adults, friends = workspace.add_group("Adults", query="age >= 18"), workspace.add_group("Friends")
    actions: list[dict[str, Any]] = [
        {"type": "set_contact_field", "field": {"key": "age", "name": "Age"}, "value": "23"},
        {"type": "set_contact_language", "language": "swa"},
        {"type": "add_contact_groups", "groups": [{"uuid": friends.uuid, "name": "Friends"}]},
        {"type": "add_contact_urn", "scheme": "mailto", "path": "jane@example.org"},
    ]
    begin(workspace, jane, flow("Change", node(*({"uuid": uuid(), **action} for action in actions))), wait)
    assert (jane.fields, jane.language, jane.urns) == ({"age": "23"}, "swa", [JANE, "mailto:jane@example.org"])
    assert workspace.groups.of(jane) == [adults, friends]


def test_labelled(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """A flow can label the message that it has got."""
    label = workspace.database.labels.add("Question")
    action = {"type": "add_input_labels", "uuid": uuid(), "labels": [{"uuid": label.uuid, "name": label.name}]}
    begin(workspace, jane, flow("Label", node(wait=MSG_WAIT), node(action)), wait)
    assert workspace.receive(JANE, "Why?").labels == [label]


def test_global_changed(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A global that has changed is noticed when mailroom looks again, after five seconds (rapidpro 8.5)."""
    workspace.globals.set("price", "10")
    workspace.import_flows(flow("Price", node(send("@globals.price"))))
    for price, pause in (("10", 1), ("20", 6), ("30", 1)):
        workspace.globals.set("price", price)
        workspace.start_flow("Price", contacts=[jane])
        wait(seconds=pause)
    wait(seconds=1)
    assert said() == ["10", "10", "30"]


def test_emails_and_airtime(workspace: Workspace, jane: Contact, wait: Wait, happened: Happened) -> None:
    """What flows ask of other services is recorded, and can be scripted."""
    email = {"type": "send_email", "uuid": uuid(), "addresses": ["a@x.org"], "subject": "Hi", "body": "@contact.name"}
    airtime = {"type": "transfer_airtime", "uuid": uuid(), "amounts": {"KES": 50}}
    workspace.mailroom.external_services.airtime = lambda _number, amounts: next(iter(amounts.items()))
    begin(workspace, jane, flow("Give", node(email, airtime)), wait)
    assert workspace.mailroom.external_services.emails == [(("a@x.org",), "Hi", "Jane")]
    [transfer] = happened("airtime.transferred")
    assert (transfer["recipient"], transfer["currency"]) == (JANE, "KES")


def test_broadcast_and_other_flows(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A flow can have others told something, and have them run a flow."""
    john = workspace.contacts.create(["tel:+254711000002"], "John")
    reference = {"uuid": john.uuid, "name": "John"}
    second = flow("Second", node(send("@parent.contact.name sent me")))
    broadcast = {"type": "send_broadcast", "uuid": uuid(), "text": "From @contact.name", "contacts": [reference]}
    session = {
        "type": "start_session",
        "uuid": uuid(),
        "flow": {"uuid": second["uuid"], "name": "Second"},
        "contacts": [reference],
    }
    workspace.import_flows({"version": "13", "flows": [flow("First", node(broadcast, session)), second]})
    workspace.start_flow("First", contacts=[jane])
    wait(seconds=5)
    assert sorted(said("tel:+254711000002")) == ["From Jane", "Jane sent me"]


def test_determinism(clock: FrozenClock, workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """Time goes on exactly as far as it has to."""
    before = clock.now()
    begin(workspace, jane, survey(), wait)
    assert clock.now() - before == timedelta(seconds=0.5)


def test_archived_runs(workspace: Workspace, jane: Contact, wait: Wait, happened: Happened) -> None:
    """Runs and starts are taken away when they are as old as the workspace keeps them (rapidpro 6.8)."""
    begin(workspace, jane, flow("Hello", node(send("Hello"))), wait)
    wait(days=89)
    assert (len(workspace.flows.runs), len(workspace.flows.starts)) == (1, 1)
    wait(days=3)
    assert (workspace.flows.runs, workspace.flows.starts) == ([], [])
    assert [each["count"] for each in happened("runs.archived")] == [1]


def test_deleted_contact(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """The runs of somebody who is deleted go in the background (rapidpro 4.3)."""
    begin(workspace, jane, survey(), wait)
    workspace.delete_contact(jane)
    wait(seconds=5)
    assert (workspace.flows.runs, jane.session) == ([], None)

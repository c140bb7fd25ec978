"""Actions that lead to other flows, and tickets."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import CONTACT, play, reference, uuid

START = {"type": "start_session", "flow": reference("Quiet"), "exclusions": {}}


def test_flow_of_another_type() -> None:
    """A voice flow cannot be entered from a messaging flow: the run fails."""
    played = play({"type": "enter_flow", "flow": reference("Spoken")}, {"type": "send_msg", "text": "never"})
    text = f"Can't enter flow[uuid={reference('Spoken')['uuid']},name=Spoken] of type voice from type messaging"
    assert played.events == [{"type": "failure", "text": text}]
    assert played.run.status == "failed"


def test_actions_after_entering_still_run() -> None:
    """The other flow begins when the node's actions are done."""
    played = play({"type": "enter_flow", "flow": reference("Quiet")}, {"type": "send_msg", "text": "first"})
    assert played.types == ["msg_created", "run_started", "run_ended"]


@pytest.mark.parametrize(
    ("since_input", "types"), [(3, ["session_triggered"]), (4, ["session_triggered"]), (5, ["error"]), (9, ["error"])]
)
def test_sessions_that_spawn_sessions(since_input: int, types: list[str]) -> None:
    """Sessions may start sessions five deep before somebody has to say something."""
    history = {"parent_uuid": uuid(9), "ancestors": 9, "ancestors_since_input": since_input - 1}
    summary = {"uuid": uuid(8), "flow": reference("Main"), "contact": CONTACT, "status": "active", "results": {}}
    trigger = {"type": "flow_action", "run_summary": summary, "history": history}
    assert play({**START, "urns": ["tel:+250788123123"]}, trigger=trigger).types == types


def test_session_triggered() -> None:
    """The event has who is meant, what of this run they may know, and how deep it is already."""
    (event,) = play({**START, "contacts": [{"uuid": uuid(7), "name": "Ann"}], "exclusions": {"in_a_flow": True}}).events
    assert (event["flow"], event["contacts"], event["exclusions"]) == (
        reference("Quiet"),
        [{"uuid": uuid(7), "name": "Ann"}],
        {"in_a_flow": True},
    )
    assert event["run_summary"]["contact"]["name"] == "Ben"
    assert event["run_summary"]["flow"] == {"uuid": reference("Main")["uuid"], "name": "Main", "revision": 3}
    assert event["history"]["ancestors"] == 1


def test_missing_flow() -> None:
    """A flow that is gone is not started."""
    gone = {"uuid": uuid(7), "name": "Gone"}
    assert play({**START, "flow": gone, "create_contact": True}).errors == [
        f"Missing dependency: flow[uuid={uuid(7)},name=Gone]"
    ]


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (
            {**START, "contact_query": "age > 1"},
            "Can't start new sessions for groups or queries during batch starts",
        ),
        (
            {"type": "send_broadcast", "text": "x", "contact_query": "age > 1"},
            "Can't send broadcasts to groups during batch starts",
        ),
        (
            {"type": "send_broadcast", "text": "x", "legacy_vars": ["Testers"]},
            "Can't send broadcasts to groups during batch starts",
        ),
        (
            {**START, "flow": {"uuid": uuid(7), "name": "Gone"}, "contact_query": "age > 1"},
            f"Missing dependency: flow[uuid={uuid(7)},name=Gone]",
        ),
        ({"type": "open_ticket"}, "Can't open tickets during batch starts"),
    ],
)
def test_batches(action: dict[str, Any], error: str) -> None:
    """Where many are started at once, none of them may do what is for many again."""
    assert play(action, trigger={"batch": True}).errors == [error]


def test_ticket() -> None:
    """A ticket is about the topic General unless another is given, and may come with a note."""
    played = play({"type": "open_ticket", "assignee": {"email_match": "ANN@example.org"}, "note": "Hi @contact"})
    ticket = played.contact.tickets[0]
    assert played.run.locals == {"_new_ticket": ticket.uuid}
    assert played.events == [
        {
            "type": "ticket_opened",
            "ticket": {
                "uuid": ticket.uuid,
                "status": "open",
                "topic": reference("General"),
                "assignee": reference("Ann"),
            },
        },
        {"type": "ticket_note_added", "ticket_uuid": ticket.uuid, "note": "Hi Ben"},
    ]


def test_one_ticket_is_enough() -> None:
    """A contact with an open ticket gets no other."""
    played = play({"type": "open_ticket"}, contact={**CONTACT, "tickets": [{"uuid": uuid(7)}]})
    assert (played.events, played.run.locals) == ([], {"_new_ticket": ""})


def test_unknown_assignee() -> None:
    """A ticket is opened for nobody where its assignee does not exist."""
    played = play({"type": "open_ticket", "assignee": {"email_match": "eve@example.org"}})
    assert played.errors == ["No such user with email 'eve@example.org'"]
    assert played.contact.tickets[0].assignee is None

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.mailroom.worker import PendingResult
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status

from ...conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal

    from ...conftest import Send  # noqa: TID252 - the tests have no name from outside

EVERYBODY = [f"tel:+2547110{number:05}" for number in range(250)]


def test_no_rows_at_first(workspace: Workspace, clock: FrozenClock) -> None:
    """Right after the POST there is a broadcast and not one message; they come a moment later (rapidpro 6.1)."""
    broadcast = workspace.create_broadcast(urns=[JANE], text={"eng": "Hi"})
    clock.advance(timedelta(seconds=0.049))
    assert list(workspace.database.store.messages_of(broadcast.id)) == []
    clock.advance(timedelta(seconds=0.2))
    assert [message.urn for message in workspace.database.store.messages_of(broadcast.id)] == [JANE]


def test_order(workspace: Workspace, clock: FrozenClock) -> None:
    """Broadcasts to one contact each become messages in the order of their POSTs."""
    for number in range(50):
        workspace.create_broadcast(urns=[f"tel:+2547110{number:05}"], text={"eng": "Hi"})
    clock.advance(timedelta(seconds=2))
    assert [message.urn for message in workspace.messages] == EVERYBODY[:50]


@pytest.mark.parametrize(
    ("generation", "words"),
    [
        ("community", ["queued", "sent"]),
        ("textit-2025", ["pending", "queued", "started", "completed"]),
        ("textit-2026", ["pending", "queued", "started", "completed"]),
    ],
)
def test_broadcast_statuses(send: Send, journal: Journal, words: list[str]) -> None:
    """A broadcast is done when its messages are created, in the words of its generation."""
    send(*EVERYBODY)
    created = journal.where("broadcast.created")[0].get("status")
    assert [created, *[entry.get("to") for entry in journal.where("broadcast.status")]] == words


@pytest.mark.parametrize(("generation", "word"), [("community", "sent"), ("textit-2026", "completed")])
def test_nobody(rapidpro: RapidPro, workspace: Workspace, clock: FrozenClock, word: str) -> None:
    """A broadcast to nobody ends well, and its total stays unknown."""
    broadcast = workspace.create_broadcast(groups=[workspace.add_group("Empty")], text={"eng": "Hi"})
    clock.advance(timedelta(seconds=5))
    assert rapidpro.generation.words.broadcast[broadcast.status] == word
    assert (broadcast.total, broadcast.started, len(broadcast.messages)) == (-1, 0, 0)


def test_one_message_a_contact(workspace: Workspace, clock: FrozenClock) -> None:
    """Two URNs of one contact, who is in a group, too, make one message to the first URN (rapidpro 6.1)."""
    contact = workspace.contacts.create([JANE, JOHN])
    group = workspace.add_group("Mothers", [contact])
    broadcast = workspace.create_broadcast(urns=[JOHN, JANE], contacts=[contact], groups=[group], text={"eng": "Hi"})
    clock.advance(timedelta(seconds=5))
    assert [message.urn for message in broadcast.messages] == [JANE]


def test_batches(workspace: Workspace, send: Send) -> None:
    """Many recipients come in batches, in an order that is nobody's, at instants that differ."""
    messages = send(*EVERYBODY)
    assert len(messages) == len({message.created_on for message in messages}) == 250
    assert sorted(str(message.urn) for message in messages) == EVERYBODY
    assert [message.urn for message in messages] != EVERYBODY


@pytest.mark.parametrize("generation", ["textit-2026"])
def test_full_outbox(workspace: Workspace, send: Send, rapidpro: RapidPro, clock: FrozenClock) -> None:
    """TextIt holds bulk back while the outbox is full, and looks again every ten seconds."""
    rapidpro.courier_status = "down"
    full = send(*[f"tel:+2547{number:08}" for number in range(10_000)], wait=30)
    assert len(full) == 10_000
    held = send(JANE, JOHN, wait=60)
    single = send(JANE, wait=5)
    assert (len(held), len(single)) == (0, 1)
    rapidpro.courier_status = "up"
    clock.advance(timedelta(seconds=30))
    assert len(workspace.messages) == 10_000 + 1 + 2


@pytest.mark.parametrize("generation", ["textit-2026"])
def test_interrupted(workspace: Workspace, clock: FrozenClock, journal: Journal) -> None:
    """An interrupted broadcast makes no more messages."""
    broadcast = workspace.create_broadcast(urns=EVERYBODY, text={"eng": "Hi"})
    workspace.mailroom.broadcasts.interrupt(broadcast)
    clock.advance(timedelta(minutes=1))
    assert (len(broadcast.messages), journal.where("broadcast.status")[-1].get("to")) == (0, "interrupted")


@pytest.mark.parametrize(("generation", "word"), [("community", "sent"), ("textit-2026", "failed")])
def test_unreadable_query(workspace: Workspace, clock: FrozenClock, journal: Journal, word: str) -> None:
    """Recipients that cannot be found fail a broadcast; the community's RapidPro says `sent` even so (rapidpro 6.1)."""
    workspace.create_broadcast(urns=[JANE], query="shoe_size > 40", text={"eng": "Hi"})
    clock.advance(timedelta(seconds=5))
    assert (journal.where("broadcast.status")[-1].get("to"), workspace.messages) == (word, [])


@pytest.mark.parametrize("status", [ContactStatus.BLOCKED, ContactStatus.STOPPED, ContactStatus.ARCHIVED])
def test_inactive_contact(workspace: Workspace, send: Send, status: ContactStatus) -> None:
    """A message to somebody who is blocked, stopped or archived is created, and has failed."""
    workspace.contacts.create([JANE]).status = status
    message = send(JANE)[0]
    assert (message.status, message.failed_reason) == (Status.FAILED, FailedReason.CONTACT)


@pytest.mark.parametrize(("generation", "count"), [("community", 2), ("textit-2026", 1)])
def test_busy_contact(workspace: Workspace, send: Send, journal: Journal, count: int) -> None:
    """Whom TextIt cannot lock gets no message, and the broadcast ends as if nothing were missing (rapidpro 6.1)."""
    workspace.contacts.create([JANE]).busy = True
    assert len(send(JANE, JOHN, wait=120)) == count
    assert journal.where("broadcast.status")[-1].get("to") in {"sent", "completed"}


@pytest.mark.parametrize(("generation", "seconds"), [("community", 1), ("textit-2026", 31)])
def test_waited_for(workspace: Workspace, send: Send, clock: FrozenClock, seconds: float) -> None:
    """TextIt waits up to a minute for who is busy, with a slow webhook, say (rapidpro 6.1)."""
    jane = workspace.contacts.create([JANE])
    answers: list[Callable[[None], None]] = []
    pending: PendingResult[None] = PendingResult(answers.append)

    async def call() -> None:
        await pending

    workspace.mailroom.worker.submit(jane, call)
    began = clock.now()
    send(JANE, wait=30)
    answers[0](None)
    clock.advance(timedelta(minutes=1))
    assert (jane.messages[0].created_on - began).total_seconds() == pytest.approx(seconds, abs=1)


def test_no_channel(workspace: Workspace, send: Send) -> None:
    """A message that no channel can carry has failed, without a URN and a channel."""
    message = send("mailto:jane@example.org")[0]
    assert (message.status, message.failed_reason) == (Status.FAILED, FailedReason.NO_DESTINATION)
    assert (message.urn, message.channel) == (None, None)


def test_reachable_urn(workspace: Workspace, send: Send) -> None:
    """A message goes to the first URN that a channel can send to, not simply to the first."""
    workspace.contacts.create(["mailto:jane@example.org", JANE])
    assert send("mailto:jane@example.org")[0].urn == JANE


def test_suspended(workspace: Workspace, send: Send) -> None:
    """What a suspended workspace had still to send fails as it is created."""
    workspace.settings.suspended = True
    assert send()[0].failed_reason == FailedReason.SUSPENDED


@pytest.mark.parametrize(("generation", "first"), [("community", 20), ("textit-2025", 20), ("textit-2026", 21)])
def test_looping(workspace: Workspace, generation: str, first: int) -> None:
    """Of identical messages to one contact within five minutes the 20th fails, TextIt's 21st today."""
    contact = workspace.contacts.create([JANE])
    texts = ["Hello there", "HELLO THERE"]  # their case is nothing to the guard
    messages = [workspace.send_message(contact, texts[number % 2]) for number in range(22)]
    assert next(number for number, each in enumerate(messages, 1) if each.failed_reason) == first
    assert messages[-1].failed_reason == FailedReason.LOOPING


def test_no_loop(workspace: Workspace, clock: FrozenClock) -> None:
    """The guard counts each contact and each five minutes on its own."""
    jane, john = workspace.contacts.create([JANE]), workspace.contacts.create([JOHN])
    for _ in range(3):
        for contact in (jane, john):
            for _ in range(15):
                workspace.send_message(contact, "Hello")
        clock.advance(timedelta(minutes=5))
    assert workspace.statuses()["failed"] == 0


TEXT = {"eng": "Hello", "swa": "Habari"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("swa", TEXT, "Habari"),
        ("fra", {**TEXT, "fra": "Salut"}, "Hello"),  # spoken by the contact, not by the workspace
        (None, TEXT, "Hello"),
        (None, {"swa": "Habari"}, "Habari"),
        ("swa", {"eng": "Hello"}, "Hello"),
    ],
)
def test_translation(
    rapidpro: RapidPro, clock: FrozenClock, language: str | None, text: dict[str, str], expected: str
) -> None:
    """A contact reads its own language if the workspace has it, else the workspace's, else the broadcast's."""
    workspace = rapidpro.workspace("Languages", languages=("eng", "swa"))
    contact = workspace.contacts.create([JANE], language=language)
    broadcast = workspace.create_broadcast(contacts=[contact], text=text, base_language=next(iter(text)))
    clock.advance(timedelta(seconds=5))
    assert broadcast.messages[0].text == expected


@pytest.mark.parametrize(("generation", "attachments"), [("community", None), ("textit-2026", ["image/png:x"])])
def test_translation_of_parts(rapidpro: RapidPro, clock: FrozenClock, attachments: list[str] | None) -> None:
    """The community takes one translation as a whole; TextIt looks for each part on its own."""
    workspace = rapidpro.workspace("Languages", languages=("eng", "swa"))
    contact = workspace.contacts.create([JANE], language="swa")
    broadcast = workspace.create_broadcast(contacts=[contact], text=TEXT, attachments={"eng": ["image/png:x"]})
    clock.advance(timedelta(seconds=5))
    assert broadcast.messages[0].attachments == attachments


@pytest.mark.parametrize(("generation", "count"), [("community", 0), ("textit-2026", 1)])
def test_empty_message(send: Send, count: int) -> None:
    """A text that evaluates to nothing makes no message in the community's RapidPro, an empty one in TextIt's."""
    assert len(send(text="@contact.name")) == count


def test_template(workspace: Workspace, send: Send) -> None:
    """The text of a broadcast is a template, evaluated for each contact when it is sent."""
    workspace.contacts.create([JANE], name="Jane")
    workspace.globals.set("hotline", "911")
    assert send(text="@contact.name, call @globals.hotline or ask@example.org")[0].text == (
        "Jane, call 911 or ask@example.org"
    )


def test_single_message(workspace: Workspace) -> None:
    """A single message is there at once, is no template, and has high priority."""
    message = workspace.send_message(workspace.contacts.create([JANE]), "@contact.name")
    assert (message.text, message.status, message.high_priority) == ("@contact.name", Status.QUEUED, True)
    assert message.broadcast is None


@pytest.mark.parametrize(
    ("generation", "caption", "attachment"),
    [("community", "Yes @contact.name", "image/png:@contact.name"), ("textit-2026", "Yes Jane", "image/png:Jane")],
)
def test_templates_everywhere(workspace: Workspace, clock: FrozenClock, caption: str, attachment: str) -> None:
    """TextIt evaluates attachments and quick replies, too (rapidpro 4.1)."""
    contact = workspace.contacts.create([JANE], name="Jane")
    broadcast = workspace.create_broadcast(
        contacts=[contact],
        text={"eng": "Well?"},
        attachments={"eng": ["image/png:@contact.name"]},
        quick_replies={"eng": [{"type": "text", "text": "Yes @contact.name", "extra": None}, {"type": "location"}]},
    )
    clock.advance(timedelta(seconds=5))
    message = broadcast.messages[0]
    assert message.quick_replies == [{"type": "text", "text": caption, "extra": None}, {"type": "location"}]
    assert message.attachments == [attachment]


@pytest.mark.parametrize(
    ("generation", "reached"), [("v7", JOHN), ("v8", JOHN), ("community", JANE), ("textit-2026", JANE)]
)
def test_given_urn(workspace: Workspace, send: Send, reached: str) -> None:
    """Before 8.1 a message went to the URN that was posted; since then to the first of the contact's (rapidpro 10)."""
    workspace.contacts.create([JANE, JOHN])
    assert [message.urn for message in send(JOHN)] == [reached]

"""Status polls: what is remembered is what would be read now, whatever has changed in between."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.api import messages
from rapidpro_simulator.rapidpro.model.assets import Label
from rapidpro_simulator.rapidpro.model.messages import Status, Visibility
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.network import Latency
from rapidpro_simulator.world.network.latest import Latest

from .conftest import GENERATIONS

if TYPE_CHECKING:
    from .conftest import Server

POLL = "/api/v2/messages.json?broadcast=1"
AFRESH = f"{POLL}&folder="  # the same question, in words to which no answer is remembered
ANN, BOB = "tel:+254712000001", "tel:+254712000002"
DAY = datetime(2026, 3, 3, tzinfo=UTC)
PICTURE = "image/png:https://a.example/b.png"


class Scene:
    """A workspace with a broadcast to two people, one of whose messages is looked at."""

    def __init__(self, world: Simulation) -> None:
        self.world = world
        self.host = world.rapidpro("textit.com")
        self.installation = self.host.installation
        self.workspace = self.host.workspace("Main")
        self.settings = self.workspace.settings
        self.workspace.create_broadcast(urns=[ANN, BOB], text={"eng": "Hi"})
        world.advance(seconds=5)
        self.message = self.workspace.messages[0]
        self.channel, self.contact = self.workspace.channels[0], self.message.contact
        self.label, self.flow = Label("a label", "one"), Label("a flow", "one")
        self.reply: dict[str, str | None] = {"text": "Yes"}

    def ask(self, path: str) -> tuple[int, str]:
        answer = self.world.request("GET", f"{self.host.url}{path}", token=self.workspace.token.key)
        return answer.status, answer.text

    def change(self, what: str, value: Any) -> None:
        """Give an attribute a value, or what a function of the scene returns for it."""
        row, _, name = what.rpartition(".")
        setattr(attrgetter(row)(self) if row else self, name, value(self) if callable(value) else value)


CHANGES: list[tuple[str, Any]] = [
    *[("message.status", status) for status in sorted(set(Status) - {Status.RESENT})],
    *[("message.visibility", visibility) for visibility in Visibility],
    *[("message.flow", flow) for flow in (None, attrgetter("flow"))],
    *[("message.channel", channel) for channel in (None, attrgetter("channel"))],
    *[("message.labels", labels) for labels in (None, lambda scene: [scene.label])],
    *[("message.attachments", attachments) for attachments in (None, lambda _: [PICTURE])],
    *[("message.quick_replies", replies) for replies in (None, lambda scene: [scene.reply])],
    *[(f"message.{name}", value) for name in ("modified_on", "sent_on") for value in (DAY, DAY.replace(hour=1))],
    *[(f"message.{name}", value) for name in ("text", "kind", "urn") for value in ("one", "two")],
    *[
        (f"{row}.{name}", value)
        for row in ("contact", "channel", "flow")
        for name in ("name", "uuid")
        for value in "ab"
    ],
    *[("label.name", name) for name in "ab"],
    *[("settings.anonymous", anonymous) for anonymous in (True, False)],
    *[("installation.replica_lag", seconds) for seconds in (0.0, 3.0, 60.0)],
    ("message.incoming", True),
    ("message.sent_on", None),
    ("reply", lambda scene: scene.reply.update(text="No") or scene.reply),
    ("message.labels", lambda scene: scene.message.labels and scene.message.labels[1:]),
    ("contact", lambda scene: scene.workspace.delete_contact(scene.contact) or scene.contact),
    ("world", lambda scene: scene.world.advance(seconds=10) or scene.world),
]
"""What may become of a message, of what stands beside it, and of the workspace: attributes and their values."""


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(change: tuple[str, Any]) -> None:
    """Each of the changes shows in the answer to the next poll."""
    with Simulation(generation="textit-2026", latency=Latency(0, 0)) as world:
        scene = Scene(world)
        scene.message.flow = scene.flow
        scene.ask(POLL)
        scene.change(*change)
        assert scene.ask(POLL) == scene.ask(AFRESH)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(GENERATIONS), st.lists(st.sampled_from(CHANGES), max_size=12))
def test_a_remembered_answer_is_what_would_be_read_now(generation: str, changes: list[tuple[str, Any]]) -> None:
    """Whatever changes between two polls of a broadcast, the second is answered with what is there now."""
    with Simulation(generation=generation, latency=Latency(0, 0)) as world:
        scene = Scene(world)
        for change in changes:
            scene.ask(POLL)
            scene.change(*change)
            assert scene.ask(POLL) == scene.ask(AFRESH)


def test_the_same_question_is_read_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody has touched is not read again, and each question counts against the quota."""
    server.workspace.create_broadcast(urns=["tel:+250788123123"], text={"eng": "Hi"})
    first = server.get(POLL)
    monkeypatch.setattr(messages, "listing", None)
    assert server.get(POLL).text == first.text
    assert server.api.quota(server.workspace)["v2.messages"].used == 2


def test_the_oldest_answers_make_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more answers are remembered than there is room for."""
    monkeypatch.setattr(server.api._polls, "_answers", Latest(2))
    for number in range(3):
        server.get(f"messages.json?broadcast={number}")
    assert len(server.api._polls._answers) == 2


def test_an_indented_answer_is_indented(server: Server) -> None:
    """Whoever asks for JSON with indentation gets it, whatever others were answered."""
    server.get(POLL)
    indented = server.get(POLL, headers={**server.authorization, "Accept": "application/json; indent=4"})
    assert indented.text.startswith("{\n    ")

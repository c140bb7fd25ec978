"""The client of the control API, against a server in the same process."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator import Client, ClientError, World
from rapidpro_simulator.console.worlds import Worlds
from tests.console.api import TOKEN, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENDING = """
Given a RapidPro workspace "Main"
And a CHT instance that sends through the workspace "Main"
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    worlds = Worlds(tmp_path)
    try:
        with served(worlds) as api:
            yield Client(api.url, TOKEN)
    finally:
        worlds.close()


@pytest.fixture
def world(client: Client) -> Iterator[World]:
    with client.new_world(SENDING, name="clinic", seed=7) as world:
        yield world


def test_worlds(client: Client) -> None:
    """A world lasts as long as its block."""
    with client.new_world() as world:
        assert client.worlds == [world.name] == ["world-1"]
        assert client.world("world-1") == world
    assert client.worlds == []


def test_driven(world: World) -> None:
    """Sentences are said, texts sent, and time passes until something is so."""
    assert world.say('When a pending message to "+254712345678" with the text "Visit tomorrow" is added') == 1
    assert world.wait_for('the message is in the state "delivered"', timedelta(minutes=5))
    assert not world.wait_for('the message is in the state "failed"', timedelta(minutes=1))
    assert [(each["text"], each["state"]) for each in world.messages] == [("Visit tomorrow", "delivered")]
    world.text("+254712345678", "Thank you", "Main")
    world.text("+254712345678", "Good bye")
    [phone] = world.ask("GET", "/phones")["results"]
    assert [each["text"] for each in phone["messages"]] == ["Visit tomorrow", "Thank you", "Good bye"]
    before = world.describe()["now"]
    assert world.advance(timedelta(days=1)) > before
    world.run(600)
    assert world.describe()["speed"] == 600


def test_followed(world: World) -> None:
    """The journal is asked, and followed from an entry on until the world ends."""
    last = world.journal()[-1]["number"]
    world.say("When a pending message is added")
    [saved, *_] = world.journal("exchange method=POST", after=last)
    stream = world.follow(after=last)
    assert next(stream)["number"] == last + 1
    assert saved in [next(stream) for _ in range(saved["number"] - last - 1)]


def test_snapshot(client: Client, world: World) -> None:
    """A world is saved and made again."""
    world.say("When 3 pending messages are added\nWhen 5 minutes pass")
    with client.new_world(snapshot=world.snapshot()) as again:
        assert again.messages == world.messages


def test_refused(client: Client, world: World) -> None:
    """What the server refuses is an error that says what the server said."""
    with pytest.raises(ClientError, match="7 messages") as refused:
        world.say('Then the workspace "Main" has 7 messages')
    assert (refused.value.status, refused.value.problem["line"]) == (409, 1)
    with pytest.raises(ClientError, match="there is no world called mian"):
        client.world("mian").describe()
    with pytest.raises(ClientError, match="present the token"):
        _ = Client(client.url).worlds


def test_nobody_there(client: Client) -> None:
    """Where nobody listens, it is the error of a connection."""
    with pytest.raises(ConnectionError):
        _ = Client("http://127.0.0.1:9", TOKEN).worlds


def test_another_server(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is none of ours is told by its status."""
    monkeypatch.setattr("rapidpro_simulator.client.PREFIX", "/static/none?")
    with pytest.raises(ClientError) as refused:
        _ = client.worlds
    assert refused.value.status == 404

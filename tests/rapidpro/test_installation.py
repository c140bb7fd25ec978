from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.rapidpro.runtime.task_queue import MailroomDownError
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed

from .conftest import JANE

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .conftest import Install, Send


def test_new_workspace(workspace: Workspace) -> None:
    """A new workspace can be used at once: it has an Administrator's token and an aggregator."""
    assert (workspace.token.role, workspace.token.active) == ("Administrator", True)
    assert [channel.kind.name for channel in workspace.channels] == ["aggregator"]


@pytest.mark.parametrize(("generation", "alphabet"), [("community", "0123456789abcdef"), ("textit-2026", "A-Z0-9")])
def test_token(rapidpro: RapidPro, workspace: Workspace, generation: str, alphabet: str) -> None:
    """A token has 40 characters, is found by its key, and never shows in the journal."""
    key = workspace.token.key
    assert rapidpro.tokens.get(key) is workspace.token
    assert len(key) == 40
    assert key not in rapidpro.journal.redact(f"Token {key}")
    assert alphabet == "A-Z0-9" or set(key) <= set(alphabet)


def test_taken_name(rapidpro: RapidPro, workspace: Workspace) -> None:
    """There is one workspace of a name."""
    with pytest.raises(ValueError, match="Main"):
        rapidpro.workspace("Main")


def test_taken_key(workspace: Workspace) -> None:
    """There is one token of a key."""
    workspace.new_token("Editor", key="x" * 40)
    with pytest.raises(ValueError, match="already"):
        workspace.new_token("Editor", key="x" * 40)


def test_unknown_channel(workspace: Workspace) -> None:
    """A kind of channel that there is not is refused with those that there are."""
    with pytest.raises(ValueError, match="aggregator without reports, external, android, whatsapp"):
        workspace.add_channel("pigeon")


def test_unknown_role(workspace: Workspace) -> None:
    """A role that there is not is refused."""
    with pytest.raises(ValueError, match="Administrator"):
        workspace.new_token("King")


@pytest.mark.parametrize(
    ("role", "unrestricted"), [("Administrator", True), ("Editor", True), ("Agent", False), ("Staff", True)]
)
def test_roles(workspace: Workspace, role: str, unrestricted: bool) -> None:
    """Administrators, Editors and staff may use every endpoint."""
    assert workspace.new_token(role).unrestricted is unrestricted


@pytest.mark.parametrize(
    ("generation", "role", "shared"),
    [
        ("community", "Editor", True),
        ("community", "Staff", False),
        ("textit-2026", "Staff", True),
        ("v7", "Editor", False),
    ],
)
def test_buckets(workspace: Workspace, role: str, shared: bool) -> None:
    """The tokens of a workspace share a bucket, but for the community's staff and in old versions."""
    assert (workspace.new_token(role).bucket == workspace.token.bucket) is shared


def test_ids_collide(install: Install, send: Send) -> None:
    """Ids are sequences of an installation: a second one gives the same ids again."""
    first = send()[0]
    other = install().workspace("Other")
    broadcast = other.create_broadcast(urns=[JANE], text={"eng": "Hello"})
    assert first.broadcast is not None
    assert broadcast.id == first.broadcast.id


def test_next_broadcast_id(rapidpro: RapidPro, workspace: Workspace) -> None:
    """The sequence of broadcasts can be set ahead, never back."""
    rapidpro.platform.next_broadcast_id = 10_457
    assert workspace.create_broadcast(urns=[JANE], text={"eng": "Hi"}).id == 10_457
    with pytest.raises(ValueError, match="past"):
        rapidpro.platform.next_broadcast_id = 5


@pytest.mark.parametrize(("generation", "version"), [("community", 4), ("textit-2025", 7), ("textit-2026", 7)])
def test_uuids(workspace: Workspace, send: Send, version: int) -> None:
    """TextIt's messages and broadcasts have UUIDs in the order of time; a message is found by its UUID."""
    message = send()[0]
    assert uuid.UUID(message.uuid).version == version
    assert workspace.database.store.message_by_uuid(message.uuid.upper()) is message
    assert workspace.database.store.message_by_uuid(str(uuid.UUID(int=7))) is None


def test_own_rates(install: Install) -> None:
    """A workspace's own rates stand over those of its host's profile."""
    workspace = install(rate_profile="shared-2500").workspace("Main", rates={"v2": "10/hour"})
    scope, rate = workspace.access.quota("messages")
    assert rate is not None
    assert (scope, rate.limit) == ("v2", 10)


def test_community_waits_for_mailroom(rapidpro: RapidPro, workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """While mailroom is down, the community's broadcasts are taken and stay queued until it is up."""
    rapidpro.mailroom_status = "down"
    assert send(wait=3600) == []
    rapidpro.mailroom_status = "up"
    clock.advance(timedelta(seconds=10))
    assert len(workspace.messages) == 1


@pytest.mark.parametrize("generation", ["textit-2025", "textit-2026"])
def test_textit_needs_mailroom(rapidpro: RapidPro, workspace: Workspace) -> None:
    """TextIt's broadcasts fail while mailroom is down, and leave nothing behind."""
    rapidpro.mailroom_status = "down"
    with pytest.raises(MailroomDownError):
        workspace.create_broadcast(urns=[JANE], text={"eng": "Hi"})
    assert workspace.broadcasts == []


def test_single_message_needs_mailroom(rapidpro: RapidPro, workspace: Workspace) -> None:
    """A single message needs mailroom's answer in every generation."""
    contact = workspace.contacts.create([JANE])
    rapidpro.mailroom_status = "down"
    with pytest.raises(MailroomDownError):
        workspace.send_message(contact, "Hi")


def test_slow_mailroom(rapidpro: RapidPro, send: Send) -> None:
    """A slow mailroom makes messages appear later."""
    rapidpro.slow_mailroom(30)
    assert rapidpro.mailroom_delay == 30
    assert send(wait=59) == []
    assert len(send(wait=70)) == 1


def test_replica_lag(rapidpro: RapidPro, clock: FrozenClock) -> None:
    """Readers see the world as it was so many seconds ago."""
    rapidpro.replica_lag = 5
    assert rapidpro.visible_until == clock.now() - timedelta(seconds=5)


@pytest.mark.parametrize(("part", "word"), [("mailroom", "tired"), ("courier", "slow")])
def test_unknown_health(rapidpro: RapidPro, part: str, word: str) -> None:
    """A part's health has a few words only."""
    with pytest.raises(ValueError, match=word):
        setattr(rapidpro, f"{part}_status", word)


def run(seed: int) -> list[str]:
    clock = FrozenClock()
    journal = Journal(clock)
    workspace = RapidPro("textit.com", Context(clock, Seed(seed), journal)).workspace("Main")
    workspace.deliver("poor")
    urns = [f"tel:+2547110000{number:02}" for number in range(50)]
    workspace.create_broadcast(urns=urns, text={"eng": "Hi @contact.urn"})
    clock.advance(timedelta(days=1))
    return [journal.line(entry) for entry in journal]


def test_same_seed_same_journal() -> None:
    """One seed makes one journal; another makes another."""
    assert run(1) == run(1)
    assert run(1) != run(2)


@pytest.mark.parametrize(
    ("timezone", "channels", "country"),
    [
        ("Africa/Nairobi", ["UG"], "KE"),
        ("America/Argentina/Ushuaia", [], "AR"),
        ("UTC", ["UG", "UG"], "UG"),
        ("UTC", ["UG", "TZ"], None),
        ("UTC", [], None),
    ],
)
def test_default_country(rapidpro: RapidPro, timezone: str, channels: list[str], country: str | None) -> None:
    """Where nobody says, national numbers are those of the time zone's country, or of the channels' (rapidpro 5.2)."""
    workspace = rapidpro.workspace("Somewhere", timezone=timezone)
    workspace.remove_channel(workspace.channels[0])
    for each in channels:
        workspace.add_channel("aggregator", country=each)
    assert workspace.database.country == country
    workspace.settings.country = "NP"
    assert workspace.database.country == "NP"

"""RapidPro's official Python client, every method of it, in every generation."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from requests import Session

from rapidpro_simulator.rapidpro.generations import GENERATIONS
from tests.support.simulated_requests import SimulatedRequests

from .furnished import ANN, BOB, furnish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

    from .conftest import Server


class Known:
    """What a furnished workspace has, by the words that a client's user would say."""

    def __init__(self, workspace: Workspace) -> None:
        database = workspace.database
        self.flow = next(iter(workspace.flows)).uuid
        self.contact = next(each.uuid for each in workspace.contacts if ANN in each.urns)
        self.group = next(group.uuid for group in workspace.groups.values() if group.name == "Friends")
        self.campaign = next(iter(database.campaigns.values()))
        self.event = self.campaign.events[0].uuid
        self.label = next(iter(database.labels.values())).uuid
        self.subscriber = 1
        self.message = next(message.id for message in workspace.messages if message.incoming)


EVENT = {"relative_to": "created_on", "offset": 2, "unit": "days", "delivery_hour": 10, "message": "Hi"}
START = {"restart_participants": True, "exclude_active": False, "params": {"day": 1}}
SUBSCRIBER = {"resthook": "new-registration", "target_url": "https://other.example/"}

# In this order: what is deleted last has been used before.
METHODS: dict[str, Callable[[Any, Known], Any]] = {
    "get_archives": lambda client, _: client.get_archives(period="monthly").all(),
    "get_boundaries": lambda client, _: client.get_boundaries(geometry=True).all(),
    "get_broadcasts": lambda client, _: client.get_broadcasts().all(),
    "get_campaign_events": lambda client, known: client.get_campaign_events(campaign=known.campaign.uuid).all(),
    "get_campaigns": lambda client, known: client.get_campaigns(uuid=known.campaign.uuid).all(),
    "get_channel_events": lambda client, _: client.get_channel_events().all(),
    "get_channels": lambda client, _: client.get_channels().all(),
    "get_classifiers": lambda client, _: client.get_classifiers().all(),
    "get_contacts": lambda client, known: client.get_contacts(urn=ANN, group=known.group, reverse=True).all(),
    "get_definitions": lambda client, known: client.get_definitions(flows=(known.flow,)).flows,
    "get_fields": lambda client, _: client.get_fields(key="age").all(),
    "get_flow_starts": lambda client, _: client.get_flow_starts().all(),
    "get_flows": lambda client, _: client.get_flows().all(),
    "get_globals": lambda client, _: client.get_globals().all(),
    "get_groups": lambda client, _: client.get_groups(name="Friends").all(),
    "get_labels": lambda client, _: client.get_labels(name="Urgent").all(),
    "get_messages": lambda client, _: client.get_messages(folder="inbox").all(),
    "get_org": lambda client, _: client.get_org(),
    "get_resthook_events": lambda client, _: client.get_resthook_events(resthook="new-registration").all(),
    "get_resthook_subscribers": lambda client, _: client.get_resthook_subscribers(id=1).all(),
    "get_resthooks": lambda client, _: client.get_resthooks().all(),
    "get_runs": lambda client, known: client.get_runs(flow=known.flow, responded=True, paths=True).all(),
    "create_broadcast": lambda client, known: client.create_broadcast("Hi", urns=[BOB], contacts=[known.contact]),
    "create_campaign": lambda client, known: client.create_campaign("Calls", known.group),
    "create_campaign_event": lambda client, known: client.create_campaign_event(known.campaign.uuid, **EVENT),
    "create_contact": lambda client, _: client.create_contact("Cid", "eng", ["tel:+250788000009"], {"age": "33"}),
    "create_field": lambda client, _: client.create_field("Due date", "datetime"),
    "create_flow_start": lambda client, known: client.create_flow_start(known.flow, urns=[BOB], **START),
    "create_global": lambda client, _: client.create_global("Ward", "Kicukiro"),
    "create_group": lambda client, _: client.create_group("Nurses"),
    "create_label": lambda client, _: client.create_label("Later"),
    "create_message": lambda client, known: client.create_message(known.contact, "Hi", []),
    "create_resthook_subscriber": lambda client, _: client.create_resthook_subscriber(**SUBSCRIBER),
    "update_campaign": lambda client, known: client.update_campaign(known.campaign.uuid, "Visitors", known.group),
    "update_campaign_event": lambda client, known: client.update_campaign_event(known.event, **EVENT),
    "update_contact": lambda client, _: client.update_contact(ANN, "Anna", fields={"age": "34"}),
    "update_field": lambda client, _: client.update_field("age", "Years", "number"),
    "update_global": lambda client, _: client.update_global("clinic", "Huye"),
    "update_group": lambda client, known: client.update_group(known.group, "Best friends"),
    "update_label": lambda client, known: client.update_label(known.label, "Soon"),
    "bulk_add_contacts": lambda client, known: client.bulk_add_contacts([known.contact], known.group),
    "bulk_remove_contacts": lambda client, known: client.bulk_remove_contacts([known.contact], known.group),
    "bulk_block_contacts": lambda client, known: client.bulk_block_contacts([known.contact]),
    "bulk_unblock_contacts": lambda client, known: client.bulk_unblock_contacts([known.contact]),
    "bulk_interrupt_contacts": lambda client, known: client.bulk_interrupt_contacts([known.contact]),
    "bulk_label_messages": lambda client, known: client.bulk_label_messages([known.message], known.label),
    "bulk_unlabel_messages": lambda client, known: client.bulk_unlabel_messages([known.message], label_name="Soon"),
    "bulk_archive_contact_messages": lambda client, known: client.bulk_archive_contact_messages([known.contact]),
    "bulk_restore_messages": lambda client, known: client.bulk_restore_messages([known.message]),
    "bulk_archive_messages": lambda client, known: client.bulk_archive_messages([known.message]),
    "bulk_delete_messages": lambda client, known: client.bulk_delete_messages([known.message]),
    "bulk_delete_contacts": lambda client, known: client.bulk_delete_contacts([known.contact]),
    "delete_campaign_event": lambda client, known: client.delete_campaign_event(known.campaign.events[-1].uuid),
    "delete_contact": lambda client, _: client.delete_contact(BOB),
    "delete_group": lambda client, _: client.delete_group(client.get_groups(name="Nurses").first()),
    "delete_label": lambda client, known: client.delete_label(known.label),
    "delete_resthook_subscriber": lambda client, known: client.delete_resthook_subscriber(known.subscriber),
}


# What the client does not bring home, and why; by release of the client and generation.
ALWAYS = {
    "get_archives": "nothing",  # the archiver takes messages away, but writes no files here
    "update_campaign_event": "TembaBadRequestError",  # the client leaves out the campaign, which RapidPro asks for
}
NO_MESSAGES = {"create_message": "TembaHttpError"}  # 405: the generation is older
NO_CLASSIFIERS = {"get_classifiers": "TembaNoSuchObjectError"}  # 404: the generation is younger
# The client reads quick replies, which the messages of the generation do not have; they are sent all the same.
NO_QUICK_REPLIES = {"get_messages": "TembaSerializationException"}

LOCKED = "2.21 or later"
REFUSED: dict[str, dict[str, dict[str, str]]] = {
    "2.13.0": {"v7": NO_MESSAGES, "v8": NO_MESSAGES, "textit-2026": NO_CLASSIFIERS},
    LOCKED: {
        "v7": NO_MESSAGES | NO_QUICK_REPLIES,
        "v8": NO_MESSAGES | NO_QUICK_REPLIES,
        "community": NO_QUICK_REPLIES | {"create_message": "TembaSerializationException"},
        "textit-2026": NO_CLASSIFIERS,
    },
}


@pytest.fixture(scope="session")
def install(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path | None]:
    """Return a function that installs a release and returns its folder; None for the one that is installed anyway."""

    @cache
    def install(release: str) -> Path | None:
        if release == LOCKED:
            return None
        folder = tmp_path_factory.mktemp("client")
        wanted = [f"rapidpro-python=={release}", "iso8601", "pytz", "six"]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "1", "--target"]
        done = subprocess.run([*command, str(folder), *wanted], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"rapidpro-python {release} cannot be installed: {done.stderr.strip().splitlines()[-1]}")
        return folder

    return install


@pytest.fixture
def client_of(
    install: Callable[[str], Path | None], network: Network, loop: SimulationLoop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], type]]:
    """Return a function that imports the class of a release's client, whose requests go to the simulation."""
    adapter = SimulatedRequests(network, loop)
    monkeypatch.setattr(Session, "get_adapter", lambda *_, **__: adapter)

    def load(release: str, module: str) -> type:
        folder = install(release)
        if folder is not None:
            monkeypatch.syspath_prepend(folder)
        found: type = importlib.import_module(module).TembaClient
        return found

    forget()
    yield load
    forget()


def forget() -> None:
    """Forget what has been imported of one release, for the sake of the next."""
    for name in [each for each in sys.modules if each.partition(".")[0] == "temba_client"]:
        del sys.modules[name]


def methods_of(client: type) -> list[str]:
    return [name for name, _ in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")]


def outcome(method: Callable[[Any, Known], Any], client: Any, known: Known) -> str | None:
    """Return what is wrong with a call: that it found nothing, or the name of the error."""
    try:
        return "nothing" if method(client, known) == [] else None
    except Exception as error:
        return type(error).__name__


@pytest.mark.xdist_group("official client")
@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("release", REFUSED)
def test_every_method(
    release: str,
    generation: str,
    start: Callable[..., Server],
    client_of: Callable[[str, str], type],
    loop: SimulationLoop,
) -> None:
    """Every method works, but for what the client and the generation do not have in common."""
    server = start(generation)
    furnish(server, loop)
    known = Known(server.workspace)
    client = client_of(release, "temba_client.v2")("rapidpro.org", server.workspace.token.key)
    names = methods_of(type(client))
    assert set(names) <= set(METHODS)
    outcomes = {name: outcome(METHODS[name], client, known) for name in METHODS if name in names}
    refused = ALWAYS | REFUSED[release].get(generation, {})
    assert {name: each for name, each in outcomes.items() if each} == refused


@pytest.mark.xdist_group("official client")
@pytest.mark.parametrize("generation", GENERATIONS)
def test_first_major(generation: str, start: Callable[..., Server], client_of: Callable[[str, str], type]) -> None:
    """The client's first major speaks API v1, which no generation has any more: each method is told 404."""
    server = start(generation)
    client = client_of("1.6.2", "temba_client.client")("rapidpro.org", server.workspace.token.key)
    for name in set(methods_of(type(client))) - {"pager"}:  # that one asks nobody
        method = getattr(client, name)
        with pytest.raises(Exception, match="404 Client Error"):
            method(
                *(Anything() for each in inspect.signature(method).parameters.values() if each.default is each.empty)
            )


class Anything(str):
    """An argument of any method."""

    __slots__ = ()

    def serialize(self) -> str:
        return "anything"

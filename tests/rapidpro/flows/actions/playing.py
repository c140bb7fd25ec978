"""Plays actions and modifiers in a workspace that fits on a screen, in a world that is always the same."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.inputs import VoiceCall
from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits, Services
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, run_to_end
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.modifiers import ModifierContext, read_modifier

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def reference(name: str) -> dict[str, str]:
    """Return the reference to an asset of the workspace by its name."""
    return {"uuid": NUMBERS[name], "name": name}


NUMBERS = {
    name: uuid(number)
    for number, name in enumerate(
        ("Android", "Deaf", "Telegram", "Testers", "Customers", "Named", "Spam", "General", "Weather", "Ann", "Bob"),
        100,
    )
} | {name: uuid(number) for number, name in enumerate(("Main", "Spoken", "Quiet", "Model", "Editor", "Greeting"), 200)}


def flow(name: str, type_: str, *actions: dict[str, Any], localization: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "uuid": NUMBERS[name],
        "name": name,
        "spec_version": "14.4.2",
        "language": "eng",
        "revision": 3,
        "type": type_,
        "localization": localization or {},
        "nodes": [{"uuid": uuid(1), "actions": list(actions), "exits": [{"uuid": uuid(2)}]}],
    }


CONTACT: dict[str, Any] = {
    "uuid": uuid(3),
    "name": "Ben",
    "created_on": "2020-01-01T00:00:00Z",
    "urns": ["tel:+12065551212", "telegram:1234#ben"],
}
WORKSPACE: dict[str, Any] = {
    "channels": [
        {**reference("Android"), "address": "+12065550000", "schemes": ["tel"], "roles": ["send"], "country": "US"},
        {**reference("Deaf"), "address": "1", "schemes": ["tel"], "roles": ["receive"]},
        {**reference("Telegram"), "address": "2", "schemes": ["telegram"], "roles": ["send"]},
    ],
    "fields": [
        {"uuid": uuid(4), "key": "age", "name": "Age", "type": "number"},
        {"uuid": uuid(5), "key": "village", "name": "Village", "type": "text"},
    ],
    "groups": [reference("Testers"), reference("Customers"), {**reference("Named"), "query": 'name != ""'}],
    "labels": [reference("Spam")],
    "llms": [
        {**reference("Model"), "type": "test", "roles": ["engine"]},
        {**reference("Editor"), "type": "test", "roles": ["editing"]},
    ],
    "resthooks": [{"slug": "born", "subscribers": ["http://a.example/", "http://b.example/"]}],
    "topics": [reference("General"), reference("Weather")],
    "users": [{**reference("Ann"), "email": "ann@example.org"}, {**reference("Bob"), "email": "bob@example.org"}],
}


@dataclass
class Played:
    """What was left after actions were played: events without UUIDs and times, the run, and the contact."""

    events: list[dict[str, Any]]
    run: Run
    contact: Contact = field(init=False)

    def __post_init__(self) -> None:
        self.contact = self.run.contact

    @property
    def errors(self) -> list[str]:
        return [event["text"] for event in self.events if event["type"] == "error"]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


def engine(services: Services | None = None, limits: EngineLimits | None = None) -> Engine:
    counter = itertools.count(1_000)
    return Engine(
        now=lambda: DateTime.of(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
        new_uuid=lambda: uuid(next(counter)),
        random=lambda: 0.5,
        services=services,
        limits=limits,
    )


def play(
    *actions: dict[str, Any],
    contact: dict[str, Any] | None = None,
    workspace: dict[str, Any] | None = None,
    environment: Environment | None = None,
    services: Services | None = None,
    limits: EngineLimits | None = None,
    localization: dict[str, Any] | None = None,
    type_: str = "messaging",
    trigger: dict[str, Any] | None = None,
) -> Played:
    """Play actions in the one node of a flow; `uuid` is added to each. The events of the run itself are left out."""
    numbered = [{"uuid": uuid(10 + index), **action} for index, action in enumerate(actions)]
    main = flow("Main", type_, *numbered, localization=localization)
    others = [flow("Quiet", "messaging_background"), flow("Spoken", "voice" if type_ != "voice" else "messaging")]
    assets = Assets.from_json({**WORKSPACE, **(workspace or {}), "flows": [main, *others]})
    settings = environment or Environment(languages=("eng", "fra"), country="RW")
    player = engine(services, limits)
    world = player.environment(settings, assets)
    started = {"type": "manual", "flow": reference("Main"), "triggered_on": "2026-01-02T03:04:05Z", **(trigger or {})}
    call = VoiceCall(uuid(6), assets.channels.get(NUMBERS["Android"]), "tel:+12065551212") if type_ == "voice" else None
    subject = Contact.from_json({"groups": [reference("Named")], **(contact or CONTACT)}, assets, world)
    session, sprint = run_to_end(player.start(assets, world, subject, read_trigger(started), call))
    events = [bare(event) for event in sprint.events if not _is_of(session.runs[0].uuid, event)]
    return Played(events, session.runs[0])


def modify(
    modifier: dict[str, Any], contact: dict[str, Any] | None = None, services: Services | None = None
) -> tuple[Contact, list[dict[str, Any]], bool]:
    """Apply a modifier to a contact; returns the contact, the events, and whether the modifier changed anything."""
    assets = Assets.from_json(WORKSPACE)
    subject = Contact.from_json({**CONTACT, **(contact or {})}, assets, Environment())
    events: list[dict[str, Any]] = []
    context = ModifierContext(engine(services).runtime, Environment(), assets, subject, events.append)
    changed = read_modifier(modifier).apply(context)
    return subject, events, changed


def bare(event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in {"uuid", "created_on"}}


def refusing(urn: str) -> Services:
    """Return services that say that a URN is somebody else's."""
    return replace(Services(), claim_urn=lambda _, wanted: wanted != urn)


def _is_of(run_uuid: str, event: dict[str, Any]) -> bool:
    return event["type"] in {"run_started", "run_ended"} and event["run_uuid"] == run_uuid

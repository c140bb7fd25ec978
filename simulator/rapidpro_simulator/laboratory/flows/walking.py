"""Walks of flows: the engine runs a plan in a time of its own, and tells what was passed on the way."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.rapidpro.export_files import import_file
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.field_values import parse
from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.services import MAILROOM_LIMITS, LlmAnswer, Services
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookResponse
from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.inspection.templates import templates
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, EngineError, run_to_end
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.flow_coverage.collecting import count_branch, count_path, definition_of
from rapidpro_simulator.testing.flow_coverage.parts import languages_of, parts_of

from .plan import PHONE, TEXT, TIMEOUT, Pairs, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets, LlmAsset
    from rapidpro_simulator.rapidpro.flows.core.sprint import Branch, Sprint
    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest
    from rapidpro_simulator.rapidpro.flows.engine.session import Session
    from rapidpro_simulator.rapidpro.model.flows import Flow

HOST, WORKSPACE = "rapidpro.example", "Main"
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
READING = timedelta(seconds=20)
ANY_TEXT = "Hello"
PARAMS = ("trigger", "params")
CONTACT = "c0000000-0000-4000-8000-000000000001"


@dataclass
class Walk:
    """What came of a plan: the session as it is in the end, and by move (0: the start) what happened.

    `branches` are how routers were left, each with the number of moves before it; `said` are the messages to the
    contact; `requests` are the web requests; `pauses` are the seconds that the moves took.
    """

    plan: Plan
    session: Session
    branches: list[tuple[int, Branch]] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    events: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    requests: list[WebhookRequest] = field(default_factory=list)
    pauses: list[int] = field(default_factory=list)
    moved: int = 0

    def requests_until(self, moves: int) -> int:
        """Return how many web requests there were until so many moves had been made."""
        return sum(event["type"] == "webhook_called" and moved <= moves for moved, event in self.events)

    @property
    def waits(self) -> bool:
        """Whether an answer is waited for in the end."""
        return self.session.status == "waiting"

    @property
    def errors(self) -> list[str]:
        """What the engine complains of, in order."""
        kinds = ("error", "failure", "warning")
        return [str(event["text"]) for _, event in self.events if event["type"] in kinds]


class FlowWorld:
    """The flows of an export in a workspace, walked as often as one likes; no walk is seen by another.

    Raises `UsageError` for an export that cannot be imported.
    """

    def __init__(self, export: Path, *, seed: int = 0, lenient: bool = False) -> None:
        self.simulation = Simulation(seed=seed)
        self.workspace = self.simulation.rapidpro(HOST).workspace(WORKSPACE)
        try:
            self.flows = import_file(self.workspace, export, lenient=lenient)
        except BaseException:
            self.close()
            raise
        languages = [language for flow in self.flows for language in languages_of(flow.definition)]
        self.workspace.settings.languages = tuple(dict.fromkeys(languages)) or ("eng",)
        self._globals = {key: each.value for key, each in self.workspace.globals.items()}
        self._made_up = tuple((key, self._value(key)) for key, value in self._globals.items() if not value)
        self._assets: dict[Any, Assets] = {}

    def _value(self, key: str) -> str:
        """Return a value for a global: an address, where web requests begin with it."""
        begins = f"@globals.{key}"
        nodes = [node for flow in self.flows for node in self.definition(flow).get("nodes") or ()]
        actions = [action for node in nodes for action in node.get("actions") or ()]
        is_address = any(str(action.get("url", "")).startswith(begins) for action in actions)
        return f"https://{key.replace('_', '-')}.example.org" if is_address else key.replace("_", "-")

    def definition(self, flow: Flow) -> dict[str, Any]:
        """Return a flow as the engine runs it."""
        return definition_of(self.workspace, flow)

    def languages(self, flow: Flow) -> list[str]:
        """Return the languages of a flow, its own first."""
        return languages_of(self.definition(flow))

    def plan(self, flow: Flow, language: str) -> Plan:
        """Return the plan of only starting a flow, in a world where globals that an export leaves empty have a value.

        A flow that a keyword or any message starts is started by a text, all others through the API, with a value for
        each of the parameters that they read.
        """
        starts = {trigger.kind: trigger for trigger in self.workspace.database.triggers if trigger.flow is flow}
        keyword = starts.get(TriggerKind.KEYWORD)
        anything = ANY_TEXT if TriggerKind.CATCH_ALL in starts else ""
        start = keyword.keywords[0] if keyword is not None else anything
        return Plan(language, start, globals=self._made_up, params=() if start else self._params(flow))

    def _params(self, flow: Flow) -> Pairs:
        """Return a value for each parameter of the start that a flow reads."""
        definition = self.assets(Plan()).flow(flow.uuid)
        read = [] if definition is None else [read_paths(written.text) for written in templates(definition)]
        paths = dict.fromkeys(path[2:] for each in read for path in each if path[:2] == PARAMS and len(path) > 2)
        longest = [path for path in paths if not any(other[: len(path)] == path and other != path for other in paths)]
        return tuple((".".join(path), path[-1].replace("_", "-")) for path in longest)

    def named(self, plan: Plan) -> Plan:
        """Return a plan with the names of its groups instead of their UUIDs, which differ from world to world."""
        names = {group.uuid: group.name for group in self.workspace.database.groups.values()}
        return replace(plan, groups=tuple(names.get(each, each) for each in plan.groups))

    def close(self) -> None:
        """Let the simulation go."""
        self.simulation.close()

    def walk(self, flow: Flow, plan: Plan) -> Walk:
        """Return what comes of a plan. Raises `EngineError` for a flow that cannot be started."""
        return _Walker(self, flow, plan).walk()

    def assets(self, plan: Plan) -> Assets:
        """Return the workspace as the engine sees it, with the globals of a plan."""
        if plan.globals not in self._assets:
            for key, value in {**self._globals, **dict(plan.globals)}.items():
                self.workspace.globals.set(key, value)
            self.workspace.mailroom.snapshots.forget()
            self._assets[plan.globals] = self.workspace.mailroom.snapshots.assets()
        return self._assets[plan.globals]


def hits_of(walk: Walk, definition: Mapping[str, Any]) -> set[str]:
    """Return the parts of a flow that a walk has reached (see `testing.flow_coverage.parts`)."""
    hits: Counter[str] = Counter()
    nodes = definition.get("nodes") or []
    numbers = {node["uuid"]: number for number, node in enumerate(nodes)}
    for run in walk.session.runs:
        if run.flow_reference["uuid"] == definition["uuid"]:
            path = [step.node_uuid for step in run.path]
            count_path(hits, nodes, numbers, path, ended=run.status == "completed")
            if run.status == "expired" and path:
                hits[f"expiration:{numbers[path[-1]]}"] += 1
            hits[f"language:{walk.plan.language}"] += 1
    for _, branch in walk.branches:
        if branch.node_uuid in numbers:
            number = numbers[branch.node_uuid]
            told = {"reason": branch.reason, "category": branch.category, "tried": branch.tried}
            count_branch(hits, number, nodes[number], told)
    return {part for part in parts_of(definition) if hits[part]}


class _Walker:
    """One walk."""

    def __init__(self, world: FlowWorld, flow: Flow, plan: Plan) -> None:
        self._world, self._flow, self._plan = world, flow, plan
        self._now = BEGIN
        self._numbers = count(1)
        self._chances = iter(plan.chances)
        self._requests: list[WebhookRequest] = []
        services = Services(webhook=self._answer, email=_nothing, llm=self._ask_model)
        self._engine = Engine(
            now=lambda: DateTime.of(self._now),
            new_uuid=self._uuid,
            random=lambda: next(self._chances, 0.0),
            services=services,
            limits=MAILROOM_LIMITS,
        )

    def walk(self) -> Walk:
        world, plan = self._world, self._plan
        assets = world.assets(plan)
        environment = self._engine.environment(world.workspace.mailroom.environment.current, assets)
        groups = [group for group in assets.groups if {group.uuid, group.name} & set(plan.groups)]
        contact = Contact(
            assets=assets,
            uuid=CONTACT,
            id=1,
            name=plan.name,
            language=plan.language,
            created_on=_stamp(BEGIN),
            urns=[f"tel:{PHONE}"],
            groups=groups,
        )
        for key, text in plan.fields:
            known = next((each for each in assets.fields if each.key == key), None)
            if known is not None:
                contact.fields[key] = parse(environment, assets.fields, known, text, contact.fields)
        trigger = self._trigger()
        session, sprint = run_to_end(self._engine.start(assets, environment, contact, read_trigger(trigger)))
        walk = Walk(plan, session, requests=self._requests)
        _note(walk, sprint)
        for move in plan.moves:
            if not walk.waits:
                break
            before = self._now
            try:
                sprint = run_to_end(self._engine.resume(session, self._resume(walk, move.kind, move.text)))
            except EngineError:
                break  # silence ends no wait that has no timeout
            walk.moved += 1
            walk.pauses.append(int((self._now - before).total_seconds()))
            _note(walk, sprint)
        return walk

    def _trigger(self) -> dict[str, Any]:
        stamp = _stamp(BEGIN)
        trigger: dict[str, Any] = {
            "flow": {"uuid": self._flow.uuid, "name": self._flow.name},
            "triggered_on": stamp,
        }
        if self._plan.start:
            message = {"text": self._plan.start, "urn": f"tel:{PHONE}"}
            event = {"type": "msg_received", "uuid": self._uuid(), "created_on": stamp, "msg": message}
            return {"type": "msg", **trigger, "event": event}
        params = {"params": object_of(self._plan.params)} if self._plan.params else {}
        return {"type": "manual", **trigger, "origin": "api", **params}

    def _resume(self, walk: Walk, kind: str, text: str) -> Any:
        run = walk.session.waiting_run
        assert run is not None
        node = run.flow.node(run.step.node_uuid)
        wait = node.router.wait if node is not None and node.router is not None else None
        if kind == TEXT:
            self._now += READING
            message = {"text": text, "urn": f"tel:{PHONE}"}
            return self._document("msg", "msg_received", {"msg": message})
        if kind == TIMEOUT:
            seconds = wait.timeout.seconds if wait is not None and wait.timeout is not None else 0
            self._now += timedelta(seconds=seconds)
            return self._document("wait_timeout", "wait_timed_out", {})
        self._now += timedelta(minutes=run.flow.expiry_minutes)
        return self._document("wait_expiration", "wait_expired", {})

    def _document(self, kind: str, event: str, details: dict[str, Any]) -> Any:
        stamp = _stamp(self._now)
        told = {"type": event, "uuid": self._uuid(), "created_on": stamp, **details}
        return read_resume({"type": kind, "resumed_on": stamp, "event": told})

    def _uuid(self) -> str:
        number = next(self._numbers)
        return f"0195{number:04x}-0000-7000-8000-{number:012x}"

    async def _answer(self, request: WebhookRequest) -> WebhookResponse | None:
        status = self._plan.status(len(self._requests))
        self._requests.append(request)
        if not status or not urlsplit(request.url).hostname:
            return None
        body = json.dumps(object_of(self._plan.members)).encode()
        return WebhookResponse(status, (("Content-Type", "application/json"),), body)

    async def _ask_model(self, _model: LlmAsset, _instructions: str, _text: str, _most: int) -> LlmAnswer:
        return LlmAnswer(self._plan.answer)


async def _nothing(_addresses: Sequence[str], _subject: str, _body: str) -> None:
    return None


def _note(walk: Walk, sprint: Sprint) -> None:
    walk.branches += [(walk.moved, branch) for branch in sprint.trace]
    for event in sprint.events:
        walk.events.append((walk.moved, event))
        if event["type"] in {"msg_created", "ivr_created"}:
            walk.said.append((walk.moved, str(event["msg"].get("text", ""))))


def object_of(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the object whose members have these dotted paths."""
    made: dict[str, Any] = {}
    for path, value in pairs:
        *names, last = path.split(".")
        inner = made
        for name in names:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                break
        else:
            inner[last] = value
    return made


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")

"""The flows of an export in a workspace, walked as often as one likes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.export_files import import_document, read_file, skipped
from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.inspection.templates import templates
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.flow_coverage.collecting import definition_of
from rapidpro_simulator.testing.flow_coverage.parts import languages_of

from . import stand_ins
from .operands import URNS, answered_paths
from .plan import Pairs, Plan
from .starting import catches_all, groups_asked, keyword_in, needs_request
from .walker import Walker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .walk import Walk

HOST, WORKSPACE = "rapidpro.example", "Main"
ANY_TEXT = "Hello"
PARAMS = ("trigger", "params")


class FlowWorld:
    """The flows of an export in a workspace; no walk is seen by another.

    What the export leaves out and its flows need is made up (see `stand_ins`): `document` is the export with the flows
    that stand in, and `all_flows` are what it has; `missing` are the names of those that flows enter; `places` are
    those that were made up, None for none; `overwritten` is how many flows of the export share a name, of which
    RapidPro keeps the last; `skipped` is what a lenient import has left out.

    Raises `UsageError` for an export that cannot be imported.
    """

    def __init__(self, export: Path, *, seed: int = 0, lenient: bool = False) -> None:
        document = read_file(export)
        missing, parents = stand_ins.missing_flows(document), stand_ins.missing_parents(document)
        self.missing = [each["name"] for each in missing]
        self.document = {**document, "flows": [*(document.get("flows") or ()), *missing, *parents]}
        self.places = stand_ins.places(self.document)
        self.simulation = Simulation(seed=seed)
        self.workspace = self.simulation.rapidpro(HOST).workspace(WORKSPACE)
        try:
            flows = import_document(self.workspace, self.document, export, lenient=lenient)
        except BaseException:
            self.close()
            raise
        self.skipped: list[str] = []
        made_up = {each["name"] for each in (*missing, *parents)}
        self.flows = list(dict.fromkeys(flow for flow in flows if flow.name not in made_up))
        self.all_flows = list(dict.fromkeys(flows))
        self.overwritten = {flow.name: count for flow, count in Counter(flows).items() if count > 1}
        self._furnish(self.flows)
        if lenient:
            known = {flow.name for flow in flows}
            self.skipped = skipped(self.workspace)
            self.document["flows"] = [each for each in self.document["flows"] if each.get("name") in known]
        self._globals = {key: each.value for key, each in self.workspace.globals.items()}
        empty = [key for key, value in self._globals.items() if not value]
        self._made_up = tuple((key, stand_ins.value_of_global(self.document, key)) for key in empty)
        self._assets: dict[Any, Assets] = {}

    def _furnish(self, flows: Sequence[Flow]) -> None:
        languages = [language for flow in flows for language in languages_of(self.definition(flow))]
        self.workspace.settings.languages = tuple(dict.fromkeys(languages)) or ("eng",)
        if self.places is not None:
            self.workspace.load_locations(self.places)
        if stand_ins.reads_urns(self.document):
            schemes = tuple(dict.fromkeys(urn.partition(":")[0] for urn in URNS if not urn.startswith("tel:")))
            self.workspace.add_channel("aggregator", "Everything", schemes=schemes)
        hooks = self.workspace.database.resthooks
        for number, slug in enumerate(stand_ins.resthooks_of(self.document), 1):
            hooks.subscribe(hooks.add(slug), stand_ins.subscriber_of(slug), number)

    @property
    def is_completed(self) -> bool:
        """Whether flows stand in for some that the export lacks."""
        return len(self.all_flows) > len(self.flows)

    def definition(self, flow: Flow) -> dict[str, Any]:
        """Return a flow as the engine runs it."""
        return definition_of(self.workspace, flow)

    def languages(self, flow: Flow) -> list[str]:
        """Return the languages of a flow, its own first."""
        return languages_of(self.definition(flow))

    def plan(self, flow: Flow, language: str) -> Plan:
        """Return the plan of only starting a flow, in a world where globals that an export leaves empty have a value.

        A flow that a keyword or any message starts is started by a text, of somebody whom it is for, all others through
        the API.
        """
        keywords = self.keywords(flow)
        start = keywords[0] if keywords else ANY_TEXT if catches_all(self.workspace, flow) else ""
        if not start:
            return self.requested_plan(flow, language)
        members, groups = (self._members(),), groups_asked(self.workspace, flow)
        return Plan(language, start, globals=self._made_up, members=members, groups=groups)

    def requested_plan(self, flow: Flow, language: str) -> Plan:
        """Return the plan of starting a flow without a text, with a value for each of the parameters that it reads."""
        return Plan(
            language,
            requested=needs_request(self.workspace, self.assets(Plan()), flow),
            globals=self._made_up,
            params=self._params(flow),
            members=(self._members(),),
        )

    def can_start(self, flow: Flow, plan: Plan) -> bool:
        """Say whether a plan begins with a text that starts the flow, or with none."""
        return not plan.start or keyword_in(self.workspace, self._started(flow, plan), plan.start) is not None

    def starts_by_itself(self, flow: Flow) -> bool:
        """Say whether a trigger starts a flow."""
        return any(trigger.flow is flow for trigger in self.workspace.database.triggers)

    def keywords(self, flow: Flow) -> list[str]:
        """Return the keywords that start a flow."""
        triggers = [each for each in self.workspace.database.triggers if each.flow is flow]
        return [word for each in triggers if each.kind is TriggerKind.KEYWORD for word in each.keywords]

    def _params(self, flow: Flow) -> Pairs:
        """Return a value for each parameter of the start that a flow reads."""
        definition = self.assets(Plan()).flow(flow.uuid)
        read = [] if definition is None else [read_paths(written.text) for written in templates(definition)]
        paths = dict.fromkeys(path[2:] for each in read for path in each if path[:2] == PARAMS and len(path) > 2)
        longest = [path for path in paths if not any(other[: len(path)] == path and other != path for other in paths)]
        return tuple((key, stand_ins.stand_in_for(key)) for key in map(".".join, longest))

    def _members(self) -> Pairs:
        """Return a value for each member of a web server's answer that a flow of the export reads."""
        assets = self.assets(Plan())
        flows = [found for each in self.all_flows if (found := assets.flow(each.uuid)) is not None]
        read = dict.fromkeys(
            path for flow in flows for written in templates(flow) for path in answered_paths(written.text)
        )
        paths = [path for path in read if not any(other[: len(path)] == path and other != path for other in read)]
        return tuple((key, stand_ins.stand_in_for(key)) for key in map(".".join, paths))

    def named(self, plan: Plan) -> Plan:
        """Return a plan with the names of its groups instead of their UUIDs, which differ from world to world."""
        names = {group.uuid: group.name for group in self.workspace.database.groups.values()}
        return replace(plan, groups=tuple(names.get(each, each) for each in plan.groups))

    def close(self) -> None:
        """Let the simulation go."""
        self.simulation.close()

    def walk(self, flow: Flow, plan: Plan) -> Walk:
        """Return what comes of a plan. Raises `EngineError` for a flow that cannot be started."""
        started = self._started(flow, plan)
        environment = self.workspace.mailroom.environment.current
        keyword = keyword_in(self.workspace, started, plan.start) or ""
        return Walker(self.assets(plan), environment, started, plan, keyword).walk()

    def _started(self, flow: Flow, plan: Plan) -> Flow:
        return next((each for each in self.all_flows if each.name == plan.entry), flow)

    def assets(self, plan: Plan) -> Assets:
        """Return the workspace as the engine sees it, with the globals of a plan."""
        if plan.globals not in self._assets:
            for key, value in {**self._globals, **dict(plan.globals)}.items():
                self.workspace.globals.set(key, value)
            self.workspace.mailroom.snapshots.forget()
            self._assets[plan.globals] = self.workspace.mailroom.snapshots.assets()
        return self._assets[plan.globals]

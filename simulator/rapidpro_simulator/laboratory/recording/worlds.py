"""The sentences that bring about the world of a plan, as `serve` would run it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.export_files import read_file
from rapidpro_simulator.steps.rapidpro import CHANNELS
from rapidpro_simulator.testing.gherkin_text import json_block
from rapidpro_simulator.world.plurals import listed

from .scenario import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rapidpro_simulator.served.plan import InstancePlan, Plan, RapidProPlan, WorkspacePlan

SENTENCES = {kind: words for words, kind in CHANNELS.items()}
USUAL_CHANNEL = "aggregator"
USUAL_GENERATION = "community"


def background_of(plan: Plan, files: dict[str, Any]) -> list[Step]:
    """Return the sentences of a plan; exports that it imports are added to `files`."""
    steps: list[Step] = []
    for host in plan.rapidpro:
        steps += _host(host, plan)
        for workspace in host.workspaces:
            steps += _workspace(workspace, files)
    steps += [
        step for path in plan.flows for step in _flows(read_file(path), plan.rapidpro[0].workspaces[0].name, files)
    ]
    for instance in plan.cht:
        steps += _instance(instance, plan)
    return steps


def workspaces_exist(names: Sequence[str], host: str) -> str:
    """Return the sentence that brings about the workspaces of a host."""
    which = listed([f'"{name}"' for name in names])
    return f'{"a RapidPro workspace" if len(names) == 1 else "RapidPro workspaces"} {which} on "{host}"'


def _host(host: RapidProPlan, plan: Plan) -> Iterator[Step]:
    generation = host.generation or plan.generation
    if generation != USUAL_GENERATION or host.rate_profile or host.first_id != 1:
        profile = f' with the rate profile "{host.rate_profile}"' if host.rate_profile else ""
        first = f" whose ids begin at {host.first_id}" if host.first_id != 1 else ""
        yield Step("Given", f'a RapidPro host "{host.host}" of the generation "{generation}"{profile}{first}')
    yield Step("Given", workspaces_exist([each.name for each in host.workspaces], host.host))


def _workspace(workspace: WorkspacePlan, files: dict[str, Any]) -> Iterator[Step]:
    if workspace.channel in SENTENCES and workspace.channel != USUAL_CHANNEL:
        yield Step("Given", f'the workspace "{workspace.name}" sends through {SENTENCES[workspace.channel]}')
    if isinstance(workspace.delivery, str) and workspace.delivery != "delivered":
        yield Step("Given", f'messages of the workspace "{workspace.name}" become {workspace.delivery}')
    for scope, rate in workspace.rates.items():
        amount, _, window = str(rate).partition("/")
        if window.startswith("h"):
            what = f"may make {amount} requests an hour in the scope"
            yield Step("Given", f'the workspace "{workspace.name}" {what} "{scope}"')
    for path in workspace.flows:
        yield from _flows(read_file(path), workspace.name, files)


def _flows(export: Mapping[str, Any], workspace: str, files: dict[str, Any]) -> Iterator[Step]:
    name = next((name for name, known in files.items() if known == export), None)
    if name is None:
        name = f"flows-{len(files) + 1}.json"
        files[name] = json.loads(json.dumps(export))
    yield Step("Given", f'the flows of "{name}" in the workspace "{workspace}"')


def _instance(instance: InstancePlan, plan: Plan) -> Iterator[Step]:
    _, workspace = plan.workspace_of(instance)
    release = instance.release or (plan.gateway.partition(":")[2] if plan.gateway.startswith("cht:") else "")
    yield Step(
        "Given", f'a CHT {f"{release} " if release else ""}instance that sends through the workspace "{workspace.name}"'
    )
    if instance.settings:
        yield Step("Given", "the settings of CHT include", tuple(json_block(instance.settings)))

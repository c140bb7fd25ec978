"""The commands `flow explore` and `flow diff`: what flows do for every input, and what of that two exports share."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import closing
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.laboratory.flows.costs import cost_of, span
from rapidpro_simulator.laboratory.flows.difference import compared, differences
from rapidpro_simulator.laboratory.flows.exploring import Exploration, explore
from rapidpro_simulator.laboratory.flows.finding import numbered
from rapidpro_simulator.laboratory.flows.findings import Finding, findings
from rapidpro_simulator.laboratory.flows.plan import Plan
from rapidpro_simulator.laboratory.flows.scenarios import NotReplayableError, scenario_of
from rapidpro_simulator.laboratory.flows.stand_ins import PLACES_FILE
from rapidpro_simulator.laboratory.flows.walking import FlowWorld
from rapidpro_simulator.laboratory.flows.words import words_of
from rapidpro_simulator.testing.flow_coverage.parts import parts_of
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import slug, write_json
from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rapidpro_simulator.rapidpro.model.flows import Flow

PROBLEMS, DIFFERENT = 1, 1  # exit codes
LETTERS = 90


def explore_flows(
    path: Path,
    names: Sequence[str] = (),
    *,
    save: Path | None = None,
    seed: int = 0,
    walks: int,
    lenient: bool = False,
    shows_paths: bool = True,
) -> int:
    """Print what was found of the flows of an export; return 1 for a problem. Raises `UsageError`."""
    with closing(FlowWorld(path, seed=seed, lenient=lenient)) as world:
        problems = _tell_of_import(world)
        files = FileNames()
        for flow in _chosen(world, names, path):
            explorations = [explore(world, flow, language, walks) for language in world.languages(flow)]
            for exploration in explorations:
                _show(world, exploration, shows_paths=shows_paths)
            found = _findings(world, flow, explorations)
            _show_findings(found)
            problems += sum(each.is_problem for each in found)
            if save is not None:
                _save(world, explorations, path, save, seed, files)
            print()
    print(counted(problems, "problem") if problems else "no problems")
    return PROBLEMS if problems else 0


def compare_flows(old: Path, new: Path, *, walks: int, lenient: bool = False) -> int:
    """Print which behaviours of two exports differ; return 1 where any does. Raises `UsageError`."""
    with closing(FlowWorld(old, lenient=lenient)) as before, closing(FlowWorld(new, lenient=lenient)) as after:
        _tell_of_import(before)
        _tell_of_import(after)
        both, gone, added = compared(before, after)
        found = differences(before, after, walks)
    for name in gone:
        print(f"{name}: only in {old.name}")
    for name in added:
        print(f"{name}: only in {new.name}")
    for each in found:
        others = f", and {counted(each.count - 1, 'path')} more" if each.count > 1 else ""
        print(f"{each.flow}{f' in {each.language}: {each.words}' if each.words else ''}{others}")
        print(f"  {each.what}")
        print(f"    was {each.old}")
        print(f"    is  {each.new}")
    changes = counted(len(found), "difference") if found else "no differences"
    print(f"{counted(len(both), 'flow')} compared, {changes} in what they do")
    return DIFFERENT if found or gone or added else 0


def _tell_of_import(world: FlowWorld) -> int:
    """Print what did not become a flow, and return how much that is."""
    for omission in world.skipped:
        print(f"skipped: {omission}")
    for name, number in world.overwritten.items():
        print(f"{name}: {number} flows of the export have this name, and RapidPro keeps the last")
    if not world.flows:
        print("the export has no flow that can be walked")
    return len(world.skipped) + len(world.overwritten)


def _chosen(world: FlowWorld, names: Sequence[str], path: Path) -> list[Flow]:
    known = {flow.name.lower(): flow for flow in world.flows}
    for name in names:
        if name.lower() not in known:
            raise UsageError(f"{path} has no flow {name!r}; there are: {', '.join(flow.name for flow in world.flows)}")
    return [known[name.lower()] for name in names] or world.flows


def _show(world: FlowWorld, exploration: Exploration, *, shows_paths: bool) -> None:
    parts = [part for part in parts_of(world.definition(exploration.flow)) if not part.startswith("language")]
    reached = sum(part in exploration.reached for part in parts)
    print(
        f"{exploration.flow.name} in {exploration.language}: {counted(len(exploration.walks), 'path')} "
        f"through {reached} of {len(parts)} parts, found in {counted(exploration.tried, 'walk')}"
    )
    for number, walk in enumerate(exploration.walks if shows_paths else (), 1):
        cost = cost_of(walk)
        words = words_of(walk)
        shown = words if len(words) <= LETTERS else f"{words[: LETTERS - 1]}…"
        print(f"  {number:>3}  {shown}: {walk.session.runs[0].status}, {cost.sms} SMS")
    least, most = span(exploration.walks)
    told = (f"{words} {_range(getattr(least, name), getattr(most, name))}" for name, words in COSTS.items())
    print(f"  a run costs: {', '.join(told)}")


COSTS = {
    "messages": "messages",
    "sms": "SMS",
    "web_requests": "web requests",
    "quota": "requests of the quota",
}


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _findings(world: FlowWorld, flow: Flow, explorations: Sequence[Exploration]) -> list[Finding]:
    assets = world.assets(Plan())
    definition = assets.flow(flow.uuid)
    if definition is None:
        raise UsageError(f"the flow {flow.name!r} was imported and cannot be read")
    others = [found for other in world.flows if (found := assets.flow(other.uuid)) is not None]
    return findings(definition, others, explorations, world.missing)


def _show_findings(found: Iterable[Finding]) -> None:
    for finding in found:
        print(f"  {'!' if finding.is_problem else '-'} {finding.kind}: {finding}")


def _save(
    world: FlowWorld, explorations: Iterable[Exploration], export: Path, folder: Path, seed: int, files: FileNames
) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = _write_files(world, export, folder)
        for exploration in explorations:
            unsaid: dict[str, list[int]] = defaultdict(list)
            for number, walk in enumerate(exploration.walks, 1):
                name = f"{files.of(exploration.flow)}-{exploration.language}-{number:02}.feature"
                try:
                    scenario = scenario_of(world, walk, file, seed=seed)
                except NotReplayableError as error:
                    unsaid[str(error)].append(number - 1)
                    continue
                (folder / name).write_text(scenario.feature(), encoding="utf-8")
            for reason, numbers in unsaid.items():
                print(f"  not saved: {numbered(numbers, 'path')} in {exploration.language}: {reason}")
    except OSError as error:
        raise UsageError(f"--save: {folder} cannot be written: {error.strerror}") from None


def _write_files(world: FlowWorld, export: Path, folder: Path) -> str:
    """Write what scenarios import beside them, and return the name of the export there.

    An export with flows that stand in has another name than the one that it was made of. What is there already stays;
    raises `UsageError` where that is another one, with which the scenarios would fail.
    """
    file = f"{export.stem}-with-stand-ins.json" if world.is_completed else export.name
    files = {file: world.document} | ({} if world.places is None else {PLACES_FILE: world.places})
    for name, document in files.items():
        path = folder / name
        if not path.exists():
            write_json(path, document)
        elif _document_in(path) != document:
            raise UsageError(
                f"--save: another {name} is in {folder} already: save into another folder, or move it away"
            )
    return file


def _document_in(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except ValueError:
        return None  # whatever it is, it is another


class FileNames:
    """Flows by the beginnings of their files' names, which no two share."""

    def __init__(self) -> None:
        self._flows: dict[str, Flow] = {}

    def of(self, flow: Flow) -> str:
        """Return the beginning for a flow."""
        wanted = slug(flow.name) or "flow"
        names = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
        return next(name for name in names if self._flows.setdefault(name, flow) is flow)

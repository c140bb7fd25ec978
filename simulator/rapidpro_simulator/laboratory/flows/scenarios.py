"""Walks as scenarios that people can read: who the contact is, what it texts, what it is answered, how time passes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.laboratory.recording.conversations import answered, said
from rapidpro_simulator.laboratory.recording.durations import passing
from rapidpro_simulator.laboratory.recording.recorder import replayed
from rapidpro_simulator.laboratory.recording.scenario import Scenario, Step
from rapidpro_simulator.rapidpro.flows.definition.limits import OFFLINE
from rapidpro_simulator.testing.flow_coverage.collecting import collect
from rapidpro_simulator.testing.flow_coverage.parts import kind_of
from rapidpro_simulator.testing.gherkin_text import table
from rapidpro_simulator.testing.sentences import SentenceError

from .plan import TEXT
from .stand_ins import PLACES_FILE, resthooks_of, subscriber_of
from .walk import hits_of
from .walker import object_of
from .walking import WORKSPACE
from .words import drawn, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .plan import Move
    from .walk import Walk
    from .walking import FlowWorld

MINUTE = 60
LONGEST_NAME = 80


class NotReplayableError(Exception):
    """A walk that a scenario cannot repeat; the text says at which sentence, and why."""


def scenario_of(world: FlowWorld, walk: Walk, file: str, *, seed: int = 0) -> Scenario:
    """Return a walk as a scenario that has been replayed; `file` is the name by which it knows the export.

    Raises `NotReplayableError` where a replay hears, or walks, something else.
    """
    problem = _unsayable(walk)
    if problem:
        raise NotReplayableError(problem)
    for grace in (0, MINUTE):  # a wait begins when the question has been sent, which takes its seconds
        scenario = _scenario(world, walk, file, grace)
        problem = _difference(world, walk, scenario, seed)
        if not problem:
            return scenario
    raise NotReplayableError(problem)


def _unsayable(walk: Walk) -> str:
    """Return what no sentence brings about, empty for nothing."""
    if walk.is_call:
        return "no sentence answers a call"
    return "no sentence gives a contact a time zone of its own" if walk.plan.timezone else ""


def _difference(world: FlowWorld, walk: Walk, scenario: Scenario, seed: int) -> str:
    """Return what a replay does otherwise, empty for nothing."""
    try:
        seen = {each["name"]: each["hits"] for each in replayed(scenario, seed, collect)}
    except SentenceError as error:
        return f"a replay differs at “{error.sentence}”: {str(error).splitlines()[0]}"
    ran = {run.flow_reference["uuid"] for run in walk.session.runs}
    for flow in world.all_flows:
        if flow.uuid in ran:
            ours = hits_of(walk, world.definition(flow))
            theirs = {part for part in seen.get(flow.name, ()) if kind_of(part) != "languages"}
            if ours != theirs:
                return f"a replay walks {flow.name} otherwise, at {min(ours ^ theirs)}"
    return ""


def _scenario(world: FlowWorld, walk: Walk, file: str, grace: int) -> Scenario:
    flow = walk.session.runs[0].flow_reference["name"]
    name = f"{flow} in {walk.plan.language}: {words_of(walk)}"
    name = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    files: dict[str, Any] = {file: world.document}
    if world.places is not None:
        files[PLACES_FILE] = world.places
    background, steps = tuple(_background(world, walk, file)), tuple(_steps(walk, flow, grace))
    return Scenario(name.replace("|", "/"), background, steps, (), files)


def _background(world: FlowWorld, walk: Walk, file: str) -> Iterator[Step]:
    plan, happened = walk.plan, {event["type"] for _, event in walk.events}
    yield Step("Given", f'a RapidPro workspace "{WORKSPACE}"')
    yield Step("Given", f'the workspace "{WORKSPACE}" speaks {", ".join(world.workspace.settings.languages)}')
    if world.places is not None:
        yield Step("Given", f'the locations of "{PLACES_FILE}"')
    if plan.urns:
        schemes = ", ".join(dict.fromkeys(urn.partition(":")[0] for urn in plan.urns))
        yield Step("Given", f'the workspace "{WORKSPACE}" has a channel for {schemes}')
    yield Step("Given", f'the flows of "{file}"')
    for name in dict.fromkeys(run.flow.name for run in walk.session.runs if run.flow.type == OFFLINE):
        yield Step("Given", f'the flow "{name}" of Surveyor is run like a flow of messages')
    yield from (Step("Given", f'the global "{key}" is "{value}"') for key, value in plan.globals)
    if "llm_called" in happened:
        yield Step("Given", f'the language model answers "{plan.answer}"')
    if "airtime_created" in happened:
        yield Step("Given", "airtime can be transferred")
    if "resthook_called" in happened:
        for slug in resthooks_of(world.document):
            yield Step("Given", f'"{subscriber_of(slug)}" subscribes to the resthook "{slug}"')
    if walk.draws:
        yield Step("Given", f"chance draws {', '.join(drawn(walk))}")
    if plan.begins:
        begins = datetime.fromisoformat(plan.begins)
        yield Step("Given", f"it is {begins:%A} at {begins.hour}:{begins:%M}")


def _steps(walk: Walk, flow: str, grace: int) -> Iterator[Step]:
    plan = walk.plan
    yield Step("Given", "these contacts", tuple(table([_contact(walk)])))
    if plan.has_ticket:
        yield Step("Given", f"{plan.address} has an open ticket")
    yield from _servers(walk, 0)
    if plan.start:
        yield said(plan.address, plan.start)
    else:
        params = json.dumps({"params": object_of(plan.params)}, ensure_ascii=False)
        below = ('"""', params, '"""') if plan.params else ()
        yield Step("When", f'the flow "{flow}" is started through the API for {plan.address}', below)
    yield from _patience(walk, 0, grace)
    yield from answered(_said(walk, 0), texted=bool(plan.start) and not _retried(walk, 0, grace), phone=plan.address)
    for number, move in enumerate(plan.moves[: walk.moved], 1):
        yield from _servers(walk, number)
        yield _moved(walk, number, move, grace)
        yield from _patience(walk, number, grace)
        heard = move.kind == TEXT and not _retried(walk, number, grace)
        yield from answered(_said(walk, number), texted=heard, phone=plan.address)
    yield Step("Then", f'the run of {plan.address} in "{flow}" is {walk.session.runs[0].status}')


def _contact(walk: Walk) -> dict[str, str]:
    plan = walk.plan
    names = {group.uuid: group.name for group in walk.session.assets.groups}
    row = {
        "phone": ", ".join((*plan.urns, plan.phone)),
        "name": plan.name,
        "language": plan.language,
        "groups": ", ".join(names.get(each, each) for each in plan.groups),
        **dict(plan.fields),
    }
    return {key: value for key, value in row.items() if value}


def _moved(walk: Walk, number: int, move: Move, grace: int) -> Step:
    if move.attachment:
        return Step("When", f'{walk.plan.address} sends the file "{move.attachment}"')
    if move.kind == TEXT:
        return said(walk.plan.address, move.text)
    return Step("When", passing(walk.pauses[number - 1] + grace))


def _patience(walk: Walk, number: int, grace: int) -> Iterator[Step]:
    """Let the time pass in which RapidPro asks a web server again."""
    if _retried(walk, number, grace):
        yield Step("When", passing(grace))


def _retried(walk: Walk, number: int, grace: int) -> bool:
    return bool(grace) and walk.requests_until(number) > (walk.requests_until(number - 1) if number else 0)


def _said(walk: Walk, number: int) -> list[str]:
    return [text for moved, text in walk.said if moved == number and text]


def _servers(walk: Walk, number: int) -> Iterator[Step]:
    """Yield what web servers answer to what is asked after a move: nobody, if they are not to answer."""
    first = walk.requests_until(number - 1) if number else 0
    answers = {}
    for index in range(first, walk.requests_until(number)):
        answers[urlsplit(walk.requests[index].url).hostname] = walk.plan.status(index), walk.plan.body(index)
    for host, (status, members) in answers.items():
        if status and host:
            told = f" with {json.dumps(object_of(members), ensure_ascii=False)}" if members else ""
            yield Step("Given", f'the web server "{host}" answers {status}{told}')

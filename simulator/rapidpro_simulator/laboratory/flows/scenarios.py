"""Walks as scenarios that people can read: who the contact is, what it texts, what it is answered, how time passes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.laboratory.recording.conversations import answered
from rapidpro_simulator.laboratory.recording.durations import passing
from rapidpro_simulator.laboratory.recording.recorder import say_all
from rapidpro_simulator.laboratory.recording.scenario import Scenario, Step
from rapidpro_simulator.testing.gherkin_text import table
from rapidpro_simulator.testing.sentences import SentenceError

from .plan import EXPIRATION, PHONE, TEXT, TIMEOUT
from .walking import WORKSPACE, object_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .walking import FlowWorld, Walk

MINUTE = 60
SILENCE = {TIMEOUT: "(silence)", EXPIRATION: "(silence until it expires)"}
LONGEST_NAME = 80


class NotReplayableError(Exception):
    """A walk that a scenario cannot repeat; the text says at which sentence, and why."""


def scenario_of(world: FlowWorld, walk: Walk, export: Mapping[str, Any], file: str, *, seed: int = 0) -> Scenario:
    """Return a walk as a scenario that has been replayed; `file` is the name by which it knows the export.

    Raises `NotReplayableError` where a replay differs, as it does where chance decides.
    """
    error: SentenceError | None = None
    for grace in (0, MINUTE):  # a wait begins when the question has been sent, which takes its seconds
        scenario = _scenario(world, walk, export, file, grace)
        try:
            say_all(scenario, seed)
        except SentenceError as problem:
            error = problem
        else:
            return scenario
    assert error is not None
    raise NotReplayableError(f"“{error.sentence}”: {str(error).splitlines()[0]}")


def words_of(walk: Walk) -> str:
    """Return what a contact does in a walk, in a line."""
    moves = [SILENCE.get(move.kind) or move.text or "(nothing)" for move in walk.plan.moves[: walk.moved]]
    words = " → ".join(" ".join(each.split()) for each in moves) or "(nothing is asked)"
    return f"{words}{circumstances_of(walk)}"


def circumstances_of(walk: Walk) -> str:
    """Return what is special in the world of a walk, in brackets; empty for nothing."""
    plan = walk.plan
    told = [f"{key} {value}" for key, value in plan.fields]
    told += [f"in {group}" for group in plan.groups]
    if walk.requests:
        statuses = dict.fromkeys(plan.status(number) for number in range(len(walk.requests)))
        told.append(f"web {', '.join(str(status) if status else 'silent' for status in statuses)}")
        told += [f"{key} {value}" for key, value in plan.members]
    return f" [{'; '.join(told)}]" if told else ""


def _scenario(world: FlowWorld, walk: Walk, export: Mapping[str, Any], file: str, grace: int) -> Scenario:
    flow = walk.session.runs[0].flow_reference["name"]
    background = (
        Step("Given", f'a RapidPro workspace "{WORKSPACE}"'),
        Step("Given", f'the workspace "{WORKSPACE}" speaks {", ".join(world.workspace.settings.languages)}'),
        Step("Given", f'the flows of "{file}"'),
        *(Step("Given", f'the global "{key}" is "{value}"') for key, value in walk.plan.globals),
        *(Step("Given", f'the language model answers "{walk.plan.answer}"') for _ in _asked_models(walk)),
    )
    words = words_of(walk)
    name = f"{flow} in {walk.plan.language}: {words}"
    name = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return Scenario(
        name.replace("|", "/"), background, tuple(_steps(world, walk, flow, grace)), (), {file: dict(export)}
    )


def _asked_models(walk: Walk) -> list[None]:
    return [None] * any(event["type"] == "llm_called" for _, event in walk.events)


def _steps(world: FlowWorld, walk: Walk, flow: str, grace: int) -> Iterator[Step]:
    plan = walk.plan
    groups = {group.uuid: group.name for group in world.workspace.database.groups.values()}
    names = [groups.get(each, each) for each in plan.groups]
    row = {
        "phone": PHONE,
        "name": plan.name,
        "language": plan.language,
        "groups": ", ".join(names),
        **dict(plan.fields),
    }
    yield Step("Given", "these contacts", tuple(table([{key: value for key, value in row.items() if value}])))
    yield from _servers(walk, 0)
    if plan.start:
        yield Step("When", f'{PHONE} texts "{plan.start}"')
    else:
        params = json.dumps({"params": object_of(plan.params)}, ensure_ascii=False)
        below = ('"""', params, '"""') if plan.params else ()
        yield Step("When", f'the flow "{flow}" is started through the API for {PHONE}', below)
    yield from _patience(walk, 0, grace)
    yield from answered(_said(walk, 0), texted=bool(plan.start) and not _retried(walk, 0, grace), phone=PHONE)
    for number, move in enumerate(plan.moves[: walk.moved], 1):
        yield from _servers(walk, number)
        if move.kind == TEXT:
            yield Step("When", f'{PHONE} texts "{move.text}"')
        else:
            yield Step("When", passing(walk.pauses[number - 1] + grace))
        yield from _patience(walk, number, grace)
        heard = move.kind == TEXT and not _retried(walk, number, grace)
        yield from answered(_said(walk, number), texted=heard, phone=PHONE)
    yield Step("Then", f'the run of {PHONE} in "{flow}" is {walk.session.runs[0].status}')


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
        answers[urlsplit(walk.requests[index].url).hostname] = walk.plan.status(index)
    body = object_of(walk.plan.members)
    told = f" with {json.dumps(body, ensure_ascii=False)}" if body else ""
    for host, status in answers.items():
        if status and host:
            yield Step("Given", f'the web server "{host}" answers {status}{told}')

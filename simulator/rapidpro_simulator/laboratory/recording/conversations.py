"""A conversation with a flow as a scenario: who texted what, what was answered, how time passed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.urns import path_of
from rapidpro_simulator.testing.gherkin_text import block, rows, table
from rapidpro_simulator.testing.sentences import SentenceError

from .durations import passing
from .recorder import say_all
from .scenario import Scenario, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace

MINUTE = 60
READING = 10.0  # seconds between an answer and the next text that nobody has to be told of


def scenario_of(
    workspace: Workspace,
    contact: Contact,
    flow: Flow | None,
    export: Mapping[str, Any],
    file: str,
    globals_: Mapping[str, str],
) -> Scenario:
    """Return the conversation of `contact` as a scenario that was replayed; `flow` is the one that was begun first.

    `file` is the name by which the sentence knows the export. Where the replay differs, the remarks say so.
    """
    phone = path_of(contact.urns[0])
    background = [
        Step("Given", f'a RapidPro workspace "{workspace.name}"'),
        Step("Given", f'the workspace "{workspace.name}" speaks {", ".join(workspace.settings.languages)}'),
        Step("Given", f'the flows of "{file}"'),
        *(Step("Given", f'the global "{key}" is "{value}"') for key, value in globals_.items()),
    ]
    steps = tuple(_steps(contact, flow, phone))
    name = f"{flow.name} with {contact.name}" if flow is not None and contact.name else "A conversation"
    scenario = Scenario(name, tuple(background), steps, (), {file: dict(export)})
    return _checked(scenario)


def _checked(scenario: Scenario) -> Scenario:
    try:
        say_all(scenario, seed=0)
    except SentenceError as error:
        remark = f"# a replay differs at “{error.sentence}”: {str(error).splitlines()[0]}"
        return replace(scenario, remarks=(*scenario.remarks, remark))
    return scenario


def _steps(contact: Contact, flow: Flow | None, phone: str) -> Iterator[Step]:
    if contact.name or contact.language:
        row = {"phone": phone, "name": contact.name or "", "language": contact.language or ""}
        yield Step("Given", "these contacts", tuple(table([row])))
    last = contact.messages[0].created_on if contact.messages else None
    answers: list[Message] = []
    texted = False
    if flow is not None:
        yield Step("When", f'the flow "{flow.name}" is started through the API for {phone}')
    for message in contact.messages:
        gap = 0.0 if last is None else (message.created_on - last).total_seconds()
        if message.incoming or gap > READING:
            yield from answered([each.text for each in answers], texted=texted, phone=phone)
            answers = []
        if gap > READING:
            yield Step("When", passing(_rounded(gap)))
        last = message.created_on
        if message.incoming:
            texted = True
            yield said(phone, message.text)
        else:
            answers.append(message)
    yield from answered([each.text for each in answers], texted=texted, phone=phone)


def _rounded(seconds: float) -> int:
    """Return whole seconds; whole minutes where the rest is what an answer takes."""
    whole = round(seconds)
    return whole - whole % MINUTE if whole >= MINUTE and whole % MINUTE <= READING else whole


def heard(phone: str, text: str) -> Step:
    """Return the sentence that a phone has got a text."""
    if is_short(text):
        return Step("Then", f'{phone} has got "{text}"')
    return Step("Then", f"{phone} has got", tuple(block(text)))


def said(phone: str, text: str) -> Step:
    """Return the sentence that a phone sends a text."""
    if is_short(text):
        return Step("When", f'{phone} texts "{text}"')
    return Step("When", f"{phone} texts", tuple(block(text)))


def is_short(text: str) -> bool:
    """Say whether a text has its place in a sentence: what has several lines stands below it."""
    return len(text.splitlines()) <= 1 and not text.endswith("\n")


def answered(texts: list[str], *, texted: bool, phone: str) -> Iterator[Step]:
    """Yield sentences that say what a phone has got, after a text of its own or without one."""
    if not texted:
        yield from (heard(phone, text) for text in texts)
    elif len(texts) == 1 and is_short(texts[0]):
        yield Step("Then", f'RapidPro answers "{texts[0]}"')
    elif texts:
        yield Step("Then", "RapidPro answers", tuple(rows([[text] for text in texts])))

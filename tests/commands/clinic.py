"""An export with one flow, as people have them, and a way to run `rapidpro-simulator` on it in this process."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidpro_simulator.commands.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

PATIENTS = "https://clinic.example.org/patients"
DAY = 86_400


class Ended(NamedTuple):
    """What a command left behind."""

    code: int
    output: str
    errors: str


class CommandLine:
    """Runs commands in `folder`, in this process, which is quicker; lines are what somebody writes to it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(folder)

    def __call__(self, *arguments: str, lines: Iterable[str] = ()) -> Ended:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        return Ended(code, *self._capsys.readouterr())

    def write(self, name: str, content: object) -> None:
        """Write a file: a text as it is, all else as JSON."""
        text = content if isinstance(content, str) else json.dumps(content)
        (self._folder / name).write_text(text, encoding="utf-8")

    def chat(self, *lines: str, export: object | None = None, options: Iterable[str] = ()) -> list[str]:
        """Let a contact write these lines to the flows of an export; return what there was to read."""
        self.write("clinic.json", clinic() if export is None else export)
        ended = self("flow", "chat", "clinic.json", *options, lines=lines)
        assert (ended.code, ended.errors) == (0, "")
        return ended.output.splitlines()


def uuid(number: int) -> str:
    return f"7c0e5a00-0000-4000-8000-{number:012}"


def send(number: int, text: str, *quick_replies: str) -> dict[str, Any]:
    return {"uuid": uuid(number), "type": "send_msg", "text": text, "quick_replies": list(quick_replies)}


def node(number: int, *actions: dict[str, Any], then: int | None = None) -> dict[str, Any]:
    exits = [{"uuid": uuid(number + 50), "destination_uuid": None if then is None else uuid(then)}]
    return {"uuid": uuid(number), "actions": list(actions), "exits": exits}


def split(
    number: int,
    ways: dict[str, int | None],
    tests: dict[str, tuple[str, str]],
    *,
    default: str,
    operand: str = "@input.text",
    result: str = "",
    wait: dict[str, Any] | None = None,
    action: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a node that leads several `ways`, by category; `tests` are a test and its argument, by category."""
    first = number * 100
    categories = {name: uuid(first + index) for index, name in enumerate(ways)}
    exits = {name: uuid(first + 20 + index) for index, name in enumerate(ways)}
    if wait and "timeout" in wait:
        wait = {**wait, "timeout": {"seconds": wait["timeout"], "category_uuid": categories["No Response"]}}
    router = {
        "type": "switch",
        "operand": operand,
        "result_name": result,
        "cases": [
            {"uuid": uuid(first + 40 + index), "type": test, "arguments": arguments, "category_uuid": categories[name]}
            for index, (name, (test, *arguments)) in enumerate(tests.items())
        ],
        "categories": [{"uuid": each, "name": name, "exit_uuid": exits[name]} for name, each in categories.items()],
        "default_category_uuid": categories[default],
    }
    return {
        "uuid": uuid(number),
        "actions": [action] if action else [],
        "router": {**router, "wait": wait} if wait else router,
        "exits": [
            {"uuid": exits[name], "destination_uuid": None if to is None else uuid(to)} for name, to in ways.items()
        ],
    }


def clinic() -> dict[str, Any]:
    """Return an export: a registration that asks for a name and a pregnancy, and tells a web server."""
    body = '@(json(object("name", contact.name)))'
    call = {"uuid": uuid(104), "type": "call_webhook", "method": "POST", "url": PATIENTS, "headers": {}, "body": body}
    mothers = {"uuid": uuid(9501), "name": "Mothers"}
    join = {"uuid": uuid(105), "type": "add_contact_groups", "groups": [mothers]}
    name = {"uuid": uuid(102), "type": "set_contact_name", "name": "@(title(results.name))"}
    nodes = [
        node(1, send(101, "Welcome to @globals.clinic. What is your name?"), then=2),
        split(2, {"All Responses": 3}, {}, default="All Responses", result="Name", wait={"type": "msg"}),
        node(3, name, send(103, "Are you pregnant, @contact.first_name?", "Yes", "No"), then=4),
        split(
            4,
            {"Yes": 5, "No": 8, "Other": 3, "No Response": 9},
            {"Yes": ("has_any_word", "yes y"), "No": ("has_any_word", "no n")},
            default="Other",
            result="Pregnant",
            wait={"type": "msg", "timeout": DAY},
        ),
        split(
            5,
            {"Success": 6, "Failure": 7},
            {"Success": ("has_category", "Success")},
            operand="@results.saved",
            default="Failure",
            action={**call, "result_name": "Saved"},
        ),
        node(6, join, send(106, "Your number is @results.saved.extra.id.")),
        node(7, send(107, "Please try again tomorrow.")),
        node(8, send(108, "Write REGISTER whenever that changes.")),
        node(9, send(109, "We have not heard from you."), then=3),
    ]
    flow: dict[str, Any] = {
        "uuid": uuid(0),
        "name": "Registration",
        "spec_version": "13.6.0",
        "language": "eng",
        "type": "messaging",
    }
    flow |= {"revision": 7, "expire_after_minutes": 10_080, "nodes": nodes}
    flow["localization"] = {"swa": {uuid(101): {"text": ["Karibu. Jina lako nani?"]}}}
    trigger: dict[str, Any] = {
        "trigger_type": "K",
        "flow": {"uuid": uuid(0), "name": "Registration"},
        "groups": [],
        "keyword": "join",
    }
    groups = [{**mothers, "query": None}]
    parts = {"campaigns": [], "triggers": [{**trigger, "match_type": "F"}], "fields": [], "groups": groups}
    return {"version": "13", "site": "https://textit.com", "flows": [flow], **parts}


def with_second_flow(export: dict[str, Any]) -> dict[str, Any]:
    """Return the export with a flow more, that only says goodbye."""
    goodbye = {**export["flows"][0], "uuid": uuid(9000), "name": "Goodbye", "localization": {}}
    goodbye["nodes"] = [node(9001, send(9002, "Goodbye."))]
    return {**export, "flows": [*export["flows"], goodbye]}

"""Requests from outside as sentences: who texted, what was sent, what was asked. Others are said as they came."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from rapidpro_simulator.testing.gherkin_text import block, json_block
from rapidpro_simulator.world.bodies import json_or_none

from .scenario import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.served.story import Visit
    from rapidpro_simulator.simulation import Simulation

ASKING = {"GET", "HEAD", "OPTIONS"}
PENDING = {"pending", "forwarded-to-gateway"}
SHORTEST_NUMBER = 7  # digits that a number has; shorter ones are short codes


@dataclass(frozen=True)
class Surroundings:
    """What must be known to say a request: the databases of CHT, and whom a visitor of RapidPro or CHT speaks for.

    `workspace_of` returns the name of the workspace whose token or channel a request has, `is_administrator` whether
    it is CHT's administrator's.
    """

    databases: Collection[str]
    rapidpro: Collection[str]
    workspace_of: Callable[[Visit], str | None]
    is_administrator: Callable[[Visit], bool]


def surroundings_of(simulation: Simulation) -> Surroundings:
    """Return the surroundings of a served world."""
    return Surroundings(
        [instance.database for instance in simulation.instances.values()],
        simulation.hosts,
        lambda visit: _workspace_of(simulation.hosts[visit.host], visit),
        lambda visit: _is_administrator(simulation, visit),
    )


def sentences_of(around: Surroundings, visit: Visit, files: dict[str, Any]) -> Iterator[Step]:
    """Return what a request says, in sentences; nothing for what leaves no trace. Documents are added to `files`."""
    path = urlsplit(visit.target).path
    if visit.host in around.rapidpro:
        yield from _to_rapidpro(around, visit, path)
    elif visit.method not in ASKING and not path.startswith("/_session"):
        yield from _to_cht(around, visit, path, files)


# RapidPro


def _to_rapidpro(around: Surroundings, visit: Visit, path: str) -> Iterator[Step]:
    workspace = around.workspace_of(visit)
    if workspace is None:
        return
    if path.startswith("/c/"):
        yield from _from_phone(workspace, visit, path)
        return
    if visit.method in ASKING:
        yield Step("When", f'somebody asks the workspace "{workspace}" for "{visit.target}"')
        return
    body = json_or_none(visit.body)
    if path.startswith("/api/v2/broadcasts") and isinstance(body, dict):
        for urn in body.get("urns") or ():
            text = body.get("text")
            shown = next(iter(text.values()), "") if isinstance(text, dict) else text
            yield Step("When", f'the workspace "{workspace}" broadcasts "{shown}" to {str(urn).partition(":")[2]}')
        return
    yield _as_it_came(visit, f'the workspace "{workspace}"')


def _from_phone(workspace: str, visit: Visit, path: str) -> Iterator[Step]:
    fields = {name: values[-1] for name, values in parse_qs(visit.body.decode("utf-8", "replace")).items()}
    fields |= {name: values[-1] for name, values in parse_qs(urlsplit(visit.target).query).items()}
    sender = fields.get("from") or fields.get("sender")
    text = fields.get("text") or fields.get("message")
    if path.endswith("/receive") and sender is not None and text is not None:
        is_number = sender.isdecimal() and len(sender) >= SHORTEST_NUMBER
        yield Step("When", f'{"+" if is_number else ""}{sender} texts "{text}" to the workspace "{workspace}"')


def _workspace_of(host: RapidProHost, visit: Visit) -> str | None:
    parts = urlsplit(visit.target).path.split("/")
    if parts[1] == "c":
        workspaces = host.installation.workspaces.values()
        return next((each.name for each in workspaces for channel in each.channels if channel.uuid in parts), None)
    token = host.installation.tokens.get(_header(visit, "Authorization").rpartition(" ")[2])
    return None if token is None else token.workspace.name


# CHT


def _to_cht(around: Surroundings, visit: Visit, path: str, files: dict[str, Any]) -> Iterator[Step]:
    parts = path.strip("/").split("/")
    body = json_or_none(visit.body)
    if len(parts) == 2 and parts[0] in around.databases and visit.method in {"PUT", "POST"}:
        documents = body.get("docs") if parts[1] == "_bulk_docs" and isinstance(body, dict) else None
        if documents is None and isinstance(body, dict) and not parts[1].startswith("_"):
            documents = [{"_id": parts[1], **body}]
        if documents is not None:
            yield from _documents(documents, files)
            return
    if path.endswith("/incoming-messages") and visit.method == "POST":
        yield Step("When", f'the webhook at "{path}" gets', _block(body, visit.body))
        return
    yield _as_it_came(visit, "the administrator" if around.is_administrator(visit) else None)


def _documents(documents: list[Any], files: dict[str, Any]) -> Iterator[Step]:
    plain = [_one_message(each) for each in documents]
    if all(plain):
        for to, text in filter(None, plain):
            yield Step("When", f'a pending message to "{to}" with the text "{text}" is added')
        return
    name = f"documents-{len(files) + 1}.json"
    files[name] = documents
    yield Step("When", f'the documents of "{name}" are saved')


def _one_message(document: Any) -> tuple[str, str] | None:
    """Return to whom and what, where a document is nothing but one pending message that was not saved before."""
    if not isinstance(document, dict) or "_rev" in document or document.get("form") or document.get("scheduled_tasks"):
        return None
    tasks = document.get("tasks") or []
    messages = tasks[0].get("messages") or [] if len(tasks) == 1 else []
    if len(messages) != 1 or tasks[0].get("state") not in PENDING:
        return None
    to, text = messages[0].get("to"), messages[0].get("message")
    fit = isinstance(to, str) and isinstance(text, str) and "\n" not in text
    return (to, text) if fit else None


def _is_administrator(simulation: Simulation, visit: Visit) -> bool:
    scheme, _, value = _header(visit, "Authorization").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user = base64.b64decode(value).decode().partition(":")[0]
    except ValueError:
        return False
    return any(user == instance.administrator[0] for instance in simulation.instances.values())


# Anybody


def _as_it_came(visit: Visit, who: str | None) -> Step:
    sender = who or "somebody"
    body = _block(json_or_none(visit.body), visit.body) if visit.body else ()
    below = f'{sender} sends {visit.method} "{visit.target}" to "{visit.host}"{" with" if body else ""}'
    return Step("When", below, body)


def _block(body: Any, raw: bytes) -> tuple[str, ...]:
    return tuple(block(raw.decode("utf-8", "replace")) if body is None else json_block(body))


def _header(visit: Visit, name: str) -> str:
    return visit.headers.get(name, "")

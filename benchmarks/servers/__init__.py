"""The servers that are measured beside each other, all of which answer the same two requests with the same bytes.

The fake RapidPro comes first: what it answers is recorded, and the stubs are given that to say.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from benchmarks.processes import ADDRESS, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FOLDER = Path(__file__).parent
PACKAGES = FOLDER / "package.json"
MODULES = FOLDER / "node_modules"

RATE = "1000000000/hour"
TOKEN = "8e5dd5e5b9bd6f1a5ea95f80b3f4b0a1c2d3e4f5"
STATUS = "/api/v2/messages.json"
STATUS_QUERY = "broadcast=1"
STATUS_TARGET = f"{STATUS}?{STATUS_QUERY}"
BROADCASTS = "/api/v2/broadcasts.json"
BROADCAST = b'{"urns":["tel:+254712000000"],"text":"Visit number 0 is tomorrow"}'
HEADERS = {"Authorization": f"Token {TOKEN}", "Accept": "application/json", "Content-Type": "application/json"}

CONFIGURATION = f"""
[[rapidpro]]
host = "textit.com"

[[rapidpro.workspaces]]
name = "Bench"
token = "{TOKEN}"
rates = {{ "v2" = "{RATE}", "v2.messages" = "{RATE}", "v2.broadcasts" = "{RATE}" }}
"""

LEFT_TO_SERVERS = frozenset({"content-length", "date", "server"})
NO_NODE = "the stubs need Node and npm: https://nodejs.org, or apt-get install nodejs npm"

PRIMED_WITHIN = 10.0  # seconds

Answers = list[dict[str, Any]]


class StubsError(RuntimeError):
    """The stubs cannot be installed, or there is no answer for them to give."""


def fake() -> Server:
    """Return the fake RapidPro, without limits in the way."""
    return _server("fake RapidPro", sys.executable, "-m", "benchmarks.servers.fake", "{port}")


def serve(answers: Path) -> Server:
    """Return `rapidpro-simulator serve`: the fake RapidPro and a CHT beside it, with the journal going to a file."""
    configuration = answers.with_name("rapidpro-simulator.toml")
    configuration.write_text(CONFIGURATION)
    ports = ("--rapidpro-port", "{port}", "--cht-port", "0", "--couchdb-port", "0")
    files = ("--config", str(configuration), "--journal", str(answers.with_name("journal.jsonl")))
    return _server(
        "rapidpro-simulator serve", str(Path(sys.executable).with_name("rapidpro-simulator")), "serve", *ports, *files
    )


def bare(answers: Path) -> Server:
    """Return the least that aiohttp can do."""
    return _server("bare aiohttp", sys.executable, "-m", "benchmarks.servers.bare", "{port}", str(answers))


def express(answers: Path) -> Server:
    return _server("Express", "node", str(FOLDER / "express.js"), "{port}", str(answers))


def prism(answers: Path) -> Server:
    """Return Prism in its most favourable setting: nothing logged."""
    document = answers.with_name("openapi.json")
    document.write_text(json.dumps(_openapi(read(answers))))
    quiet = ("--verboseLevel", "silent")
    return _server("Prism", _module("prism"), "mock", "--host", ADDRESS, "--port", "{port}", *quiet, str(document))


def mockoon(answers: Path) -> Server:
    """Return Mockoon in its most favourable setting: nothing logged, no admin API."""
    document = answers.with_name("mockoon.json")
    document.write_text(json.dumps(_environment(read(answers))))
    quiet = ("--repair", "--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "1")
    return _server("Mockoon", _module("mockoon-cli"), "start", "--data", str(document), "--port", "{port}", *quiet)


BESIDE: Mapping[str, Callable[[Path], Server]] = {
    "rapidpro-simulator serve": serve,
    "bare aiohttp": bare,
    "Express": express,
    "Prism": prism,
    "Mockoon": mockoon,
}


def install() -> None:
    """Install the stubs' packages where that has not been done for these versions. Raises `StubsError` without npm."""
    done = MODULES / "installed.json"
    wanted = PACKAGES.read_text()
    if done.exists() and done.read_text() == wanted:
        return
    if shutil.which("npm") is None:
        raise StubsError(NO_NODE)
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    if subprocess.run(["npm", "install", *quiet], cwd=FOLDER, check=False).returncode:
        raise StubsError(f"npm could not install what {PACKAGES} names")
    done.write_text(wanted)


def record(port: int, answers: Path) -> None:
    """Ask the fake on `port` for one of each answer, and keep them in the file `answers`."""
    requests = (("GET", STATUS, STATUS_QUERY, None), ("POST", BROADCASTS, "", BROADCAST))
    answers.write_text(json.dumps([_ask(port, *request) for request in requests], indent=2))


def prime(port: int) -> None:
    """Send a broadcast, and wait until there is a message of it to ask for."""
    _ask(port, "POST", BROADCASTS, "", BROADCAST)
    deadline = time.monotonic() + PRIMED_WITHIN
    while not json.loads(_ask(port, "GET", STATUS, STATUS_QUERY, None)["body"])["results"]:
        if time.monotonic() > deadline:
            raise StubsError(f"no message of the first broadcast after {PRIMED_WITHIN} s")
        time.sleep(0.05)


def read(answers: Path) -> Answers:
    """Return the recorded answers: `method`, `path`, `status`, `headers` and `body` of each."""
    recorded: Answers = json.loads(answers.read_text())
    return recorded


def _ask(port: int, method: str, path: str, query: str, body: bytes | None) -> dict[str, Any]:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=10)
    try:
        connection.request(method, f"{path}?{query}" if query else path, body=body, headers=HEADERS)
        response = connection.getresponse()
        headers = {name: value for name, value in response.getheaders() if name.lower() not in LEFT_TO_SERVERS}
        text = response.read().decode()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise StubsError(f"the fake answers {method} {path} with {response.status}: {text}")
        return {"method": method, "path": path, "status": response.status, "headers": headers, "body": text}
    finally:
        connection.close()


def _server(name: str, *command: str) -> Server:
    return Server(name, command, STATUS_TARGET, HEADERS, {"NODE_ENV": "production"})


def _module(name: str) -> str:
    return str(MODULES / ".bin" / name)


def _openapi(answers: Answers) -> dict[str, Any]:
    """Return the answers as an OpenAPI document, whose examples Prism answers with."""
    paths: dict[str, Any] = {}
    for answer in answers:
        response = {
            "description": "recorded from the fake",
            "headers": {name: {"schema": {"type": "string"}, "example": text} for name, text in _own(answer)},
            "content": {"application/json": {"example": json.loads(answer["body"])}},
        }
        operation: dict[str, Any] = {"responses": {str(answer["status"]): response}}
        if answer["method"] == "POST":
            operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
        paths.setdefault(answer["path"], {})[answer["method"].lower()] = operation
    return {"openapi": "3.0.3", "info": {"title": "RapidPro", "version": "2"}, "paths": paths}


def _environment(answers: Answers) -> dict[str, Any]:
    """Return the answers as a data file of Mockoon; `--repair` fills in Mockoon's own defaults."""
    routes = [_route(answer) for answer in answers]
    children = [{"type": "route", "uuid": route["uuid"]} for route in routes]
    return {"name": "RapidPro", "hostname": ADDRESS, "routes": routes, "rootChildren": children}


def _route(answer: dict[str, Any]) -> dict[str, Any]:
    name = answer["method"].lower()
    response = {
        "uuid": _uuid(f"{name} answer"),
        "statusCode": answer["status"],
        "body": answer["body"],
        "headers": [{"key": key, "value": value} for key, value in answer["headers"].items()],
        "bodyType": "INLINE",
        "disableTemplating": True,
        "default": True,
    }
    return {
        "type": "http",
        "uuid": _uuid(name),
        "method": name,
        "endpoint": answer["path"].removeprefix("/"),
        "responses": [response],
    }


def _uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _own(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in answer["headers"].items() if name.lower() != "content-type"]

"""A control API in a thread of the test's own process, and somebody who asks it over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jsonschema import Draft202012Validator

from rapidpro_simulator.console.openapi import document
from rapidpro_simulator.console.resources import endpoints
from rapidpro_simulator.console.schemas import PROBLEM
from rapidpro_simulator.console.server import Console
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.console.worlds import Worlds

TOKEN = "a-token-of-the-tests"
ENDPOINTS = {(endpoint.method, endpoint.path): endpoint for endpoint in endpoints()}
DOCUMENT = document(endpoints())


@dataclass
class Reply:
    """What the API answered."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Api:
    """Somebody who knows where the control API of `worlds` is, and its token."""

    worlds: Worlds
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Reply:
        """Send one request, just as it is given."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            connection.close()

    def ask(self, method: str, path: str, body: object = None, **parameters: object) -> Any:
        """Ask an endpoint by its path in the document, and return the answer, which is as its schema has it.

        Parameters that do not stand in the path are those of the query; the world is `main` where none is given.
        """
        endpoint = ENDPOINTS[method, path]
        reply = self.send(method, _url(path, parameters), body, {"Authorization": f"Bearer {TOKEN}"})
        assert reply.status == endpoint.status, reply.text
        if endpoint.answer is None:
            assert reply.text == ""
            return None
        Draft202012Validator(endpoint.answer).validate(reply.json())
        return reply.json()

    def refused(self, status: int, method: str, path: str, body: object = None, **parameters: object) -> dict[str, Any]:
        """Ask what cannot be done, and return the problem details."""
        assert (method, path) in ENDPOINTS
        reply = self.send(method, _url(path, parameters), body, {"Authorization": f"Bearer {TOKEN}"})
        return problem_of(reply, status)


def problem_of(reply: Reply, status: int) -> dict[str, Any]:
    """Return the problem details of an answer."""
    assert (reply.status, reply.headers["Content-Type"]) == (status, "application/problem+json; charset=utf-8")
    problem: dict[str, Any] = reply.json()
    Draft202012Validator(PROBLEM).validate(problem)
    assert problem["status"] == status
    return problem


def _url(path: str, parameters: dict[str, object]) -> str:
    values = {"world": "main", **parameters}
    names = [name for name in values if f"{{{name}}}" in path]
    url = "/v1" + path.format_map({name: quote(str(values[name]), safe="") for name in names})
    query = {name: value for name, value in parameters.items() if name not in names}
    return f"{url}?{urlencode(query)}" if query else url


async def _stop(console: Console) -> None:
    await console.stop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)  # connections are closed in the next rounds
    await asyncio.get_running_loop().shutdown_default_executor()


@contextmanager
def served(worlds: Worlds, token: str | None = TOKEN) -> Iterator[Api]:
    """Serve the control API of `worlds` at a port that is free."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="control API")
    thread.start()
    console = Console(worlds, token)
    try:
        port = asyncio.run_coroutine_threadsafe(console.start("127.0.0.1", 0), loop).result(PATIENCE)
        yield Api(worlds, port)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(console), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

"""Who answers the web requests of a flow on the command line: a file of answers, or the real servers.

Every request and its answer are recorded in the journal as `webhook.answered`.
"""

from __future__ import annotations

import asyncio
import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest, WebhookResponse
from rapidpro_simulator.rapidpro.flows.definition.actions.webhooks import METHODS
from rapidpro_simulator.rapidpro.mailroom.worker import PendingResult
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.input_files import read_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation

    Webhook = Callable[[WebhookRequest], Awaitable[WebhookResponse | None]]

TIMEOUT = 15.0  # real seconds until a server that says nothing counts as gone (rapidpro 7.2)
MOST_REDIRECTS = 10
EXAMPLE = '{"https://example.org/*": [{"status": 200, "json": {"ok": true}}]}'
STATUSES = range(100, 1000)
MEMBERS = ("status", "json", "text", "headers")


def recorded(workspace: Workspace, webhook: Webhook) -> Webhook:
    """Return a webhook that does the same and tells the journal of it."""

    async def call(request: WebhookRequest) -> WebhookResponse | None:
        response = await webhook(request)
        workspace.runtime.record(
            "webhook.answered",
            method=request.method,
            url=request.url,
            sent=request.body.decode(errors="replace"),
            status_code=response.status if response else None,
            answer=response.body.decode(errors="replace") if response else None,
        )
        return response

    return call


# Answers from a file


class PreparedAnswers:
    """Answers by URL glob, or by method and URL glob: each is given once, in order, the last one for ever.

    The first glob that fits decides; where none fits, nobody answers.
    """

    def __init__(self, answers: dict[str, list[WebhookResponse | None]]) -> None:
        self._answers = answers

    async def call(self, request: WebhookRequest) -> WebhookResponse | None:
        for glob, answers in self._answers.items():
            if fnmatchcase(request.url, glob) or fnmatchcase(f"{request.method} {request.url}", glob):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return None


def read_answers(path: Path) -> PreparedAnswers:
    """Return the answers of a file. Raises `UsageError`."""
    document = read_object(path, "file of answers")
    try:
        return PreparedAnswers({glob: _read_list(glob, value) for glob, value in document.items()})
    except ValueError as error:
        raise UsageError(f"the file of answers {path}, {error}; write it like {EXAMPLE}") from None


def _read_list(glob: str, value: Any) -> list[WebhookResponse | None]:
    method, space, _ = glob.partition(" ")
    if space and method not in METHODS:
        raise ValueError(f"{glob}: {method!r} is no method; there are: {', '.join(METHODS)}")
    items = value if isinstance(value, list) else [value]
    return [_read_answer(f"{glob}, answer {number}", item) for number, item in enumerate(items, 1)] or [None]


def _read_answer(where: str, document: Any) -> WebhookResponse | None:
    if document is None:
        return None
    problem = _problem(document)
    if problem:
        raise ValueError(f"{where}: {problem}")
    status, headers = document.get("status", 200), document.get("headers", {})
    kind = "application/json" if "json" in document else "text/plain; charset=utf-8"
    body = json.dumps(document["json"], ensure_ascii=False) if "json" in document else str(document.get("text", ""))
    named = {"Content-Type": kind, **{str(name): str(value) for name, value in headers.items()}}
    return WebhookResponse(status, tuple(named.items()), body.encode())


def _problem(document: Any) -> str:
    """Return what is wrong with an answer, empty for nothing."""
    if not isinstance(document, dict):
        return "an answer is an object, or null where nobody answers"
    unknown = [name for name in document if name not in MEMBERS]
    if unknown:
        return f"there is no {unknown[0]!r} in an answer; possible are: {', '.join(MEMBERS)}"
    if document.get("status", 200) not in STATUSES:
        return f"{document['status']!r} is no HTTP status"
    return "" if isinstance(document.get("headers", {}), dict) else "headers are an object of names and values"


# Real servers


class RealServers:
    """Asks the real servers, in real seconds while the simulation's time stands still."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def call(self, request: WebhookRequest) -> WebhookResponse | None:
        return await PendingResult[WebhookResponse | None](lambda take: self._begin(request, take))

    def _begin(self, request: WebhookRequest, take: Callable[[WebhookResponse | None], None]) -> None:
        loop = self._simulation.loop

        def begin() -> None:
            # A thread's work takes real time, and the loop of frozen time waits for it.
            asked = loop.run_in_executor(None, lambda: asyncio.run(_ask(request)))
            asked.add_done_callback(lambda done: take(done.result()))

        self._simulation.clock.call_later(0, begin)


async def _ask(request: WebhookRequest) -> WebhookResponse | None:
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                request.method,
                URL(request.url, encoded="%" in request.url),
                data=request.body or None,
                headers={"Accept-Encoding": "gzip", **request.headers},
                skip_auto_headers=("User-Agent", "Accept", "Content-Type"),
                max_redirects=MOST_REDIRECTS,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
            ) as response,
        ):
            body = await response.read()
    except (TimeoutError, aiohttp.ClientError, ValueError, OSError):
        return None
    return WebhookResponse(response.status, tuple(response.headers.items()), body, response.reason)

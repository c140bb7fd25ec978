"""The gateway's own HTTP: where RapidPro's flows post messages, whether it is well, and its numbers."""

from __future__ import annotations

import hmac
import json
import sqlite3
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .texts import storable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inbox import Inbox
    from .metrics import Metrics

MOST_BYTES = 65_536


class Receiver:
    """Answers `POST /incoming`, `GET /healthz` and `GET /metrics`; without a `token`, nothing is taken in.

    `health` returns what is wrong, as a list of sentences; `received` is called when there is something for CHT, and
    `broken` with an error of the database.
    """

    def __init__(
        self,
        inbox: Inbox,
        token: str,
        metrics: Metrics,
        health: Callable[[], list[str]],
        gauges: Callable[[], object],
        received: Callable[[], object],
        broken: Callable[[sqlite3.Error], object],
    ) -> None:
        self._inbox = inbox
        self._token = token
        self._metrics = metrics
        self._health = health
        self._gauges = gauges
        self._received = received
        self._broken = broken
        self._routes = {
            ("GET", "/healthz"): self._healthz,
            ("GET", "/metrics"): self._numbers,
            **({("POST", "/incoming"): self._incoming} if token else {}),
        }

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        route = self._routes.get((request.method, request.path))
        if route is None:
            known = any(path == request.path for _, path in self._routes)
            return _answer(405 if known else 404, error="no such place")
        try:
            return await route(request)
        except sqlite3.Error as error:
            self._broken(error)
            return _answer(503, error="the gateway's database does not do what it should")

    async def _healthz(self, _request: web.BaseRequest) -> web.Response:
        problems = self._health()
        return _answer(503 if problems else 200, healthy=not problems, problems=problems)

    async def _numbers(self, _request: web.BaseRequest) -> web.Response:
        self._gauges()
        return web.Response(
            body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def _incoming(self, request: web.BaseRequest) -> web.Response:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), f"Token {self._token}".encode()):
            return _answer(403, error="the token is missing or wrong")
        # Without a length there are chunks, up to aiohttp's own limit of a megabyte.
        text = await request.read() if (request.content_length or 0) <= MOST_BYTES else None
        if text is None or len(text) > MOST_BYTES:
            return _answer(413, error=f"a message has at most {MOST_BYTES} bytes")
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return _answer(400, error="the body is no JSON")
        missing = [name for name in ("id", "from", "content") if not _is_text(body, name)]
        if missing:
            return _answer(400, error=f"missing, or no text: {', '.join(missing)}")
        new = self._inbox.store(*(storable(str(body[name])) for name in ("id", "from", "content")))
        self._metrics.received.inc(new)
        self._received()
        return _answer(200, id=str(body["id"]), saved=new)


def _is_text(body: Any, name: str) -> bool:
    value = body.get(name) if isinstance(body, dict) else None
    return isinstance(value, int | str) and str(value) != "" and not isinstance(value, bool)


def _answer(status: int, **document: Any) -> web.Response:
    return web.json_response(document, status=status)

"""What the journal is told of the exchanges of one host, with the secrets that it must not show."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from rapidpro_simulator.world.authorization import secrets_of
from rapidpro_simulator.world.entries import LONGEST_SECRET
from rapidpro_simulator.world.redaction import HIDDEN
from rapidpro_simulator.world.secrets import is_telling, secrets_in

from .connection import Malformed
from .http_date import http_date

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.journal import Exchange, Journal

    from .service import Service


class Record:
    """The exchanges of a `host` in the `journal`, at the times of its `clock`."""

    def __init__(self, host: str, service: Service, journal: Journal, clock: Clock) -> None:
        self._host = host
        self._service = service
        self._journal = journal
        self._clock = clock
        self._seen: set[str] = set()  # Authorization headers whose secrets the journal hides already

    def begin(self, party: str, request: web.BaseRequest, body: bytes) -> Exchange:
        """Record that `party` has sent a request with this body."""
        journal = self._journal
        authorization = request.headers.get(hdrs.AUTHORIZATION, "")
        if authorization not in self._seen:
            self._seen.add(authorization)
            for secret in secrets_of(authorization):
                journal.hide(secret)
        query = request.rel_url.raw_query_string
        if body:
            self._hide(body, request.headers.get(hdrs.CONTENT_TYPE, ""))
        if query:
            self._hide(query.encode(), "")
        shown = body
        if body and self._is_confidential(request.path):
            shown = HIDDEN.encode()
            self._hide_whole(body)
        exchange = journal.begin(shown, by=party, to=self._host, method=request.method, path=request.path, query=query)
        if journal.keeps_headers:
            exchange.request_headers = request.headers
        return exchange

    def end(self, exchange: Exchange, response: web.StreamResponse) -> web.StreamResponse:
        """Record what was answered, and return it with the time at which that was."""
        headers = response.headers
        exchange.content_type = headers.get(hdrs.CONTENT_TYPE, "")
        exchange.retry_after = headers.get(hdrs.RETRY_AFTER)
        if isinstance(response, web.Response):
            body = response.body
            if isinstance(body, bytes):
                self._hide(body, exchange.content_type)
                exchange.response = HIDDEN.encode() if body and self._is_confidential(exchange.data["path"]) else body
        # aiohttp would take it from the wall: a service and its web server live in the simulation's time.
        headers.setdefault(hdrs.DATE, http_date(self._clock.now()))
        if self._journal.keeps_headers:
            exchange.response_headers = headers
        self._journal.end(exchange, "answered", response.status)
        return response

    def note_cut_off(self, party: str) -> None:
        """Record that `party` has hung up before there was a request."""
        exchange = self._journal.begin(by=party, to=self._host, method="", path="", query="")
        exchange.data["malformed"] = Malformed.CUT_OFF.value
        self._journal.end(exchange, "cut off")

    def _hide(self, text: bytes, content_type: str) -> None:
        for secret in secrets_in(text, content_type):
            self._journal.hide(secret)

    def _hide_whole(self, body: bytes) -> None:
        """Hide a confidential body that is nothing but a secret: a credential, or a value of the configuration."""
        value = body.decode("utf-8", "replace").strip().strip('"')
        if len(value) <= LONGEST_SECRET and is_telling(value):
            self._journal.hide(value)

    def _is_confidential(self, path: str) -> bool:
        return _is_one_of(tuple(self._service.confidential), path)


@lru_cache(maxsize=1024)
def _is_one_of(globs: tuple[str, ...], path: str) -> bool:
    return _any_of(globs).fullmatch(path) is not None


@cache
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of what fits one of some globs; of none, nothing does."""
    return re.compile("|".join(map(translate, globs)) if globs else r"(?!)")

"""When a gateway in another process is ready: by its first request, a port, a line or a URL, as its template says."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp

from .template import fill

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


class Readiness:
    """What is known of one start: `ready` is the template's, `port` where it listens.

    `patience` is how long an answer of its URL is waited for, in seconds of the simulation.
    """

    def __init__(self, ready: str, port: int, patience: float) -> None:
        self.asked = False
        self._kind, _, self._value = ready.partition(":")
        self._port = port
        self._patience = patience
        self._line: str | None = None  # the one that it is ready by

    def hear(self, line: str) -> None:
        """Take note of a line that the gateway wrote."""
        if self._kind == "log" and self._line is None and re.search(self._value, line):
            self._line = line

    async def is_reached(self, values: Mapping[str, str]) -> bool:
        """Say whether the gateway is ready; `values` are those of the placeholders."""
        return await _CHECKS[self._kind](self, values)

    async def _has_started(self, _values: Mapping[str, str]) -> bool:
        return True

    async def _has_asked(self, _values: Mapping[str, str]) -> bool:
        return self.asked

    async def _has_said(self, _values: Mapping[str, str]) -> bool:
        return self._line is not None

    async def _listens(self, _values: Mapping[str, str]) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    async def _answers(self, values: Mapping[str, str]) -> bool:
        timeout = aiohttp.ClientTimeout(total=self._patience)
        with suppress(OSError, aiohttp.ClientError, TimeoutError):
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(fill(self._value, values)) as answer,
            ):
                return answer.ok
        return False


_CHECKS: Mapping[str, Callable[[Readiness, Mapping[str, str]], Awaitable[bool]]] = {
    "started": Readiness._has_started,
    "request": Readiness._has_asked,
    "log": Readiness._has_said,
    "port": Readiness._listens,
    "url": Readiness._answers,
}

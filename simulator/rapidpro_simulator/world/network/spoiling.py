"""How each kind of fault spoils an answer: a table from the kind to what goes over the wire instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from rapidpro_simulator.world.faults import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from .service import Service

CAPTIVE_PORTAL = (
    "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please sign in to continue.</body></html>"
)


@dataclass(frozen=True)
class Hangup:
    """The connection ends without a whole answer: with none, or after `part` of `length` promised bytes."""

    name: str
    part: bytes | None = None
    length: int = 0
    status: int = 200
    content_type: str = ""


@dataclass(frozen=True)
class Spoiled:
    """An answer about to be spoiled: the fault, who serves, and what was served (empty where nothing was)."""

    fault: Fault
    service: Service
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"

    def response(self, body: bytes | str, content_type: str | None = None, status: int | None = None) -> web.Response:
        body = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": content_type or self.content_type}
        return web.Response(body=body, status=status or self.status, headers=headers)

    @property
    def half(self) -> bytes:
        return self.body[: max(1, len(self.body) // 2)]


Outcome = web.Response | Hangup


def _truncated(spoiled: Spoiled) -> Outcome:
    return Hangup("truncated", spoiled.half, len(spoiled.body), spoiled.status, spoiled.content_type)


def _redirect(spoiled: Spoiled) -> Outcome:
    return web.Response(status=spoiled.fault.status, headers={"Location": spoiled.fault.location})


SPOILERS: dict[Kind, Callable[[Spoiled], Outcome]] = {
    Kind.NO_ANSWER: lambda _: Hangup("no answer"),
    Kind.REFUSED: lambda _: Hangup("refused"),
    Kind.RESET: lambda _: Hangup("reset"),
    Kind.EMPTY: lambda _: Hangup("empty"),
    Kind.CRASH: lambda _: Hangup("crash"),
    Kind.TRUNCATED: _truncated,
    Kind.MALFORMED: lambda spoiled: spoiled.response(spoiled.half),
    Kind.WRONG_TYPE: lambda spoiled: spoiled.response(spoiled.body, spoiled.fault.content_type),
    Kind.EMPTY_BODY: lambda spoiled: spoiled.response(b""),
    Kind.HTML: lambda spoiled: spoiled.response(CAPTIVE_PORTAL, "text/html; charset=utf-8", 200),
    Kind.REDIRECT: _redirect,
    Kind.STATUS: lambda spoiled: spoiled.service.error(spoiled.fault.status, spoiled.fault.retry_after),
    Kind.BODY: lambda spoiled: spoiled.response(spoiled.fault.body, spoiled.fault.content_type, spoiled.fault.status),
}

NEEDS_AN_ANSWER = frozenset({Kind.TRUNCATED, Kind.MALFORMED, Kind.WRONG_TYPE, Kind.EMPTY_BODY})

"""Fault injection: a table from the kind of a fault to what goes over the wire in place of the service's response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from rapidpro_simulator.world.faults import Fault, FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from .service import Service

CAPTIVE_PORTAL = (
    "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please sign in to continue.</body></html>"
)


@dataclass(frozen=True)
class Disconnect:
    """The connection ends without a whole response: with none, or after `part` of `length` promised bytes."""

    name: str
    part: bytes | None = None
    length: int = 0
    status: int = 200
    content_type: str = ""


@dataclass(frozen=True)
class FaultInjection:
    """A fault about to be injected, and the service's own response: empty where the service was not asked."""

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
        return self.body[: len(self.body) // 2]


Outcome = web.Response | Disconnect


def _truncated(injection: FaultInjection) -> Outcome:
    if not injection.body:
        return Disconnect("truncated")  # its head has broken off: there is no body to halve
    return Disconnect("truncated", injection.half, len(injection.body), injection.status, injection.content_type)


def _redirect(injection: FaultInjection) -> Outcome:
    return web.Response(status=injection.fault.status, headers={"Location": injection.fault.location})


RESPONSE_FAULTS: dict[FaultKind, Callable[[FaultInjection], Outcome]] = {
    FaultKind.NO_ANSWER: lambda _: Disconnect("no answer"),
    FaultKind.REFUSED: lambda _: Disconnect("refused"),
    FaultKind.RESET: lambda _: Disconnect("reset"),
    FaultKind.EMPTY: lambda _: Disconnect("empty"),
    FaultKind.CRASH: lambda _: Disconnect("crash"),
    FaultKind.TRUNCATED: _truncated,
    FaultKind.MALFORMED: lambda injection: injection.response(injection.half),
    FaultKind.WRONG_TYPE: lambda injection: injection.response(injection.body, injection.fault.content_type),
    FaultKind.EMPTY_BODY: lambda injection: injection.response(b""),
    FaultKind.HTML: lambda injection: injection.response(CAPTIVE_PORTAL, "text/html; charset=utf-8", 200),
    FaultKind.REDIRECT: _redirect,
    FaultKind.STATUS: lambda injection: injection.service.error(injection.fault.status, injection.fault.retry_after),
    FaultKind.BODY: lambda injection: injection.response(
        injection.fault.body, injection.fault.content_type, injection.fault.status
    ),
}


def outcome_of(fault: Fault, service: Service, served: web.StreamResponse | None) -> Outcome:
    """Return what goes over the wire where a fault strikes; `served` is what the service itself has answered."""
    if isinstance(served, web.Response) and isinstance(served.body, bytes | None):
        content_type = served.headers.get("Content-Type", "")
        injection = FaultInjection(fault, service, served.status, served.body or b"", content_type)
    elif served is not None and served.prepared:
        return Disconnect("reset")  # a feed: it has been sent already, so that only its end can go wrong
    else:
        injection = FaultInjection(fault, service)
    return RESPONSE_FAULTS[fault.kind](injection)

"""The events of the gateway under test, whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def _started(data: Mapping[str, Any]) -> str:
    release = f" (CHT {data['release']})" if data.get("release") else ""
    return f"{data['gateway']} starts{release}"


GATEWAY_EVENTS = (
    EventKind("gateway.crashed", ("gateway",), "{gateway} crashes"),
    EventKind("gateway.ended", ("gateway", "how"), "{gateway} has ended by itself: {how}"),
    EventKind("gateway.log", ("gateway", "text"), "the gateway logs: {text}"),
    EventKind("gateway.not_ready", ("gateway", "problem"), "{gateway} does not become ready: {problem}"),
    EventKind("gateway.started", ("gateway", "release"), _started),
    EventKind("gateway.stopped", ("gateway",), "{gateway} stops"),
)

"""What the API calls the statuses that are stored, by generation (rapidpro 4.1, 4.2, 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.flows import StartStatus
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus, Status

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class StatusWords:
    """The word for each status of a message (None prints null), of a broadcast, and of a flow start."""

    message: Mapping[Status, str | None]
    broadcast: Mapping[BroadcastStatus, str]
    start: Mapping[StartStatus, str]


_MESSAGE: Mapping[Status, str | None] = MappingProxyType(
    {
        Status.PENDING: "queued",
        Status.INITIALIZING: "queued",
        Status.QUEUED: "queued",
        Status.HANDLED: "handled",
        Status.WIRED: "wired",
        Status.SENT: "sent",
        Status.DELIVERED: "delivered",
        Status.READ: None,  # a row that this generation has no word for prints null (rapidpro 4.2)
        Status.ERRORED: "errored",
        Status.FAILED: "failed",
        Status.RESENT: None,
    }
)
_MESSAGE_WITH_READ = MappingProxyType({**_MESSAGE, Status.READ: "read"})
_MESSAGE_V7 = MappingProxyType({**_MESSAGE, Status.INITIALIZING: "initializing", Status.RESENT: "resent"})

_BROADCAST_OLD: Mapping[BroadcastStatus, str] = MappingProxyType(
    {
        BroadcastStatus.PENDING: "queued",
        BroadcastStatus.QUEUED: "queued",
        BroadcastStatus.STARTED: "queued",
        BroadcastStatus.COMPLETED: "sent",
        BroadcastStatus.FAILED: "sent",  # mailroom 9 writes the code of `sent` even here (rapidpro 6.1)
        BroadcastStatus.INTERRUPTED: "sent",
    }
)
_BROADCAST_NEW = MappingProxyType({status: status.name.lower() for status in BroadcastStatus})

_START_OLD = MappingProxyType(
    {
        StartStatus.PENDING: "pending",
        StartStatus.QUEUED: "starting",
        StartStatus.STARTED: "starting",
        StartStatus.COMPLETED: "complete",
        StartStatus.FAILED: "failed",
        StartStatus.INTERRUPTED: "failed",
    }
)
_START_NEW = MappingProxyType({status: status.name.lower() for status in StartStatus})

_OLD = StatusWords(_MESSAGE, _BROADCAST_OLD, _START_OLD)
_NEW = StatusWords(_MESSAGE_WITH_READ, _BROADCAST_NEW, _START_NEW)

WORDS: Mapping[str, StatusWords] = MappingProxyType(
    {
        "community": _OLD,
        "textit-2025": _NEW,
        "textit-2026": _NEW,
        "v7": StatusWords(_MESSAGE_V7, _BROADCAST_OLD, _START_OLD),
        "v8": _OLD,
    }
)
"""By the name of the generation."""

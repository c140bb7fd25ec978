"""What a status of RapidPro's means to CHT. Words and their order only; what follows from them is `outbox`'s part."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """The words of CHT's gateway protocol for what became of a message, in the order in which they come."""

    UNSENT = "UNSENT"  # CHT: received-by-gateway
    PENDING = "PENDING"  # CHT: forwarded-by-gateway
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        return self in {State.DELIVERED, State.FAILED}


_STATES: Mapping[str, State] = MappingProxyType(
    {
        "initializing": State.UNSENT,
        "pending": State.UNSENT,
        "queued": State.UNSENT,
        "errored": State.UNSENT,  # it has failed for now, and is tried again
        "wired": State.PENDING,
        "resent": State.SENT,
        "sent": State.SENT,
        "delivered": State.DELIVERED,
        "read": State.DELIVERED,
        "failed": State.FAILED,
    }
)
_ORDER = {state: number for number, state in enumerate(State)}
_GOES_BACK = frozenset({"errored"})


def state_of(status: str) -> State | None:
    """Return the state that a status of a message means; None for a status that nobody here knows."""
    return _STATES.get(status)


def moves(old: State, new: State, status: str) -> bool:
    """Say whether a message goes from a state to another because RapidPro tells `status` of it.

    Final states are final, and the others go forward only: answers overtake each other, and listings come from replicas
    that lag. Only where RapidPro says that a sending has failed and will be repeated, a message really goes back.
    """
    if old.is_final or old is new:
        return False
    return _ORDER[new] > _ORDER[old] or status in _GOES_BACK

"""What courier, the sender, makes of a provider's reports, by generation (rapidpro 6.3, 6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

SENT_STATUSES = frozenset({Status.WIRED, Status.SENT, Status.DELIVERED, Status.READ})


@dataclass(frozen=True)
class CourierProfile:
    """The habits of courier: each field says its own."""

    rejection: Status = Status.ERRORED  # what a provider's rejection becomes (rapidpro 6.3)
    sent_on_statuses: frozenset[Status] = SENT_STATUSES  # the first report of one sets `sent_on` (rapidpro 6.4)
    resets_sent_on: bool = True  # a report of any other status takes `sent_on` back (rapidpro 6.4)
    too_old_android_only: bool = False  # only phones' messages fail after seven days, not all (rapidpro 6.3)
    senders: str = r"\+?[A-Za-z0-9]{1,64}"  # who may text in: short codes and names, too (rapidpro 5.4)
    no_sender: str = "phone number supplied is not a number"  # what others are told


_TEXTIT = CourierProfile(
    rejection=Status.FAILED,
    too_old_android_only=True,
    senders=r"\+?[A-Za-z0-9]{3,64}",
    no_sender="not a possible number",
)

COURIER: Mapping[str, CourierProfile] = MappingProxyType(
    {
        "community": CourierProfile(),
        "textit-2025": _TEXTIT,
        "textit-2026": _TEXTIT,
        "v7": CourierProfile(sent_on_statuses=frozenset({Status.WIRED}), resets_sent_on=False),
        "v8": CourierProfile(),
    }
)
"""By the name of the generation."""

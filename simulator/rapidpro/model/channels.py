"""Channels: what carries messages between RapidPro and the phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True, eq=False)
class Channel:
    """One way to the phones (rapidpro 6.5, 6.6)."""

    uuid: str
    name: str
    kind: str  # a key of `profiles.CHANNEL_KINDS`: "aggregator", "android", "whatsapp", …
    address: str | None
    country: str | None
    schemes: tuple[str, ...]
    created_on: datetime
    removed: bool = False

"""Channels: what carries messages between RapidPro and the phones, and what each kind of them can do."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .messages import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .contacts import Contact
    from .external import ExternalSettings

_SUBMITTED = frozenset({Status.WIRED, Status.ERRORED, Status.FAILED})
_REPORTED = _SUBMITTED | {Status.SENT, Status.DELIVERED}


@dataclass(frozen=True)
class ChannelKind:
    """What a kind of channel can do (rapidpro 6.5, 6.6).

    `throughput` in SMS segments a second; `statuses` that it can bring about; `reports`: whether anything comes back
    after the provider's answer. A `relayed` channel is a phone that asks RapidPro itself: its messages never pass
    courier, stay queued until the phone reports, are not retried, and its reports leave `modified_on` alone. `code` is
    the type in the path of courier's that aggregators call, `/c/ex/…`; None where nobody can call from outside.
    """

    name: str
    schemes: tuple[str, ...] = ("tel",)
    throughput: float = 10
    statuses: frozenset[Status] = _REPORTED
    reports: bool = True
    relayed: bool = False
    code: str | None = None


EXTERNAL = "ex"

CHANNEL_KINDS: Mapping[str, ChannelKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ChannelKind("aggregator", code=EXTERNAL),
            ChannelKind("aggregator without reports", statuses=_SUBMITTED, reports=False, code=EXTERNAL),
            ChannelKind("external", code=EXTERNAL),
            # 330 an hour is no rule of RapidPro's but what a phone's SMS packs let through (rapidpro 6.6).
            ChannelKind("android", throughput=330 / 3600, statuses=_REPORTED - {Status.WIRED}, relayed=True),
            ChannelKind("whatsapp", ("whatsapp",), throughput=80, statuses=_REPORTED | {Status.READ}),
            ChannelKind("twilio"),
            ChannelKind("vonage", throughput=1),
            ChannelKind("360dialog", ("whatsapp",), throughput=45, statuses=_REPORTED | {Status.READ}),
            ChannelKind("shaqodoon", throughput=5),
        )
    }
)


def channel_kind(name: str) -> ChannelKind:
    """Return the kind called `name`. Raises `ValueError` that says which there are."""
    try:
        return CHANNEL_KINDS[name]
    except KeyError:
        raise ValueError(f"no channel kind is called {name!r}; there are: {', '.join(CHANNEL_KINDS)}") from None


@dataclass(slots=True, eq=False)
class Channel:
    """One way to the phones (rapidpro 6.5, 6.6).

    `throughput` (segments a second) overrides that of its kind; `external` says how the aggregator behind it is called.
    """

    uuid: str
    name: str
    kind: ChannelKind
    address: str | None
    country: str | None
    schemes: tuple[str, ...]
    created_on: datetime
    removed: bool = False
    throughput: float | None = None
    last_seen: datetime | None = None
    external: ExternalSettings | None = None

    @property
    def segments_per_second(self) -> float:
        return self.throughput or self.kind.throughput


@dataclass(slots=True, eq=False)
class ChannelEvent:
    """Something that happened on a channel, and was no message: `kind` is a word of the API (rapidpro 4.15)."""

    id: int
    kind: str
    contact: Contact
    channel: Channel | None
    created_on: datetime
    extra: Mapping[str, Any] | None = None

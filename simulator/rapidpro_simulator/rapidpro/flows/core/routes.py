"""Which URN and which channel a message to a contact goes by (flows 2.4), and the channel that a URN belongs to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers

from rapidpro_simulator.rapidpro.flows.texts.strings import prefix_overlap
from rapidpro_simulator.rapidpro.flows.texts.urns import identity, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .assets import Assets, ChannelAsset
    from .contact import Contact

SEND = "send"
_CHANNEL = "channel="


class MessageRoute(NamedTuple):
    """A URN (with its query and display) and a channel that can reach it."""

    urn: str
    channel: ChannelAsset


def preferred_route(contact: Contact, assets: Assets) -> MessageRoute | None:
    """Return the first URN of a contact that a channel can send to, with that channel; None if there is none."""
    for urn in contact.urns:
        channel = channel_for(urn, assets)
        if channel is not None:
            return MessageRoute(urn, channel)
    return None


def channel_for(urn: str, assets: Assets, role: str = SEND) -> ChannelAsset | None:
    """Return the channel that reaches a URN: its own, the best for a phone number, or the first of its scheme."""
    scheme = parse(urn).scheme
    own = assets.channels.get(affinity(urn))
    if own is not None and _serves(own, scheme, role):
        return own
    channels = [channel for channel in assets.channels if _serves(channel, scheme, role)]
    if scheme == "tel":
        return _nearest(parse(urn).path, channels) or next(iter(channels), None)
    return next(iter(channels), None)


def affinity(urn: str) -> str:
    """Return the UUID of the channel that a URN belongs to, empty if it belongs to none."""
    query = parse(urn).query or ""
    return next((part.removeprefix(_CHANNEL) for part in query.split("&") if part.startswith(_CHANNEL)), "")


def with_affinity(urn: str, channel: str) -> str:
    """Return a URN that belongs to the channel with a UUID, to none if that is empty."""
    return str(parse(urn)._replace(query=f"{_CHANNEL}{channel}" if channel else None))


def without_query(urn: str) -> str:
    """Return a URN without its query, as expressions and messages show it."""
    _, hash_, display = urn.partition("#")
    return identity(urn) + hash_ + display


@lru_cache(maxsize=16_384)
def country_of(number: str) -> str:
    """Return the country of an E.164 number, e.g. `RW`; empty where it has none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _serves(channel: ChannelAsset, scheme: str, role: str) -> bool:
    return role in channel.roles and scheme in channel.schemes


def _nearest(number: str, channels: Iterable[ChannelAsset]) -> ChannelAsset | None:
    """Choose by country and by the longest shared start of numbers; of equals the last."""
    country = country_of(number)
    digits = number.removeprefix("+")
    best, most = None, 0
    for channel in channels:
        if channel.country and channel.country != country and not channel.allow_international:
            continue
        overlap = _overlap(channel, digits)
        if overlap >= most:
            best, most = channel, overlap
    return best


def _overlap(channel: ChannelAsset, digits: str) -> int:
    if channel.match_prefixes:
        return max((len(prefix) for prefix in channel.match_prefixes if digits.startswith(prefix)), default=0)
    return prefix_overlap(channel.address.removeprefix("+"), digits)

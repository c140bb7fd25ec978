"""Which of a contact's URNs a message goes to, and by which channel (rapidpro 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import phonenumbers

from rapidpro_simulator.rapidpro import urns as addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact


class Destination(NamedTuple):
    """Where a message goes; without a URN and a channel it goes nowhere."""

    urn: str | None = None
    channel: Channel | None = None


NOWHERE = Destination()


def route(contact: Contact, channels: Sequence[Channel], preferred: str | None = None) -> Destination:
    """Return the contact's first URN that one of the `channels` can send to, and the channel.

    The `preferred` URN comes before the others. The channel that a URN was last heard by comes first, then one of the
    number's country, then the oldest.
    """
    for urn in contact.urns if preferred is None else (preferred, *contact.urns):
        channel = channel_for(urn, contact, channels)
        if channel is not None:
            return Destination(urn, channel)
    return NOWHERE


def channel_for(urn: str, contact: Contact, channels: Sequence[Channel]) -> Channel | None:
    """Return the channel by which a URN of a contact would be reached, None where there is none."""
    familiar = contact.affinity.get(addresses.identity(urn)) if contact.affinity else None
    if familiar is not None and not familiar.removed:
        return familiar
    scheme = urn.partition(":")[0]
    able = [channel for channel in channels if scheme in channel.schemes and not channel.removed]
    if scheme == "tel" and len(able) > 1:
        country = _country(urn)
        able.sort(key=lambda channel: channel.country != country)
    return able[0] if able else None


def _country(urn: str) -> str | None:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(addresses.parse(urn).path))
    except phonenumbers.NumberParseException:
        return None

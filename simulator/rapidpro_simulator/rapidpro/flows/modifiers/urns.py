"""Modifiers of a contact's URNs, and of the channels that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.assets import SEND
from rapidpro_simulator.rapidpro.flows.core.routes import affinity, with_affinity
from rapidpro_simulator.rapidpro.flows.definition import fields
from rapidpro_simulator.rapidpro.flows.texts.urns import identity, is_valid, normalize

from .base import Modifier, ModifierContext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference

APPEND, REMOVE, SET = MODIFICATIONS = ("append", "remove", "set")
MOST_URNS = 50
_MODIFICATION = fields.one_of(MODIFICATIONS, "URN modification")


class _Wanted(NamedTuple):
    """A URN that a contact should have or lose; no channel leaves the one it belongs to."""

    urn: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrnsModifier(Modifier):
    """Appends, removes or sets URNs."""

    type: ClassVar[str] = "urns"

    urns: list[str] = fields.texts()
    modification: str = fields.text(required=True, check=_MODIFICATION)

    def apply(self, context: ModifierContext) -> bool:
        return _modify(context, [_Wanted(urn) for urn in self.urns], self.modification)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrnRoute:
    """A URN and the channel that it is to belong to, if that is said."""

    urn: str = fields.text(required=True)
    channel: Reference | None = fields.reference("channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesModifier(Modifier):
    """Appends, removes or sets URNs together with their channels."""

    type: ClassVar[str] = "routes"

    routes: list[UrnRoute] = fields.parts(UrnRoute)
    modification: str = fields.text(required=True, check=_MODIFICATION)

    def apply(self, context: ModifierContext) -> bool:
        wanted = [_Wanted(route.urn, _existing(context, route.channel)) for route in self.routes]
        return _modify(context, wanted, self.modification)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinityModifier(Modifier):
    """Makes a URN the preferred one, by a channel."""

    type: ClassVar[str] = "affinity"

    urn: str = fields.text(required=True)
    channel: Reference | None = fields.reference("channel")

    def apply(self, context: ModifierContext) -> bool:
        urns = context.contact.urns
        wanted = identity(normalize(self.urn))
        own = next((urn for urn in urns if identity(urn) == wanted), None)
        if own is None:
            return False
        channel = _existing(context, self.channel)
        first = with_affinity(own, channel) if channel else own
        return _replace(context, [first, *(urn for urn in urns if urn != own)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelModifier(Modifier):
    """Makes a channel the preferred one; none at all makes URNs belong to none.

    Phone numbers change to the channel if it has any; other URNs only if they belong to none (flows 2.3).
    """

    type: ClassVar[str] = "channel"

    channel: Reference | None = fields.reference("channel")

    def apply(self, context: ModifierContext) -> bool:
        urns = context.contact.urns
        if self.channel is None:
            return _replace(context, [with_affinity(urn, "") for urn in urns])
        channel = context.assets.channels.get(self.channel.identity)
        if channel is None:
            return False
        if SEND not in channel.roles:
            context.log(events.error("Can't set channel that can't send as the preferred channel"))
            return False
        changed = []
        for urn in urns:
            scheme = urn.partition(":")[0]
            movable = scheme == "tel" or not affinity(urn)
            changed.append(with_affinity(urn, channel.uuid) if movable and scheme in channel.schemes else urn)
        return _replace(context, sorted(changed, key=lambda urn: affinity(urn) != channel.uuid))


def _existing(context: ModifierContext, channel: Reference | None) -> str:
    return channel.identity if channel is not None and context.assets.channels.get(channel.identity) else ""


def _modify(context: ModifierContext, wanted: Iterable[_Wanted], modification: str) -> bool:
    normal = [_Wanted(normalize(urn), channel) for urn, channel in wanted]
    own = {identity(urn): urn for urn in context.contact.urns}
    if modification == REMOVE:
        gone = {identity(urn) for urn, _ in normal}
        return _replace(context, [urn for key, urn in own.items() if key not in gone])
    urns = {} if modification == SET else dict(own)
    for urn, channel in normal:
        key = identity(urn)
        if key not in own and not _may_be_added(context, urn, len(urns)):
            continue
        kept = own.get(key, urn)
        urns[key] = with_affinity(kept, channel) if channel else kept
    return _replace(context, list(urns.values()))


def _may_be_added(context: ModifierContext, urn: str, count: int) -> bool:
    if not is_valid(urn):
        context.log(events.error(f"'{urn}' is not valid URN", events.URN_INVALID, {"urn": urn}))
    elif count >= MOST_URNS:
        context.log(events.error(f"Contact has too many URNs, limit is {MOST_URNS}"))
    elif not context.runtime.services.claim_urn(context.contact.uuid, urn):
        context.log(events.error("URN is taken by another contact", events.URN_TAKEN, {"urn": urn}))
    else:
        return True
    return False


def _replace(context: ModifierContext, urns: list[str]) -> bool:
    if context.contact.urns == urns:
        return False
    context.contact.urns = urns
    context.log(events.contact_urns_changed(urns))
    return True

"""Groups with a query: contacts get into them, and out, whenever something about them changes (flows 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.contact import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets, GroupAsset
    from rapidpro_simulator.rapidpro.flows.core.contact import Contact
    from rapidpro_simulator.rapidpro.flows.core.events import Event
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


def reevaluate(environment: Environment, assets: Assets, contact: Contact, log: Callable[[Event], object]) -> None:
    """Put a contact into the query groups it belongs to and no others, and log what changed.

    A contact that is not active belongs to no group at all.
    """
    joined: list[GroupAsset] = []
    left: list[GroupAsset] = []
    for group in assets.query_groups:
        (joined if _belongs(environment, assets, contact, group) else left).append(group)
    if contact.status != ACTIVE:
        left.extend(contact.static_groups())
    joined, left = contact.change_groups(joined, left)
    if joined or left:
        log(events.contact_groups_changed([group.reference for group in joined], [group.reference for group in left]))


def _belongs(environment: Environment, assets: Assets, contact: Contact, group: GroupAsset) -> bool:
    if contact.status != ACTIVE:
        return False
    query = assets.query_of(group, environment)
    return query is not None and contactql.evaluate(environment, query, contact)

"""The endpoint `boundaries`: the places of the workspace's country (rapidpro 4.15)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .pagination import Listing

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.locations import Location

    from .calls import RapidProCall, RapidProResponse


def render(place: Location, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a place; older generations show its borders only to those who ask for them."""
    parent = place.parent
    with_borders = call.generation.api.always_geometry or call.flag("geometry")
    return {
        "osm_id": place.osm_id,
        "name": place.name,
        "parent": parent and {"osm_id": parent.osm_id, "name": parent.name},
        "level": place.level,
        "aliases": sorted(place.aliases),
        "geometry": place.geometry if with_borders else None,
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET boundaries`, by OpenStreetMap's ids; a workspace without places lists nothing."""
    places = sorted(call.workspace.database.locations or (), key=attrgetter("osm_id"))
    return call.page(Listing(places, "osm_id", descending=False, dated=False, position=str), render)

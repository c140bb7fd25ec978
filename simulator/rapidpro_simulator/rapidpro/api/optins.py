"""The endpoint `optins`: what contacts can agree to (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calls import RapidProResponse
from .fields import BodyField, read_fields
from .named import object_name, unique
from .pagination import Listing
from .rendering import moment

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import OptIn

    from .calls import RapidProCall


FIELDS = {
    "name": BodyField(object_name(unique(lambda call: call.workspace.database.optins.values())), required=True),
}


def render(optin: OptIn, _call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of an opt-in."""
    return {"uuid": optin.uuid, "name": optin.name, "created_on": moment(optin.created_on)}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET optins`."""
    return call.page(Listing(list(call.workspace.database.optins.values()), dated=False), render)


async def create(call: RapidProCall) -> RapidProResponse:
    """Answer `POST optins`."""
    name = read_fields(FIELDS, call.writable(call.read_body()), call)["name"]
    return RapidProResponse(201, render(call.workspace.database.optins.add(name), call))

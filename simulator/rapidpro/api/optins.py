"""The endpoint `optins`: what contacts can agree to (rapidpro 4.15)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from simulator.rapidpro.model.workspace import Workspace

from .named import NamedEndpoint
from .pagination import Listing
from .rendering import moment

if TYPE_CHECKING:
    from simulator.rapidpro.model.assets import OptIn

    from .calls import Answer, Call


def render(optin: OptIn, _call: Call) -> dict[str, Any]:
    """Return what the API shows of an opt-in."""
    return {"uuid": optin.uuid, "name": optin.name, "created_on": moment(optin.created_on)}


OPTINS: NamedEndpoint[OptIn] = NamedEndpoint(
    model="OptIn", rows=attrgetter("optins"), create=Workspace.add_optin, render=render
)


async def listing(call: Call) -> Answer:
    """Answer `GET optins`."""
    return call.page(Listing(list(call.workspace.optins.values())), render)


async def create(call: Call) -> Answer:
    """Answer `POST optins`; none can be renamed."""
    return OPTINS.write(call)

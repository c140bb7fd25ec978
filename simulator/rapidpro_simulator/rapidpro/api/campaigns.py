"""The endpoint `campaigns`: named lists of events for the members of a group (rapidpro 4.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calls import RapidProCall, RapidProResponse
from .fields import BodyField, read_fields
from .named import object_name, unique
from .pagination import Listing
from .parts import group
from .rendering import moment, refer

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign

_only_one = unique(lambda call: call.workspace.database.campaigns.values(), fold=str)

FIELDS = {"name": BodyField(object_name(_only_one), required=True), "group": BodyField(group, required=True)}


def find_campaign(uuid: str, call: RapidProCall) -> Campaign | None:
    """Return the campaign of a UUID, unless it is archived."""
    found = call.workspace.database.campaigns.get(uuid.lower())
    return None if found is None or found.archived else found


def render(campaign: Campaign, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a campaign."""
    return {
        "uuid": campaign.uuid,
        "name": campaign.name,
        "archived": campaign.archived,
        "group": refer(campaign.group),
        "created_on": moment(campaign.created_on),
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET campaigns`."""
    uuid = call.uuid("uuid", strict=True)
    rows = [
        each for each in call.workspace.database.campaigns.values() if not each.archived and uuid in {None, each.uuid}
    ]
    return call.page(Listing(rows, dated=False), render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST campaigns`: a new one, or a new name and group for the one that the query names."""
    body = call.read_body()
    workspace = call.workspace
    found: Campaign | None = None
    if call.lookup("uuid"):
        found = workspace.database.campaigns.get(call.uuid("uuid", strict=True) or "")
        if found is None or found.archived:
            raise call.missing("Campaign")
    call.instance = found
    values = read_fields(FIELDS, call.writable(body), call)
    if found is None:
        return RapidProResponse(201, render(workspace.mailroom.campaigns.add(**values), call))
    workspace.mailroom.campaigns.change(found, **values)
    return RapidProResponse(200, render(found, call))

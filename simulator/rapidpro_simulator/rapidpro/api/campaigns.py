"""The endpoint `campaigns`: named lists of events for the members of a group (rapidpro 4.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calls import RapidProCall, RapidProResponse
from .errors import RapidProApiError
from .fields import BodyField, read_fields
from .named import NOT_UNIQUE, object_name
from .pagination import Listing
from .parts import group
from .rendering import moment, refer

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign

FIELDS = {"name": BodyField(object_name, required=True), "group": BodyField(group, required=True)}


def find_campaign(uuid: str, call: RapidProCall) -> Campaign | None:
    """Return the campaign of a UUID or a name, unless it is archived."""
    campaigns = call.workspace.database.campaigns
    by_name = (each for each in campaigns.values() if each.name.lower() == uuid.lower())
    found = campaigns.get(uuid.lower()) or next(by_name, None)
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
    return call.page(Listing(rows), render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST campaigns`: a new one, or a new name and group for the one that the query names."""
    body = call.read_body()
    workspace = call.workspace
    found: Campaign | None = None
    if call.lookup("uuid"):
        found = workspace.database.campaigns.get(call.uuid("uuid", strict=True) or "")
        if found is None or found.archived:
            raise call.missing("Campaign")
    values = read_fields(FIELDS, call.writable(body), call)
    if any(each.name == values["name"] for each in workspace.database.campaigns.values() if each is not found):
        raise RapidProApiError(400, {"name": [NOT_UNIQUE]})
    if found is None:
        return RapidProResponse(201, render(workspace.mailroom.campaigns.add(**values), call))
    workspace.mailroom.campaigns.change(found, **values)
    return RapidProResponse(200, render(found, call))

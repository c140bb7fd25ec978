"""The endpoint `campaign_events`: what happens at a distance from a date of each contact's (rapidpro 4.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.campaigns import ANY_HOUR, SYSTEM_DATES, UNITS

from .calls import RapidProCall, RapidProResponse
from .campaigns import find_campaign
from .errors import Invalid, RapidProApiError
from .fields import NO_CHOICE, NO_INTEGER, BodyField, message_text, read_fields, reference, translations
from .flow_starts import flow
from .pagination import Listing
from .rendering import moment, refer

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent

NEEDS_ONE = "Flow or a message text required."
NEEDS_DEFAULT = "Message text in default flow language is required."
OTHER_CAMPAIGN = "Cannot change campaign for existing events"
LEAST = "Ensure this value is greater than or equal to {}."
MOST = "Ensure this value is less than or equal to {}."
LAST_HOUR = 23


def _integer(value: Any, call: RapidProCall) -> int:
    try:
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise ValueError(value)
        return int(value)
    except (TypeError, ValueError) as error:
        raise Invalid(NO_INTEGER) from error


def _hour(value: Any, call: RapidProCall) -> int:
    hour = _integer(value, call)
    if hour < ANY_HOUR:
        raise Invalid(LEAST.format(ANY_HOUR))
    if hour > LAST_HOUR:
        raise Invalid(MOST.format(LAST_HOUR))
    return hour


def _unit(value: Any, call: RapidProCall) -> str:
    if value not in UNITS.values():
        raise Invalid(NO_CHOICE.format(value))
    return str(value)


def _find_date(key: str, call: RapidProCall) -> str | None:
    return key if key in call.workspace.fields or key in SYSTEM_DATES else None


FIELDS = {
    "campaign": BodyField(reference(find_campaign), required=True),
    "offset": BodyField(_integer, required=True),
    "unit": BodyField(_unit, required=True),
    "delivery_hour": BodyField(_hour, required=True),
    "relative_to": BodyField(reference(_find_date), required=True),
    "message": BodyField(translations(message_text, str), null=True, shape="dictionary"),
    "flow": BodyField(flow, null=True),
}


def _date(key: str, call: RapidProCall) -> dict[str, Any]:
    field = call.workspace.fields.get(key)
    name = field.name if field is not None else SYSTEM_DATES.get(key, key)
    return {"key": key, "name": name, "label": name}


def render(event: CampaignEvent, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of an event."""
    return {
        "uuid": event.uuid,
        "campaign": refer(event.campaign),
        "relative_to": _date(event.relative_to, call),
        "offset": event.offset,
        "unit": event.unit,
        "delivery_hour": event.delivery_hour,
        "flow": refer(event.flow),
        "message": None if event.message is None else dict(event.message),
        "created_on": moment(event.created_on),
    }


def _events(call: RapidProCall) -> list[CampaignEvent]:
    campaigns = call.workspace.database.campaigns.values()
    events = [event for campaign in campaigns if not campaign.archived for event in campaign.events]
    return sorted(events, key=lambda event: event.id)


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET campaign_events`."""
    uuid, key = call.uuid("uuid", strict=True), call.parameter("campaign")
    campaign = find_campaign(key, call) if key else None
    rows = [
        event for event in _events(call) if (not uuid or event.uuid == uuid) and (not key or event.campaign is campaign)
    ]
    return call.page(Listing(rows), render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST campaign_events`: a new event, or other values for the one that the query names."""
    body = call.read_body()
    found = _look_up(call) if call.lookup("uuid") else None
    values = read_fields(FIELDS, call.writable(body), call)
    if bool(values.get("flow")) == bool(values.get("message")):
        raise RapidProApiError.overall(NEEDS_ONE)
    if values.get("message") and call.workspace.settings.default_language not in values["message"]:
        raise RapidProApiError(400, {"message": [NEEDS_DEFAULT]})
    if found is not None and values["campaign"] is not found.campaign:
        raise RapidProApiError(400, {"campaign": [OTHER_CAMPAIGN]})
    campaigns = call.workspace.mailroom.campaigns
    if found is None:
        return RapidProResponse(201, render(campaigns.add_event(**values), call))
    if call.generation.api.renews_events:
        campaigns.remove_event(found)
        return RapidProResponse(200, render(campaigns.add_event(**values), call))
    campaigns.change_event(found, **values)
    return RapidProResponse(200, render(found, call))


async def delete(call: RapidProCall) -> RapidProResponse:
    """Answer `DELETE campaign_events`."""
    call.lookup("uuid", required=True)
    call.workspace.mailroom.campaigns.remove_event(_look_up(call))
    return RapidProResponse(204)


def _look_up(call: RapidProCall) -> CampaignEvent:
    uuid = call.uuid("uuid", strict=True) or ""
    found = next((event for event in _events(call) if event.uuid == uuid), None)
    if found is None:
        raise call.missing("CampaignEvent")
    return found

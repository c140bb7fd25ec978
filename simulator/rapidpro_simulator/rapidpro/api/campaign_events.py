"""The endpoint `campaign_events`: what happens at a distance from a date of each contact's (rapidpro 4.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.campaigns import ANY_HOUR, SYSTEM_DATES, UNITS

from .calls import RapidProCall, RapidProResponse
from .campaigns import find_campaign
from .containers import reference, translations
from .errors import Invalid, RapidProApiError, ServerError
from .fields import BodyField, read_fields
from .flow_starts import find_flow
from .pagination import Listing
from .rendering import moment, refer
from .scalars import choice, integer, message_text

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign, CampaignEvent

NEEDS_ONE = "Flow or a message text required."
NEEDS_DEFAULT = "Message text in default flow language is required."
OTHER_CAMPAIGN = "Cannot change campaign for existing events"
LAST_HOUR = 23
OFFSETS = range(-(2**31), 2**31)  # what the column holds; another one fails when the event is written


def _same_campaign(campaign: Campaign, call: RapidProCall) -> None:
    if call.instance is not None and campaign is not call.instance.campaign:
        raise Invalid(OTHER_CAMPAIGN)


def _in_default_language(message: dict[str, str], call: RapidProCall) -> None:
    if call.workspace.settings.default_language not in message:
        raise Invalid(NEEDS_DEFAULT)


def _find_date(key: str, call: RapidProCall) -> str | None:
    return key if key in call.workspace.fields or key in SYSTEM_DATES else None


FIELDS = {
    "campaign": BodyField(reference(find_campaign), required=True, validators=(_same_campaign,)),
    "offset": BodyField(integer(), required=True),
    "unit": BodyField(choice(UNITS.values()), required=True),
    "delivery_hour": BodyField(integer(ANY_HOUR, LAST_HOUR), required=True),
    "relative_to": BodyField(reference(_find_date), required=True),
    "message": BodyField(
        translations(message_text, str), null=True, shape="dictionary", validators=(_in_default_language,)
    ),
    "flow": BodyField(reference(find_flow, null=True), null=True),
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
    return sorted((event for campaign in campaigns for event in campaign.events), key=lambda event: event.id)


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET campaign_events`; those of archived campaigns are hidden."""
    uuid, campaign = call.uuid("uuid", strict=True), call.text("campaign")
    rows = [
        event
        for event in _events(call)
        if not event.campaign.archived
        and (not uuid or event.uuid == uuid)
        and (not campaign or campaign in {event.campaign.uuid, event.campaign.name})
    ]
    return call.page(Listing(rows, dated=False), render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST campaign_events`: a new event, or other values for the one that the query names."""
    body = call.read_body()
    found = call.instance = _look_up(call) if call.lookup("uuid") else None
    values = read_fields(FIELDS, call.writable(body), call)
    if bool(values.get("flow")) == bool(values.get("message")):
        raise RapidProApiError.overall(NEEDS_ONE)
    if values["offset"] not in OFFSETS:
        raise ServerError
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

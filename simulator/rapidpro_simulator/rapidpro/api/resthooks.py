"""The endpoints of resthooks: events of flows, who hears of them, and what was sent lately (rapidpro 4.15, 7.5)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from yarl import URL

from .calls import RapidProCall, RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .pagination import Listing
from .rendering import moment
from .scalars import text

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.resthooks import Resthook, ResthookEvent, Subscriber

NO_RESTHOOK = "No resthook with slug: {}"
NO_URL = "Enter a valid URL."
SUBSCRIBED = "URL is already subscribed to this event."
MOST_CHARACTERS = 200
SCHEMES = ("http", "https", "ftp", "ftps")

_text = text(MOST_CHARACTERS)


def _resthook(value: Any, call: RapidProCall) -> Resthook:
    slug = str(_text(value, call))
    found = call.workspace.database.resthooks.get(slug)
    if found is None:
        raise Invalid(NO_RESTHOOK.format(slug))
    return found


def _url(value: Any, call: RapidProCall) -> str:
    given = str(_text(value, call))
    try:
        url = URL(given)
    except ValueError as error:
        raise Invalid(NO_URL) from error
    if url.scheme not in SCHEMES or not url.host or " " in given:
        raise Invalid(NO_URL)
    return given


FIELDS = {"resthook": BodyField(_resthook, required=True), "target_url": BodyField(_url, required=True)}


def _render(resthook: Resthook, _call: RapidProCall) -> dict[str, Any]:
    times = {"modified_on": moment(resthook.modified_on), "created_on": moment(resthook.created_on)}
    return {"resthook": resthook.slug, **times}


def _render_event(event: ResthookEvent, _call: RapidProCall) -> dict[str, Any]:
    return {"resthook": event.resthook.slug, "data": event.data, "created_on": moment(event.created_on)}


def _render_subscriber(subscriber: Subscriber, _call: RapidProCall) -> dict[str, Any]:
    return {
        "id": subscriber.id,
        "resthook": subscriber.resthook.slug,
        "target_url": subscriber.target_url,
        "created_on": moment(subscriber.created_on),
    }


def _chosen(call: RapidProCall) -> list[Resthook]:
    slug = call.text("resthook")
    return [each for each in call.workspace.database.resthooks.values() if not slug or each.slug == slug]


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET resthooks`, the last modified first."""
    return call.page_by_modification(call.workspace.database.resthooks.values(), _render, dated=False)


async def events(call: RapidProCall) -> RapidProResponse:
    """Answer `GET resthook_events`: what was sent within 48 hours."""
    now = call.rapidpro.clock.now()
    rows = [event for each in _chosen(call) for event in each.recent(now)]
    return call.page(Listing(sorted(rows, key=attrgetter("created_on")), dated=False), _render_event)


async def subscribers(call: RapidProCall) -> RapidProResponse:
    """Answer `GET resthook_subscribers`."""
    number = call.integer("id")
    rows = [each for hook in _chosen(call) for each in hook.subscribers if not number or each.id == number]
    return call.page(Listing(sorted(rows, key=attrgetter("id")), dated=False), _render_subscriber)


async def subscribe(call: RapidProCall) -> RapidProResponse:
    """Answer `POST resthook_subscribers`."""
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    resthook: Resthook = values["resthook"]
    if any(each.target_url == values["target_url"] for each in resthook.subscribers):
        raise RapidProApiError.overall(SUBSCRIBED)
    subscriber = call.workspace.database.resthooks.subscribe(
        resthook, values["target_url"], call.rapidpro.platform.next_id("subscriber")
    )
    return RapidProResponse(201, _render_subscriber(subscriber, call))


async def unsubscribe(call: RapidProCall) -> RapidProResponse:
    """Answer `DELETE resthook_subscribers`."""
    call.lookup("id", required=True)
    number = call.integer("id")
    every = (each for hook in call.workspace.database.resthooks.values() for each in hook.subscribers)
    found = next((each for each in every if each.id == number), None)
    if found is None:
        raise call.missing("ResthookSubscriber")
    call.workspace.database.resthooks.unsubscribe(found)
    return RapidProResponse(204)

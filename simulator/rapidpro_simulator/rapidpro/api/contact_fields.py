"""The endpoint `fields`: what a workspace keeps of its contacts (rapidpro 4.12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.names import has_characters_of_fields, is_field_key

from . import named
from .calls import RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .scalars import choice, text

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent

    from .calls import RapidProCall

MISSING = "Field '{}' is required."
BAD_NAME = "Can only contain letters, numbers and hypens."  # RapidPro's own spelling
BAD_KEY = 'Generated key "{}" is invalid or a reserved name.'
KINDS = ("text", "number", "datetime", "state", "district", "ward")
OLDER_KINDS = {"number": "numeric"}
DATE_IN_USE = "Can't change type of date field being used by campaign events."

_older_word = choice([OLDER_KINDS.get(kind, kind) for kind in KINDS])


def _makes_key(name: str, call: RapidProCall) -> None:
    if not has_characters_of_fields(name):
        raise Invalid(BAD_NAME)
    key = key_of(name)
    if not is_field_key(key, call.generation.api.reserved_keys):
        raise Invalid(BAD_KEY.format(key))


def _older_kind(value: Any, call: RapidProCall) -> str:
    word = _older_word(value, call)
    return next(kind for kind in KINDS if word == OLDER_KINDS.get(kind, kind))


def _unused_date(kind: str, call: RapidProCall) -> None:
    field: ContactField | None = call.instance
    if field is not None and field.kind == "datetime" and kind != field.kind and _events_of(field, call):
        raise Invalid(DATE_IN_USE)


_name = BodyField(text(36, also=(named.unique(lambda call: call.workspace.fields.values()),)), validators=(_makes_key,))

FIELDS = {
    "name": _name,
    "label": _name,
    "type": BodyField(choice(KINDS), validators=(_unused_date,)),
    "value_type": BodyField(_older_kind, validators=(_unused_date,)),
}


def key_of(name: str) -> str:
    """Return the key under which a field's values are kept."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _usages(field: ContactField, call: RapidProCall) -> dict[str, int]:
    workspace = call.workspace
    queries = (group.query or "" for group in workspace.groups.values())
    return {
        "flows": workspace.mailroom.inspections.count_using("field", field.key),
        "groups": sum(re.search(rf"\b{field.key}\b", query) is not None for query in queries),
        "campaign_events": len(_events_of(field, call)),
    }


def _events_of(field: ContactField, call: RapidProCall) -> list[CampaignEvent]:
    campaigns = call.workspace.database.campaigns.values()
    return [event for each in campaigns for event in each.events if event.relative_to == field.key]


def render(field: ContactField, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a field."""
    return {
        "key": field.key,
        "name": field.name,
        "type": field.kind,
        "featured": False,
        "priority": 0,
        "usages": _usages(field, call),
        "agent_access": "view",
        "label": field.name,
        "value_type": OLDER_KINDS.get(field.kind, field.kind),
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET fields`."""
    key = call.text("key")
    return named.page(call.workspace.fields.values(), lambda field: not key or field.key == key, render, call)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST fields`: a new field, or a new name and type for the one that the query names; its key stays."""
    body = call.read_body()
    fields = call.workspace.fields
    key = call.text("key")
    field = call.instance = fields.get(key or "")
    if key is not None and field is None:
        raise call.missing("ContactField")
    if field is None:
        named.check_limit(fields, call)
    values = read_fields(FIELDS, call.writable(body), call)
    name, kind = values.get("name") or values.get("label"), values.get("type") or values.get("value_type")
    for required, value in (("name", name), ("type", kind)):
        if value is None:
            raise RapidProApiError.overall(MISSING.format(required))
    if field is None:
        return RapidProResponse(201, render(call.workspace.fields.add(key_of(str(name)), str(name), str(kind)), call))
    field.name, field.kind = str(name), str(kind)
    return RapidProResponse(200, render(field, call))

"""The endpoint `flow_starts`: having contacts run a flow (rapidpro 4.5)."""

from __future__ import annotations

import json
import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.mailroom.flows.engine_documents import ORIGINS

from .calls import RapidProCall, RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, list_of, read_fields, reference, references, urn
from .pagination import Listing
from .parts import contact, group
from .rendering import moment, refer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowStart

NO_RECIPIENTS = "Must specify at least one group, contact or URN"
NO_OBJECT = "Must be a valid JSON object"
TOO_LONG = "Cannot exceed 10,000 characters encoded."
NOT_BOOLEAN = "Must be a valid boolean."
ZAPIER = "Zapier"  # among the words of a User-Agent
RECIPIENTS = ("groups", "contacts", "urns")


MOST_VALUES = 256
MOST_KEY_CHARACTERS = 255
MOST_VALUE_CHARACTERS = 640
_KEY_SIGNS = re.compile(r"[^A-Za-z0-9_]")
_TRUE = (True, 1, "true", "True", "TRUE", "t", "T", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "1")
_FALSE = (False, 0, "false", "False", "FALSE", "f", "F", "n", "N", "no", "No", "NO", "off", "Off", "OFF", "0")


def find_flow(key: str, call: RapidProCall) -> Flow | None:
    """Return the flow of a UUID, archived or not; a name is none (rapidpro 4.5)."""
    found = call.workspace.flows.get(key.lower())
    return None if found is None or found.system else found


flow = reference(find_flow)


def _boolean(value: Any, call: RapidProCall) -> bool:
    for words, meaning in ((_TRUE, True), (_FALSE, False)):
        if isinstance(value, bool | int | str) and value in words:
            return meaning
    raise Invalid(NOT_BOOLEAN)


def _params(value: Any, call: RapidProCall) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(NO_OBJECT)
    limit = call.generation.api.params_limit
    if limit is None:
        return normalized(value)
    if len(json.dumps(value, ensure_ascii=False)) > limit:
        raise Invalid(TOO_LONG)
    return value


def _extra(value: Any, call: RapidProCall) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(NO_OBJECT)
    return normalized(value)


def normalized(params: dict[str, Any]) -> dict[str, Any]:
    """Return params as older RapidPros keep them: simple keys, short texts, no lists, 256 values at most."""
    left = MOST_VALUES

    def entries(pairs: Any) -> dict[str, Any]:
        nonlocal left
        kept: dict[str, Any] = {}
        for key, value in pairs:
            if left <= 0:
                break
            kept[_KEY_SIGNS.sub("_", str(key))[:MOST_KEY_CHARACTERS]] = read(value)
        return kept

    def read(value: Any) -> Any:
        nonlocal left
        if isinstance(value, dict):
            return entries(value.items())
        if isinstance(value, list):
            return entries(enumerate(value))
        left -= 1
        if value is None:
            return ""
        return value[:MOST_VALUE_CHARACTERS] if isinstance(value, str) else value

    return entries(params.items())


FIELDS = {
    "flow": BodyField(flow, required=True),
    "contacts": BodyField(references(contact), shape="list"),
    "groups": BodyField(references(group), shape="list"),
    "urns": BodyField(list_of(urn), shape="list"),
    "restart_participants": BodyField(_boolean),
    "exclude_active": BodyField(_boolean),
    "extra": BodyField(_extra, null=True),
    "params": BodyField(_params, null=True),
}

READ: dict[str, Callable[[FlowStart, RapidProCall], Any]] = {
    "id": lambda start, _: start.id,
    "uuid": lambda start, _: start.uuid,
    "flow": lambda start, _: refer(start.flow),
    "status": lambda start, call: call.generation.words.start[start.status],
    "progress": lambda start, _: {"total": start.total, "started": start.started},
    "groups": lambda start, _: [refer(each) for each in start.groups],
    "contacts": lambda start, _: [refer(each) for each in start.contacts],
    "params": lambda start, _: start.params,
    "extra": lambda start, _: start.params,
    "restart_participants": lambda start, _: start.restart_participants,
    "exclude_active": lambda start, _: start.exclude_active,
    "created_on": lambda start, _: moment(start.created_on),
    "modified_on": lambda start, _: moment(start.modified_on),
}


def render(start: FlowStart, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a start, in the generation's order."""
    return {name: READ[name](start, call) for name in call.generation.fields.starts}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET flow_starts`: those of users and of the API, the last modified first."""
    number, uuid = call.integer("id"), call.valid_uuid("uuid")

    def keep(start: FlowStart) -> bool:
        return start.origin in ORIGINS and (not number or start.id == number) and (not uuid or start.uuid == uuid)

    rows = sorted(filter(keep, call.workspace.flows.starts), key=attrgetter("modified_on", "id"))
    return call.page(Listing(rows, "modified_on"), render)


async def create(call: RapidProCall) -> RapidProResponse:
    """Answer `POST flow_starts`."""
    body = call.read_body()
    if (stray := call.valid_uuid("uuid")) and not any(each.uuid == stray for each in call.workspace.flows.starts):
        raise call.missing("FlowStart")
    values = read_fields(FIELDS, call.writable(body), call)
    if not any(values.get(name) for name in RECIPIENTS):
        raise RapidProApiError.overall(NO_RECIPIENTS)
    extra, params = values.pop("extra", None), values.pop("params", None)
    if call.generation.mailroom.starts_need_mailroom:
        await call.reach_mailroom()
    start = call.workspace.start_flow(
        values.pop("flow"),
        params=params if params is not None else extra,
        origin="zapier" if ZAPIER in call.request.headers.get("User-Agent", "") else "api",
        user=call.workspace.database.users.get(call.token.user.lower()),
        **values,
    )
    return RapidProResponse(201, render(start, call))

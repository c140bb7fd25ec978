"""The endpoint `flow_starts`: having contacts run a flow (rapidpro 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.mailroom.flows.engine_documents import ORIGINS

from . import params
from .calls import RapidProCall, RapidProResponse
from .containers import list_of, reference
from .errors import RapidProApiError, ServerError
from .fields import BodyField, read_fields
from .parts import contacts, groups
from .rendering import moment, refer
from .scalars import boolean, urn

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowStart

NO_RECIPIENTS = "Must specify at least one group, contact or URN"
ZAPIER = "Zapier"  # among the words of a User-Agent
RECIPIENTS = ("groups", "contacts", "urns")


def find_flow(key: str, call: RapidProCall) -> Flow | None:
    """Return the flow of a UUID, archived or not; a name is none (rapidpro 4.5)."""
    found = call.workspace.flows.get(key.lower())
    return None if found is None or found.system else found


flow = reference(find_flow)


FIELDS = {
    "flow": BodyField(flow, required=True),
    "contacts": BodyField(contacts, shape="references"),
    "groups": BodyField(groups, shape="references"),
    "urns": BodyField(list_of(urn), shape="list"),
    "restart_participants": BodyField(boolean, shape="flag"),
    "exclude_active": BodyField(boolean, shape="flag"),
    "extra": BodyField(params.extra, null=True, shape="json"),
    "params": BodyField(params.params, null=True, shape="json"),
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
    number, uuid = _number(call), call.valid_uuid("uuid")

    def keep(start: FlowStart) -> bool:
        return start.origin in ORIGINS and (number is None or start.id == number) and (not uuid or start.uuid == uuid)

    return call.page_by_modification(filter(keep, call.workspace.flows.starts), render)


def _number(call: RapidProCall) -> int | None:
    # Unlike other ids, that of a start is not looked at before the database is: an empty one is no filter.
    value = call.text("id")
    if not value:
        return None
    try:
        return call.within(int(value))
    except ValueError as error:
        raise ServerError from error


async def create(call: RapidProCall) -> RapidProResponse:
    """Answer `POST flow_starts`."""
    body = call.read_body()
    if (stray := call.valid_uuid("uuid")) and not any(each.uuid == stray for each in call.workspace.flows.starts):
        raise call.missing("FlowStart")
    values = read_fields(FIELDS, call.writable(body), call)
    if not any(values.get(name) for name in RECIPIENTS):
        raise RapidProApiError.overall(NO_RECIPIENTS)
    extra, given = values.pop("extra", None), values.pop("params", None)
    if call.generation.mailroom.starts_need_mailroom:
        await call.reach_mailroom()
    start = call.workspace.start_flow(
        values.pop("flow"),
        params=given if given is not None else extra,
        origin="zapier" if ZAPIER in call.request.headers.get("User-Agent", "") else "api",
        user=call.workspace.database.users.get(call.token.user.lower()),
        **values,
    )
    return RapidProResponse(201, render(start, call))

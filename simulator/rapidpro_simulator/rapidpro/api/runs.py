"""The endpoint `runs`: what contacts did in flows (rapidpro 4.6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.rapidpro.flows.texts.urns import UrnError, format_urn
from rapidpro_simulator.rapidpro.model.flows import UNFINISHED

from .calls import TRUE_WORDS, RapidProCall, RapidProResponse
from .rendering import exact, moment, refer

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Run

MASKED = "********"


def _contact(contact: Contact, call: RapidProCall) -> dict[str, Any]:
    first = contact.urns[0] if contact.urns else None
    anonymous = call.workspace.settings.anonymous
    shown: dict[str, Any] = {
        "uuid": contact.uuid,
        "name": contact.name,
        "urn": first and (f"{first.partition(':')[0]}:{MASKED}" if anonymous else urns.identity(first)),
        "urn_display": None if anonymous or first is None else _readable(first),
    }
    if anonymous:
        shown["anon_display"] = f"{contact.id:010}"
        if call.generation.api.anonymous_ref:
            shown["ref"] = f"{contact.id:010}"
    return shown


def _readable(urn: str) -> str:
    try:
        return format_urn(urn)
    except UrnError:
        return urns.parse(urn).path


def _result(result: dict[str, Any], call: RapidProCall) -> dict[str, Any]:
    told = {
        "value": result.get("value"),
        "category": result.get("category"),
        "node": result.get("node_uuid"),
        "time": exact(datetime.fromisoformat(result["created_on"])),
        "input": result.get("input"),
        "name": result.get("name"),
    }
    return {name: told[name] for name in call.generation.fields.results}


def _path(run: Run) -> list[dict[str, Any]]:
    return [{"node": step["node_uuid"], "time": exact(datetime.fromisoformat(step["arrived_on"]))} for step in run.path]


def render(run: Run, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a run."""
    with_path = (call.parameter("paths") or "true").lower() in TRUE_WORDS
    return {
        "id": run.id,
        "uuid": run.uuid,
        "flow": refer(run.flow),
        "contact": _contact(run.contact, call),
        "start": run.start and {"uuid": run.start.uuid},
        "responded": run.responded,
        "path": _path(run) if with_path else None,
        "values": {key: _result(result, call) for key, result in run.results.items()},
        "created_on": moment(run.created_on),
        "modified_on": moment(run.modified_on),
        "exited_on": moment(run.exited_on),
        "exit_type": None if run.status in UNFINISHED else run.status.value,
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET runs`, the last modified first."""
    call.exclusive("contact", "flow")
    number, uuid, contact = call.integer("id"), call.valid_uuid("uuid"), call.text("contact")
    flow, responded = call.uuid("flow"), call.flag("responded")

    def keep(run: Run) -> bool:
        return (
            (not number or run.id == number)
            and (not uuid or run.uuid == uuid)
            and (not contact or run.contact.uuid == contact)
            and (not flow or (run.flow.uuid == flow and flow in call.workspace.flows))
            and (not responded or run.responded)
            and not run.contact.deleted
        )

    return call.page_by_modification(filter(keep, call.workspace.flows.runs), render)

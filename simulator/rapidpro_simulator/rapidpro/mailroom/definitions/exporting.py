"""Flows and campaigns of a workspace as an export, with what they depend on (flows 1.1, rapidpro 4.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.campaigns import SYSTEM_DATES, UNITS
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.mailroom.flows.inspections import Inspections
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign, CampaignEvent
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.model.triggers import Trigger

VERSION = "13"
CODES = {word: code for code, word in UNITS.items()}


def export(
    mailroom: Mailroom, flows: Sequence[Flow], campaigns: Sequence[Campaign], dependencies: str = "all"
) -> dict[str, Any]:
    """Return an export; `dependencies` are `none`, `flows` (theirs, and triggers) or `all` that is needed."""
    every, all_campaigns = dict.fromkeys(flows), dict.fromkeys(campaigns)
    database, inspections = mailroom.database, mailroom.inspections
    if dependencies != "none":
        every = _with_flows(database, inspections, flows, campaigns)
    if dependencies == "all":
        named = (each for each in database.campaigns.values() if any(event.flow in every for event in each.events))
        all_campaigns.update(dict.fromkeys(each for each in named if not each.archived))
    triggers = (
        [each for each in database.triggers if each.active and each.flow in every] if dependencies != "none" else []
    )
    needed = _needs(inspections, every) if dependencies == "all" else []
    groups = _groups(database, needed, all_campaigns, triggers) if dependencies == "all" else []
    fields = _fields(database, needed, all_campaigns)
    return {
        "version": VERSION,
        "site": f"https://{mailroom.runtime.platform.name}",
        "flows": [flow.definition for flow in every],
        "campaigns": [_campaign(database, each) for each in all_campaigns],
        "triggers": [_trigger(each) for each in triggers if each.kind is not TriggerKind.SCHEDULE],
        "fields": fields if dependencies == "all" else [],
        "groups": [{"uuid": each.uuid, "name": each.name, "query": each.query} for each in groups],
    }


def _with_flows(
    database: Database, inspections: Inspections, flows: Iterable[Flow], campaigns: Iterable[Campaign]
) -> dict[Flow, None]:
    found: dict[Flow, None] = {}
    waiting = [*flows, *(event.flow for campaign in campaigns for event in campaign.events if event.flow is not None)]
    while waiting:
        flow = waiting.pop(0)
        if flow in found or flow.system:
            continue
        found[flow] = None
        others = (database.flows.get(each.identity) for each in _needs(inspections, [flow]) if each.type == "flow")
        waiting.extend(other for other in others if other is not None)
    return found


def _needs(inspections: Inspections, flows: Iterable[Flow]) -> list[Reference]:
    found = (inspections.of(flow.uuid) for flow in flows)
    return [each for inspection in found if inspection is not None for each in inspection.dependencies]


def _groups(
    database: Database, needed: Iterable[Reference], campaigns: Iterable[Campaign], triggers: Iterable[Trigger]
) -> list[Group]:
    groups = [database.groups.get(each.identity) for each in needed if each.type == "group"]
    groups += [campaign.group for campaign in campaigns]
    groups += [group for trigger in triggers for group in (*trigger.groups, *trigger.exclude_groups)]
    return sorted(dict.fromkeys(each for each in groups if each is not None), key=lambda group: group.name)


def _fields(database: Database, needed: Iterable[Reference], campaigns: Iterable[Campaign]) -> list[dict[str, Any]]:
    keys = {each.identity for each in needed if each.type == "field"}
    keys |= {event.relative_to for campaign in campaigns for event in campaign.events}
    fields = (database.fields[key] for key in sorted(keys) if key in database.fields)
    return [{"key": each.key, "name": each.name, "type": each.kind} for each in fields]


def _refer(value: Any) -> dict[str, str]:
    return {"uuid": value.uuid, "name": value.name}


def _campaign(database: Database, campaign: Campaign) -> dict[str, Any]:
    events = [_event(database, event) for event in campaign.events]
    return {"uuid": campaign.uuid, "name": campaign.name, "group": _refer(campaign.group), "events": events}


def _event(database: Database, event: CampaignEvent) -> dict[str, Any]:
    field = database.fields.get(event.relative_to)
    label = field.name if field is not None else SYSTEM_DATES.get(event.relative_to, event.relative_to)
    document = {
        "uuid": event.uuid,
        "offset": event.offset,
        "unit": CODES[event.unit],
        "event_type": "F" if event.flow is not None else "M",
        "delivery_hour": event.delivery_hour,
        "message": None if event.message is None else dict(event.message),
        "relative_to": {"label": label, "key": event.relative_to},
        "start_mode": event.start_mode,
    }
    if event.flow is not None:
        return document | {"flow": _refer(event.flow)}
    return document | {"base_language": event.base_language}


def _trigger(trigger: Trigger) -> dict[str, Any]:
    document: dict[str, Any] = {
        "trigger_type": trigger.kind.value,
        "flow": _refer(trigger.flow),
        "groups": [_refer(group) for group in trigger.groups],
        "exclude_groups": [_refer(group) for group in trigger.exclude_groups],
    }
    if trigger.kind is not TriggerKind.TICKET_CLOSED:  # no channel ever closed a ticket
        document["channel"] = trigger.channel and _refer(trigger.channel)
    if trigger.kind is TriggerKind.KEYWORD:
        document |= {"keywords": list(trigger.keywords), "match_type": trigger.match_type}
    return document

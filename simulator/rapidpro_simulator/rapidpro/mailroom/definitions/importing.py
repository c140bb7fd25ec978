"""Brings an export into a workspace: what is there already is found again, the rest is created (flows 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.rapidpro.flows.definition.exports import Export, read_export
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.flows.definition.migrations import migrate
from rapidpro_simulator.rapidpro.flows.definition.remapping import imported_expiry, remapped
from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT
from rapidpro_simulator.rapidpro.model.campaigns import INTERRUPT, SYSTEM_DATES, UNITS
from rapidpro_simulator.rapidpro.model.flows import MESSAGING, Flow
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rapidpro_simulator.rapidpro.flows.definition import exports
    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.definition.triggers import ExportedTrigger
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.assets import Label
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.groups import Group

MOST_NAME_CHARACTERS = 64
FLOW_EVENT = "F"


def import_export(mailroom: Mailroom, document: Any, *, lenient: bool = False) -> list[Flow]:
    """Import an export file, or one flow's definition, and return its flows as they are in the workspace.

    All of it or nothing: raises `ExportError` with everything that cannot be read. Where that is `lenient`, it is left
    out instead, and the journal says what.
    """
    if isinstance(document, dict) and "nodes" in document and "version" not in document:
        document = {"version": "13", "flows": [document]}
    export = read_export(document, lenient=lenient)
    for problem in export.skipped:
        mailroom.runtime.record("import.skipped", where=problem.where, text=problem.text)
    return _Import(mailroom, export, document).run()


class _Import:
    """One import. `_mapping` says which UUID of the file is which of the workspace."""

    def __init__(self, mailroom: Mailroom, export: Export, document: dict[str, Any]) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = mailroom.runtime
        self._export = export
        self._originals = {each.get("uuid"): each for each in document.get("flows") or ()}
        self._same_site = urlsplit(export.site).netloc.lower() == mailroom.runtime.platform.name.lower()
        self._mapping: dict[str, str] = {}

    def run(self) -> list[Flow]:
        for field in self._export.fields:
            self._field(field)
        for group in self._export.groups:
            self._mapping[group.uuid] = self._group(group.uuid, group.name, group.query or None).uuid
        flows = self._flows()
        for campaign in self._export.campaigns:
            self._campaign(campaign)
        for trigger in self._export.triggers:
            self._trigger(trigger)
        self._mailroom.snapshots.forget()
        self._runtime.record("flows.imported", flows=[flow.name for flow in flows])
        return flows

    def _field(self, definition: exports.ExportedField) -> None:
        known = self._database.fields.get(definition.key)
        if known is None:
            self._database.fields.add(definition.key, definition.name, definition.type)
        else:
            known.name, known.kind = definition.name, definition.type

    def _group(self, uuid: str, name: str, query: str | None = None) -> Group:
        groups = self._database.groups
        known = groups.get(uuid) if self._same_site else None
        return known or self._database.groups.find(name) or self._mailroom.add_group(name, query=query)

    # Flows

    def _flows(self) -> list[Flow]:
        rows = [self._row(definition) for definition in self._export.flows]
        for definition, row in zip(self._export.flows, rows, strict=True):
            self._mapping[definition.uuid] = row.uuid
        for definition in self._export.flows:
            self._resolve(inspect(definition).dependencies)
        for definition, row in zip(self._export.flows, rows, strict=True):
            self._write(definition, row)
        return rows

    def _row(self, definition: FlowDefinition) -> Flow:
        flows, now = self._database.flows, self._runtime.now()
        known = flows.get(definition.uuid) if self._same_site else None
        if known is None:
            named = flows.named(definition.name)
            known = named if named is not None and named.kind == definition.type else None
        if known is not None:
            known.archived = False
            return known
        uuid = self._database.new_uuid()
        row = Flow(uuid, self._unique(definition.name), definition.type, {}, now, now)
        flows.add(row)  # at once: another flow of the file may have the same name
        return row

    def _unique(self, name: str) -> str:
        candidate, number = name, 1
        while self._database.flows.named(candidate) is not None:
            number += 1
            suffix = f" {number}"
            candidate = name[: MOST_NAME_CHARACTERS - len(suffix)] + suffix
        return candidate

    def _write(self, definition: FlowDefinition, row: Flow) -> None:
        document = remapped(self._source(definition), self._database.new_uuid, self._mapping)
        document |= {
            "uuid": row.uuid,
            "name": row.name,
            "revision": row.revision + 1 if row.definition else 1,
            "expire_after_minutes": self._expiry(definition),
        }
        row.definition = document
        row.modified_on = self._runtime.now()

    def _source(self, definition: FlowDefinition) -> dict[str, Any]:
        """Return a definition as this generation stores it; the engine reads every version."""
        original, version = self._originals.get(definition.uuid), self._runtime.generation.flows.version
        if original is None or version == CURRENT or self._export.skipped:
            return definition.to_json()
        return migrate(original, to=version)

    def _expiry(self, definition: FlowDefinition) -> int:
        given, generation = definition.expire_after_minutes, self._runtime.generation
        default = imported_expiry(definition.type, given)
        return generation.flows.message_expiry if default != given and definition.type == MESSAGING else default

    def _resolve(self, references: Iterable[Reference]) -> None:
        for reference in references:
            resolve = _DEPENDENCIES.get(reference.type)
            if resolve is not None and reference.identity not in self._mapping:
                found = resolve(self, reference)
                if found is not None:
                    self._mapping[reference.identity] = found

    def _named_flow(self, reference: Reference) -> str | None:
        flows = self._database.flows
        return _uuid(flows.get(reference.identity) or flows.named(reference.name))

    def _missing_group(self, reference: Reference) -> str | None:
        known = self._database.groups.get(reference.identity)
        if known is not None:
            return known.uuid
        return self._group(reference.identity, reference.name).uuid if reference.name else None

    def _label(self, reference: Reference) -> str | None:
        labels = self._database.labels
        known = labels.get(reference.identity) or labels.find(reference.name)
        if known is None and reference.name:
            known = labels.add(reference.name)
        return _uuid(known)

    def _channel(self, reference: Reference) -> str | None:
        channels = self._database.channels
        by_name = (each for each in channels if each.name.lower() == reference.name.lower())
        known = next((each for each in channels if each.uuid == reference.identity), None) or next(by_name, None)
        return _uuid(known)

    def _topic(self, reference: Reference) -> str | None:
        topics = self._database.topics
        named = next((each for each in topics.values() if each.name.lower() == reference.name.lower()), None)
        return (named or topics.general).uuid

    def _global(self, reference: Reference) -> None:
        if reference.identity not in self._database.globals:
            self._database.globals.set(reference.identity, "")

    # Campaigns and triggers

    def _campaign(self, definition: exports.ExportedCampaign) -> None:
        campaigns = self._mailroom.campaigns
        group = self._group(definition.group.identity, definition.group.name)
        known = self._known_campaign(definition)
        if known is None:
            known = campaigns.add(definition.name, group)
        else:
            known.archived = False
            for old in list(known.events):
                campaigns.remove_event(old)
            campaigns.change(known, definition.name, group)
        for event in definition.events:
            self._event(known, event)

    def _event(self, campaign: Campaign, definition: exports.ExportedCampaignEvent) -> None:
        fields, relative_to = self._database.fields, definition.relative_to
        if relative_to.identity not in {*fields, *SYSTEM_DATES}:
            fields.add(relative_to.identity, relative_to.name or None, "datetime")
        base_language = definition.base_language or self._database.settings.default_language
        flow, message = definition.flow, definition.message
        self._mailroom.campaigns.add_event(
            campaign,
            offset=definition.offset,
            unit=UNITS[definition.unit],
            relative_to=relative_to.identity,
            delivery_hour=definition.delivery_hour,
            flow=self._flow(flow) if flow is not None and definition.event_type == FLOW_EVENT else None,
            message={base_language: message} if isinstance(message, str) else message,
            base_language=base_language,
            start_mode=definition.start_mode or INTERRUPT,
        )

    def _flow(self, reference: Reference) -> Flow | None:
        flows = self._database.flows
        return flows.get(self._mapping.get(reference.identity, reference.identity)) or flows.named(reference.name)

    def _known_campaign(self, definition: exports.ExportedCampaign) -> Campaign | None:
        campaigns = self._database.campaigns
        known = campaigns.get(definition.uuid) if self._same_site else None
        return known or next((each for each in campaigns.values() if each.name == definition.name), None)

    def _trigger(self, definition: ExportedTrigger) -> None:
        flow = self._flow(definition.flow)
        if flow is None:
            return
        channel = self._channel(definition.channel) if definition.channel else None
        self._mailroom.triggers.add(
            TriggerKind(definition.type),
            flow,
            keywords=definition.keywords,
            match_type=definition.match_type,
            groups=[self._group(each.identity, each.name) for each in definition.groups],
            exclude_groups=[self._group(each.identity, each.name) for each in definition.exclude_groups],
            channel=next((each for each in self._database.channels if each.uuid == channel), None),
        )


def _uuid(found: Flow | Label | Channel | None) -> str | None:
    return None if found is None else found.uuid


_DEPENDENCIES: dict[str, Callable[[_Import, Reference], str | None]] = {
    "channel": _Import._channel,
    "flow": _Import._named_flow,
    "global": _Import._global,
    "group": _Import._missing_group,
    "label": _Import._label,
    "topic": _Import._topic,
}
"""How a dependency that the file does not bring along is found in the workspace, by its type."""

"""Brings an export into a workspace: what is there already is found again, the rest is created (flows 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.rapidpro.flows.definition.exports import Export, ExportError, read_export
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.flows.definition.migrations import migrate
from rapidpro_simulator.rapidpro.flows.definition.remapping import imported_expiry, remapped
from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT
from rapidpro_simulator.rapidpro.model.flows import MESSAGING, Flow
from rapidpro_simulator.rapidpro.model.names import unique_name

from .import_automation import ImportAutomation
from .import_dependencies import ImportDependencies
from .import_refusals import refusals, without

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom


def import_export(mailroom: Mailroom, document: Any, *, lenient: bool = False) -> list[Flow]:
    """Import an export file, or one flow's definition, and return its flows as they are in the workspace.

    All of it or nothing: raises `ExportError` with everything that cannot be read or that RapidPro refuses. Where that
    is `lenient`, it is left out instead, and the journal says what.
    """
    if isinstance(document, dict) and "nodes" in document and "version" not in document:
        document = {"version": "13", "flows": [document]}
    export = read_export(document, lenient=lenient)
    refused = refusals(mailroom, export)
    if refused and not lenient:
        raise ExportError("the export is refused", [each.problem for each in refused])
    for problem in [*export.skipped, *(each.problem for each in refused)]:
        mailroom.runtime.record("import.skipped", where=problem.where, text=problem.text)
    return _Import(mailroom, without(export, refused), document).run()


class _Import:
    """One import."""

    def __init__(self, mailroom: Mailroom, export: Export, document: dict[str, Any]) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = mailroom.runtime
        self._export = export
        self._originals = {each.get("uuid"): each for each in document.get("flows") or ()}
        self._same_site = urlsplit(export.site).netloc.lower() == mailroom.runtime.platform.name.lower()
        self._dependencies = ImportDependencies(mailroom, same_site=self._same_site)

    def run(self) -> list[Flow]:
        for field in self._export.fields:
            self._dependencies.field(field.key, field.name, field.type)
        for group in self._export.groups:
            found = self._dependencies.group(group.uuid, group.name, group.query or None)
            self._dependencies.mapping[group.uuid] = found.uuid
        flows = self._flows()
        automation = ImportAutomation(self._mailroom, self._dependencies, same_site=self._same_site)
        for campaign in self._export.campaigns:
            automation.campaign(campaign)
        for trigger in self._export.triggers:
            automation.trigger(trigger)
        self._mailroom.snapshots.forget()
        self._runtime.record("flows.imported", flows=[flow.name for flow in flows])
        return flows

    def _flows(self) -> list[Flow]:
        rows = [self._row(definition) for definition in self._export.flows]
        for definition, row in zip(self._export.flows, rows, strict=True):
            self._dependencies.mapping[definition.uuid] = row.uuid
        for definition in self._export.flows:
            self._dependencies.resolve(inspect(definition).dependencies)
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
        row = Flow(
            uuid,
            unique_name(definition.name, (each.name for each in flows if not each.system)),
            definition.type,
            {},
            now,
            now,
        )
        flows.add(row)  # at once: another flow of the file may have the same name
        return row

    def _write(self, definition: FlowDefinition, row: Flow) -> None:
        document = remapped(self._source(definition), self._database.new_uuid, self._dependencies.mapping)
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

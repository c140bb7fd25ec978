"""What imported definitions depend on: found in the workspace, or created where RapidPro creates it (flows 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.names import (
    LONGEST_FIELD_NAME,
    is_field_key,
    is_field_name,
    title_of,
    unique_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.model.named import NamedRow

DATE = "datetime"


class ImportDependencies:
    """Brings what one import needs into the workspace; `mapping` says which UUID of the file is which of its own."""

    def __init__(self, mailroom: Mailroom, *, same_site: bool) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._reserved = mailroom.runtime.generation.api.reserved_keys
        self._same_site = same_site
        self.mapping: dict[str, str] = {}

    def resolve(self, references: Iterable[Reference]) -> None:
        """Find or create what a flow refers to; what RapidPro cannot create stays missing."""
        for reference in references:
            resolve = _BY_TYPE.get(reference.type)
            if resolve is not None and reference.identity not in self.mapping:
                found = resolve(self, reference)
                if found is not None:
                    self.mapping[reference.identity] = found.uuid

    def field(self, key: str, name: str = "", kind: str | None = None) -> ContactField | None:
        """Return the field of a key, with this name and kind if any; it is created where there is none.

        A name that fields may not have is left. None for a key that they may not have.
        """
        fields = self._database.fields
        known = fields.get(key)
        others = [each.name for each in fields.values() if each is not known]
        if known is None:
            if not is_field_key(key, self._reserved):
                return None
            name = name if is_field_name(name) else title_of(key)
            return fields.add(key, unique_name(name, others, LONGEST_FIELD_NAME), kind or "text")
        if is_field_name(name):
            known.name = unique_name(name, others, LONGEST_FIELD_NAME)
        known.kind = kind or known.kind
        return known

    def group(self, uuid: str, name: str, query: str | None = None) -> Group:
        """Return a group, by its UUID where the file is of this site, else by its name; it is created if need be."""
        groups = self._database.groups
        known = groups.get(uuid) if self._same_site else None
        return known or groups.find(name) or self._mailroom.add_group(name, query=query)

    def _field(self, reference: Reference) -> None:
        self.field(reference.identity, reference.name)

    def _group(self, reference: Reference) -> Group | None:
        known = self._database.groups.get(reference.identity)
        return known or (self.group(reference.identity, reference.name) if reference.name else None)

    def _label(self, reference: Reference) -> NamedRow | None:
        labels = self._database.labels
        return self._known(reference, labels.values()) or (labels.add(reference.name) if reference.name else None)

    def _topic(self, reference: Reference) -> NamedRow | None:
        topics = self._database.topics
        return self._known(reference, topics.values()) or (topics.add(reference.name) if reference.name else None)

    def _global(self, reference: Reference) -> None:
        if reference.identity not in self._database.globals:
            self._database.globals.set(reference.identity, "")

    def _language_model(self, reference: Reference) -> NamedRow:
        # RapidPro would miss it: its models are accounts of services. Ours have none, and answer all the same.
        models = self._database.language_models
        return self._known(reference, models.values()) or models.add(reference.name or reference.identity)

    def channel(self, reference: Reference) -> NamedRow | None:
        """Return the channel of a UUID or name; None where there is none, for no import creates one."""
        channels = self._database.channels
        # Definitions that were migrated from old formats name a channel with its type: `Twilio: +250788123123`.
        bare = reference.named(reference.name.rpartition(":")[2].strip())
        return self._known(reference, channels) or self._known(bare, channels)

    @staticmethod
    def _known(reference: Reference, rows: Iterable[NamedRow]) -> NamedRow | None:
        rows = list(rows)
        by_uuid = (each for each in rows if each.uuid == reference.identity)
        name = reference.name.lower()
        return next(by_uuid, None) or next((each for each in rows if name and each.name.lower() == name), None)


_BY_TYPE: dict[str, Callable[[ImportDependencies, Reference], NamedRow | None]] = {
    "channel": ImportDependencies.channel,
    "field": ImportDependencies._field,
    "flow": lambda self, reference: self._known(reference, self._database.flows),
    "global": ImportDependencies._global,
    "group": ImportDependencies._group,
    "label": ImportDependencies._label,
    "llm": ImportDependencies._language_model,
    "template": lambda self, reference: self._known(reference, self._database.templates.values()),
    "topic": ImportDependencies._topic,
}
"""How a dependency that the file does not bring along is found or created, by its type."""

"""A workspace and contacts for queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.contactql import PropertyKind, QueryValue


class Field(NamedTuple):
    key: str
    name: str
    type: str


class Named(NamedTuple):
    uuid: str
    name: str


FIELDS = {
    key: Field(key, key.title(), value_type)
    for key, value_type in (("age", "number"), ("born", "datetime"), ("village", "ward"), ("sex", "text"))
}
GROUPS = {"farmers": Named("a9b5b0a0-1098-4bc2-8384-eea09ae43e6b", "Farmers")}
FLOWS = {"registration": Named("f87fd7cd-e501-4394-9cff-62309af85138", "Registration")}


class Workspace:
    def resolve_field(self, key: str) -> Field | None:
        return FIELDS.get(key)

    def resolve_group(self, name: str) -> Named | None:
        return GROUPS.get(name.lower())

    def resolve_flow(self, name: str) -> Named | None:
        return FLOWS.get(name.lower())


@dataclass
class Contact:
    """A contact by what queries see; `asked` lists the keys that were asked for."""

    values: Mapping[str, Sequence[QueryValue]]
    asked: list[tuple[PropertyKind, str]] = field(default_factory=list)

    def query_values(self, kind: PropertyKind, key: str) -> Sequence[QueryValue]:
        self.asked.append((kind, key))
        return self.values.get(key, ())

"""What a query depends on: needed to show queries and to keep groups by them (flows 9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .properties import NOT_FOR_GROUPS
from .tree import Condition, Node, Operator, PropertyKind, conditions

if TYPE_CHECKING:
    from .resolving import Resolver


@dataclass(frozen=True, slots=True)
class FieldReference:
    """A field; its name is empty where the query was read without a workspace."""

    key: str
    name: str = ""

    def to_json(self) -> dict[str, str]:
        return {"key": self.key, "name": self.name}


@dataclass(frozen=True, slots=True)
class GroupReference:
    """A group; only its name is known where the query was read without a workspace."""

    name: str
    uuid: str | None = None

    def to_json(self) -> dict[str, str]:
        return {"name_match": self.name} if self.uuid is None else {"uuid": self.uuid, "name": self.name}


@dataclass(frozen=True, slots=True)
class QueryInspection:
    """What a query depends on; attributes and schemes are sorted, fields and groups come as they are written."""

    attributes: tuple[str, ...]
    schemes: tuple[str, ...]
    fields: tuple[FieldReference, ...]
    groups: tuple[GroupReference, ...]
    allow_as_group: bool

    def to_json(self) -> dict[str, Any]:
        """Return it as the services' documents show it."""
        return {
            "attributes": list(self.attributes),
            "schemes": list(self.schemes),
            "fields": [field.to_json() for field in self.fields],
            "groups": [group.to_json() for group in self.groups],
            "allow_as_group": self.allow_as_group,
        }


def inspect_node(root: Node, resolver: Resolver | None) -> QueryInspection:
    """Return what a tree depends on."""
    found = list(conditions(root))
    attributes = _keys(found, PropertyKind.ATTRIBUTE)
    return QueryInspection(
        attributes=attributes,
        schemes=_keys(found, PropertyKind.SCHEME),
        fields=tuple(dict.fromkeys(_field(one.key, resolver) for one in found if one.kind is PropertyKind.FIELD)),
        groups=tuple(dict.fromkeys(_group(one.value, resolver) for one in found if _names_group(one))),
        allow_as_group=NOT_FOR_GROUPS.isdisjoint(attributes),
    )


def _keys(found: list[Condition], kind: PropertyKind) -> tuple[str, ...]:
    return tuple(sorted({one.key for one in found if one.kind is kind}))


def _names_group(condition: Condition) -> bool:
    return (
        condition.kind is PropertyKind.ATTRIBUTE
        and condition.key == "group"
        and condition.value != ""
        and condition.operator in (Operator.EQUAL, Operator.NOT_EQUAL)
    )


def _field(key: str, resolver: Resolver | None) -> FieldReference:
    field = None if resolver is None else resolver.resolve_field(key)
    return FieldReference(key) if field is None else FieldReference(field.key, field.name)


def _group(name: str, resolver: Resolver | None) -> GroupReference:
    group = None if resolver is None else resolver.resolve_group(name)
    return GroupReference(name) if group is None else GroupReference(group.name, group.uuid)

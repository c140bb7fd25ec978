"""Groups whose members follow from a query, and queries for recipients (flows 3.8, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.contactql import PropertyKind, QueryError, evaluate, parse
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.urns import parse as parse_urn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rapidpro_simulator.rapidpro.flows.contactql import ContactQuery
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.groups import Group

    from .environment import WorkspaceEnvironment
    from .values import ContactValues


class QueryGroups:
    """Keeps the members of a workspace's query groups true."""

    def __init__(self, database: Database, environment: WorkspaceEnvironment, values: ContactValues) -> None:
        self._database = database
        self._environment = environment
        self._values = values
        self._queries: dict[str, ContactQuery | None] = {}
        self._known: object = None

    def update(self, contact: Contact) -> None:
        """Let a contact, which has changed, into the groups that it belongs to, and into no others.

        Somebody who is not active belongs to none.
        """
        for group in self._database.groups.values():
            if group.query is None:
                continue
            belongs = self._belongs(self._environment.current, group, contact)
            if belongs is not None:
                (group.add if belongs else group.remove)(contact)

    def fill(self, group: Group) -> None:
        """Let everybody into a new query group who belongs to it."""
        environment = self._environment.current
        for contact in self._database.contacts:
            if self._belongs(environment, group, contact):
                group.add(contact)

    def can_read(self, group: Group) -> bool:
        """Say whether the query of a group makes sense; a group without one has nothing to read."""
        return group.query is None or self._query(self._environment.current, group.query) is not None

    def matching(self, text: str) -> list[Contact]:
        """Return the active contacts of whom a query is true. Raises `QueryError`."""
        environment = self._environment.current
        query = parse(environment, text, WorkspaceResolver(self._database))
        return [
            contact
            for contact in self._database.contacts
            if _is_active(contact)
            and evaluate(environment, query, QueriedContact(contact, self._database, self._values))
        ]

    def _belongs(self, environment: Environment, group: Group, contact: Contact) -> bool | None:
        """Return None where the query cannot be read: such a group is as good as absent (flows 3.8)."""
        if group.system:  # what its query means, without the time that it takes: every workspace has this group
            return bool(contact.tickets) and _is_active(contact)
        query = self._query(environment, group.query or "")
        if query is None:
            return None
        return _is_active(contact) and evaluate(
            environment, query, QueriedContact(contact, self._database, self._values)
        )

    def _query(self, environment: Environment, text: str) -> ContactQuery | None:
        fields = tuple((field.key, field.kind) for field in self._database.fields.values())
        if fields != self._known:  # what a query may name
            self._known = fields
            self._queries.clear()
        if text not in self._queries:
            try:
                self._queries[text] = parse(environment, text, WorkspaceResolver(self._database))
            except QueryError:
                self._queries[text] = None
        return self._queries[text]


def _is_active(contact: Contact) -> bool:
    return contact.status is ContactStatus.ACTIVE and not contact.deleted


class _Field:
    def __init__(self, field: ContactField) -> None:
        self.key, self.name, self.type = field.key, field.name, field.kind


class WorkspaceResolver:
    """What queries may name in a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def resolve_field(self, key: str) -> _Field | None:
        field = self._database.fields.get(key)
        return None if field is None else _Field(field)

    def resolve_group(self, name: str) -> Group | None:
        return self._database.groups.find(name)

    def resolve_flow(self, name: str) -> Flow | None:
        return self._database.flows.named(name)


class QueriedContact:
    """A contact as queries ask about it."""

    def __init__(self, contact: Contact, database: Database, values: ContactValues) -> None:
        self._contact = contact
        self._database = database
        self._values = values

    def query_values(self, kind: PropertyKind, key: str) -> Sequence[Any]:
        """Return the values of a property, none where it is not set."""
        if kind is PropertyKind.SCHEME:
            return [parse_urn(urn).path for urn in self._contact.urns if urn.startswith(f"{key}:")]
        value = self._field(key) if kind is PropertyKind.FIELD else ATTRIBUTES[key](self._contact, self._database)
        values = value if isinstance(value, list) else [value]
        return [each for each in values if each is not None and each != ""]

    def _field(self, key: str) -> Any:
        field = self._database.fields.get(key)
        value = self._values.of(self._contact, key)
        return None if field is None or value is None else getattr(value, field.kind)


ATTRIBUTES: dict[str, Callable[[Contact, Database], Any]] = {
    "uuid": lambda contact, _: contact.uuid,
    "id": lambda contact, _: str(contact.id),
    "ref": lambda contact, _: str(contact.id),
    "name": lambda contact, _: contact.name,
    "status": lambda contact, _: contact.status.value,
    "language": lambda contact, _: contact.language,
    "urn": lambda contact, _: [parse_urn(urn).path for urn in contact.urns],
    "group": lambda contact, database: [group.name for group in database.groups.of(contact)],
    "flow": lambda contact, _: contact.flow and contact.flow.name,
    "history": lambda contact, database: list(
        dict.fromkeys(run.flow.name for run in database.flows.runs if run.contact is contact)
    ),
    "tickets": lambda contact, _: len(contact.tickets),
    "created_on": lambda contact, _: DateTime.of(contact.created_on),
    "last_seen_on": lambda contact, _: contact.last_seen_on and DateTime.of(contact.last_seen_on),
}

"""Who else an action is about: groups, contacts, a query, URNs, and variables of older flows (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition.kinds import is_uuid
from rapidpro_simulator.rapidpro.flows.definition.references import Reference
from rapidpro_simulator.rapidpro.flows.texts.phones import parse_phone
from rapidpro_simulator.rapidpro.flows.texts.strings import trim
from rapidpro_simulator.rapidpro.flows.texts.urns import is_valid, normalize

from .resolving import resolve

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.recipients import ActionOnOthers
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


@dataclass(slots=True)
class Recipients:
    """All that an action is about."""

    groups: list[Reference] = field(default_factory=list)
    contacts: list[Reference] = field(default_factory=list)
    contact_query: str = ""
    urns: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.groups or self.contacts or self.contact_query or self.urns)

    @property
    def are_many(self) -> bool:
        """Whether their number is unknown: actions on groups and queries are not executed in batch starts."""
        return bool(self.groups or self.contact_query)

    def to_json(self) -> dict[str, Any]:
        """Return them as events have them; what is empty stays for the event to leave out."""
        return {
            "groups": [group.to_json() for group in self.groups],
            "contacts": [contact.to_json() for contact in self.contacts],
            "contact_query": self.contact_query,
            "urns": self.urns,
        }


def recipients_of(action: ActionOnOthers, run: Run) -> Recipients:
    """Return whom the action is about now; a template that means no contact, group or URN is an error event."""
    found = Recipients(
        groups=[group.reference for group in resolve(run, action.groups)],
        contacts=list(action.contacts),
        contact_query=run.evaluate_text(action.contact_query, escape=contactql.quote)[0],
        urns=list(action.urns),
    )
    for template in action.legacy_vars:
        _add_variable(run, found, trim(run.evaluate_text(template)[0]))
    return found


def _add_variable(run: Run, found: Recipients, text: str) -> None:
    if is_uuid(text):
        found.contacts.append(Reference("contact", text))
    elif (group := run.session.assets.groups.named(text)) is not None:
        found.groups.append(group.reference)
    elif is_valid(urn := normalize(text)):
        found.urns.append(urn)
    elif (number := parse_phone(text, run.environment.country)) is not None:
        found.urns.append(f"tel:{number}")
    else:
        run.log(events.error(f"'{text}' couldn't be resolved to a contact, group or URN"))

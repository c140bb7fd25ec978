"""Templates of broadcasts and campaign messages: what they say to one contact (rapidpro 4.1, flows 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent.templates import evaluate_text
from rapidpro_simulator.rapidpro.flows.excellent.values import Object
from rapidpro_simulator.rapidpro.flows.runs.contact_context import contact_object, fields_object, urns_object
from rapidpro_simulator.rapidpro.flows.runs.context import globals_object

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact


class TemplateRenderer:
    """Evaluates templates for one contact; expressions that go wrong contribute nothing."""

    def __init__(self, mailroom: Mailroom, contact: Contact) -> None:
        snapshots = mailroom.snapshots
        self._environment = environment = mailroom.environment.current
        snapshot, assets = snapshots.contact(contact), snapshots.assets()
        self._context = Object(
            lambda: {
                "contact": contact_object(environment, snapshot),
                "fields": fields_object(snapshot),
                "globals": globals_object(assets),
                "urns": urns_object(environment, snapshot),
            }
        )

    def evaluate(self, template: str) -> str:
        """Return what a template says to the contact."""
        if "@" not in template:
            return template
        return evaluate_text(self._environment, self._context, template).text

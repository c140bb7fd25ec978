"""`generate_shortcode_on_contacts`, and its older name: contacts without a shortcode get one (cht-sentinel 5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.contact_types import is_contact, is_person
from rapidpro_simulator.cht.javascript import is_truthy

from .shortcodes import new_shortcode
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext


def _name(context: TransitionContext, change: Change) -> str:
    return "patient_id" if is_person(context.settings, change.document) else "place_id"


def matches(context: TransitionContext, change: Change) -> bool:
    return is_contact(context.settings, change.document) and not is_truthy(change.document.get(_name(context, change)))


async def run(context: TransitionContext, change: Change) -> bool:
    change.document[_name(context, change)] = await new_shortcode(context)
    return True


GENERATE_SHORTCODE_ON_CONTACTS = Transition("generate_shortcode_on_contacts", matches, run, once=False)
GENERATE_PATIENT_ID_ON_PEOPLE = Transition(
    "generate_patient_id_on_people", matches, run, once=False, deprecated_in="3.8.x"
)

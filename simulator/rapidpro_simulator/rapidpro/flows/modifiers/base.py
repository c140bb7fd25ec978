"""What all modifiers have in common: they declare their fields, and they are applied to a contact in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.flows.core.contact import Contact
    from rapidpro_simulator.rapidpro.flows.core.events import Event
    from rapidpro_simulator.rapidpro.flows.core.services import Runtime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


class ModifierContext(NamedTuple):
    """What a modifier is applied to, by which rules, and what its events are logged with."""

    runtime: Runtime
    environment: Environment
    assets: Assets
    contact: Contact
    log: Callable[[Event], object]


class Modifier:
    """One change of a contact. What is already so is no change, and no event (flows 2.3)."""

    __slots__ = ()

    type: ClassVar[str]

    def apply(self, context: ModifierContext) -> bool:
        """Change the contact, log what was changed or went wrong, and say whether anything was changed.

        The caller re-evaluates query groups (flows 3.8).
        """
        raise NotImplementedError

"""What the definitions of all actions have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

if TYPE_CHECKING:
    from collections.abc import Iterator


class ResultInfo(NamedTuple):
    """A result that an action may save, with the categories it may have."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of a node; `allowed_in` are the types of flow that may have it (flows 2.2).

    What an action does in a run is in `flows.actions`.
    """

    type: ClassVar[str]
    allowed_in: ClassVar[frozenset[str]] = limits.ONLINE
    LOCALS: ClassVar[tuple[str, ...]] = ()

    uuid: str = fields.uuid()

    def check(self) -> None:
        """Raise `DefinitionError` where fields contradict each other or hold what no field may hold."""

    def results(self) -> Iterator[ResultInfo]:
        """Yield the results that the action may save."""
        yield from ()

    def locals(self) -> Iterator[str]:
        """Yield the names of the locals that the action sets."""
        yield from self.LOCALS

"""What actions do: a function for each type."""

from __future__ import annotations

from rapidpro_simulator.rapidpro.flows.actions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.definition.actions import ACTION_TYPES


def test_every_type_has_its_function() -> None:
    """What can be read can be executed."""
    assert {type_: function.__name__ for type_, function in FUNCTIONS.items()} == {name: name for name in ACTION_TYPES}

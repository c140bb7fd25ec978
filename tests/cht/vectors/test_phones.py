"""Phone numbers and the rules of outgoing messages, as CHT's own code judged them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.messages.outgoing import Outgoing, is_denied
from rapidpro_simulator.cht.messages.phones import is_same, normalise
from rapidpro_simulator.world.clock import FrozenClock
from tests.cht.vectors.data import vectors

if TYPE_CHECKING:
    from collections.abc import Callable

Values = dict[str, Any]


@pytest.mark.parametrize("vector", vectors("phones.jsonl"))
def test_check(vector: Values) -> None:
    """A number is normalised, compared, denied and counted as CHT does it."""
    values = vector["input"]
    assert CHECKS[values["check"]](values, vector["settings"]) == vector["output"]


def _normalise(values: Values, settings: Values) -> Values:
    normalised = normalise(values["number"], settings)
    return {"normalised": normalised or False, "valid": normalised is not None}


def _denied(values: Values, settings: Values) -> Values:
    try:
        return {"denied": is_denied(values["sender"], settings)}
    except TypeError:
        return {"refused": "crash"}


def _duplicates(values: Values, settings: Values) -> Values:
    clock = FrozenClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    outgoing = Outgoing(clock)
    duplicates = []
    for message in values["messages"]:
        clock.advance(datetime.fromisoformat(message["at"]) - clock.now())
        duplicates.append(outgoing.state(None, message["to"], message["message"], settings) == "duplicate")
    return {"duplicate": duplicates}


CHECKS: dict[str, Callable[[Values, Values], Values]] = {
    "normalise": _normalise,
    "same": lambda values, _: {"same": is_same(values["left"], values["right"])},
    "denied": _denied,
    "duplicates": _duplicates,
}

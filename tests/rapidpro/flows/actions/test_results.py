"""Results and locals of a run."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import CONTACT, play, uuid


def local(operation: str, value: str = "") -> dict[str, Any]:
    return {"type": "set_run_local", "local": "n", "operation": operation, "value": value}


@pytest.mark.parametrize(
    ("actions", "left"),
    [
        ([local("set", "@contact")], {"n": "Ben"}),
        ([local("increment", "2"), local("increment", "@(locals.n + 1)")], {"n": "5"}),
        ([local("set", "x"), local("increment", "-1")], {"n": "-1"}),
        ([local("set", "x"), local("set", "@(1 / 0)")], {"n": "x"}),
        ([local("set", "x"), local("clear")], {}),
        ([local("clear")], {}),
    ],
)
def test_locals(actions: list[dict[str, Any]], left: dict[str, str]) -> None:
    """A local is set, counted up from whatever number it is, or cleared."""
    assert play(*actions).run.locals == left


def test_result_in_the_contacts_language() -> None:
    """A result has its category twice where that is translated."""
    played = play(
        {"type": "set_run_result", "name": "Water Point", "value": "w@contact", "category": "Well"},
        contact={**CONTACT, "language": "fra"},
        localization={"fra": {uuid(10): {"category": ["Puits"]}}},
    )
    result = played.run.results["water_point"]
    assert (result.value, result.category, result.category_localized) == ("wBen", "Well", "Puits")
    assert played.events == [{"type": "run_result_changed", "name": "Water Point", "value": "wBen", "category": "Well"}]


def test_result_of_a_broken_expression() -> None:
    """What is only partly known is no result."""
    played = play({"type": "set_run_result", "name": "A", "value": "x@(1 / 0)"})
    assert (played.types, played.run.results) == (["error"], {})

"""Says single sentences in a test that has the simulation: what a scenario does, without its file."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING

from pytest_bdd.parser import Step
from pytest_bdd.scenario import get_step_function, parse_step_arguments

if TYPE_CHECKING:
    import pytest

BACKGROUND = (
    'Given a RapidPro workspace "Main"',
    'Given a CHT instance that sends through the workspace "Main"',
)

BLOCKS = ("datatable", "docstring")


def say(request: pytest.FixtureRequest, *sentences: str, block: str | None = None) -> None:
    """Say sentences; a `block` belongs to the last one: a table if it has bars, else a text."""
    for sentence in sentences[:-1]:
        _say(request, sentence, None)
    _say(request, sentences[-1], block)


def _say(request: pytest.FixtureRequest, sentence: str, block: str | None) -> None:
    keyword, _, name = sentence.partition(" ")
    step = Step(name=name, type=keyword.lower(), indent=0, line_number=0, keyword=keyword)
    context = get_step_function(request, step)
    assert context is not None, f"there is no sentence {sentence!r}"
    given = parse_step_arguments(step, context)
    if block is not None:
        given["datatable" if "|" in block else "docstring"] = _table(block) if "|" in block else block
    wanted = signature(context.step_func).parameters
    missing = [name for name in wanted if name not in given and name not in BLOCKS]
    fixtures = {name: request.getfixturevalue(name) for name in missing}
    context.step_func(**{name: value for name, value in {**given, **fixtures}.items() if name in wanted})


def _table(block: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.strip().splitlines()]

"""The part of the pytest plugin that knows where a scenario is: in which file, and at which step."""

from __future__ import annotations

import os
from dataclasses import dataclass
from inspect import isfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_bdd.parser import ScenarioTemplate


@dataclass(frozen=True)
class StepPosition:
    """A step that is under way: its sentence, its line, and the function that plays it (None: there is none)."""

    sentence: str
    line: int
    function: Callable[..., object] | None


STEP = pytest.StashKey["StepPosition | None"]()  # of a scenario's test


def scenario_of(item: pytest.Item) -> ScenarioTemplate | None:
    """Return the scenario that a test runs; None where it runs none."""
    from pytest_bdd.scenario import scenario_wrapper_template_registry

    function = getattr(item, "obj", None)
    return scenario_wrapper_template_registry.get(function) if isfunction(function) else None


def shown_path(path: str | Path, config: pytest.Config) -> str:
    """Return `path` as it is named from the folder in which pytest was called; absolute where it lies elsewhere."""
    path = Path(os.path.realpath(path))
    folder = Path(os.path.realpath(config.invocation_params.dir))
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Any, step_func: Callable[..., object]) -> None:
    request.node.stash[STEP] = _position(step, step_func)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:
    request.node.stash[STEP] = _position(step, None)


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    request.node.stash[STEP] = None


def _position(step: Any, function: Callable[..., object] | None) -> StepPosition:
    return StepPosition(f"{step.keyword.strip()} {step.name}", step.line_number, function)

"""The part of the pytest plugin that answers mistakes in steps and sentences with what would be right."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .catalogue import sentences

if TYPE_CHECKING:
    from collections.abc import Callable


def pytest_bdd_before_step_call(step: Any, step_func: Callable[..., object]) -> None:
    """Refuse a coroutine function as a step: pytest-bdd does not await it, so it would pass whatever it does."""
    if inspect.iscoroutinefunction(step_func) or inspect.isasyncgenfunction(step_func):
        raise TypeError(
            f"the step {step.name!r} is a coroutine function, {step_func.__qualname__}; steps are plain functions: "
            "write `simulation.run(...)` around what must be awaited"
        )


def pytest_bdd_step_func_lookup_error(step: Any, exception: Exception) -> None:
    """Say which sentences come close to an unknown one."""
    asked = f"{step.type.capitalize()} {step.name}"
    for sentence in get_close_matches(asked, sentences(), n=3, cutoff=0.4):
        exception.add_note(f"did you mean: {sentence}")
    exception.add_note("all sentences: docs/steps.md, or `python -m rapidpro_simulator.testing.catalogue steps.md`")

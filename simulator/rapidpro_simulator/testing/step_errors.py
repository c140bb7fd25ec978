"""The part of the pytest plugin that answers mistakes in steps and sentences with what would be right."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .catalogue import entries

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSE = 0.4


def pytest_bdd_before_step_call(step: Any, step_func: Callable[..., object]) -> None:
    """Refuse a coroutine function as a step: pytest-bdd does not await it, so it would pass whatever it does."""
    if inspect.iscoroutinefunction(step_func) or inspect.isasyncgenfunction(step_func):
        raise TypeError(
            f"the step {step.name!r} is a coroutine function, {step_func.__qualname__}; steps are plain functions: "
            "write `simulation.run(...)` around what must be awaited"
        )


def pytest_bdd_step_func_lookup_error(step: Any, exception: Exception) -> None:
    """Say which sentences come close to an unknown one."""
    for note in suggestions(f"{step.type.capitalize()} {step.name}"):
        exception.add_note(note)


def suggestions(asked: str) -> list[str]:
    """Return which sentences come close to `asked`, with their grammar and what their values are."""
    by_example = {entry.example: entry for entry in entries() if entry.example}
    notes = []
    for number, sentence in enumerate(get_close_matches(asked, by_example, n=3, cutoff=CLOSE)):
        notes.append(f"did you mean: {sentence}")
        if number == 0:
            notes.append("\n".join(f"  {line}" for line in by_example[sentence].lines))
            notes.append("\n".join(f"  <{name}>: {what}" for name, what in by_example[sentence].values.items()))
    return [*notes, "all sentences: `rapidpro-simulator steps`; some: `rapidpro-simulator steps find WORDS`"]

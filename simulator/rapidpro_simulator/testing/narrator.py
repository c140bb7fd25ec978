"""Says sentences in a simulation outside of pytest: the same steps, for programs and for people at a console.

It comes with pytest-bdd and every step there is: where nobody says a sentence, nobody should import it.
"""

from __future__ import annotations

import importlib
from functools import cache
from inspect import signature
from typing import TYPE_CHECKING

from pytest_bdd.steps import step_function_context_registry

from .catalogue import STEP_MODULES
from .sentences import Sentence, SentenceError
from .step_errors import suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_bdd.steps import StepFunctionContext

    from rapidpro_simulator.simulation import Simulation


class Narrator:
    """Says sentences in `simulation`; files that they name are searched in `folders`."""

    def __init__(self, simulation: Simulation, *folders: Path) -> None:
        _load()
        files = importlib.import_module("rapidpro_simulator.steps.files")
        self._given = {
            "simulation": simulation,
            "folders": files.Folders(*folders),
            "find_condition": self._find_condition,
        }

    def say(self, sentence: Sentence) -> None:
        """Do what `sentence` says, or check it. Raises `SentenceError`."""
        action = self._find(sentence)
        try:
            action()
        except Exception as error:
            notes = [str(note) for note in getattr(error, "__notes__", ())]
            raise SentenceError(sentence, "\n".join([str(error) or type(error).__name__, *notes])) from error

    def _find(self, sentence: Sentence) -> Callable[[], object]:
        context = next((each for each in _steps(sentence.kind) if each.parser.is_matching(sentence.text)), None)
        if context is None:
            asked = f"{sentence.kind.capitalize()} {sentence.text}"
            raise SentenceError(sentence, "\n".join(["there is no such sentence", *suggestions(asked)]))
        below = {"datatable": sentence.table, "docstring": sentence.docstring}
        given = {**self._given, **{name: value for name, value in below.items() if value is not None}}
        given |= context.parser.parse_arguments(sentence.text) or {}
        parameters = signature(context.step_func).parameters.values()
        lacking = [each.name for each in parameters if each.name not in given and each.default is each.empty]
        if lacking:
            what = {"datatable": "a table", "docstring": 'a text in """'}.get(lacking[0], lacking[0])
            raise SentenceError(sentence, f"below this sentence stands {what}")
        arguments = {each.name: given[each.name] for each in parameters if each.name in given}
        return lambda: context.step_func(**arguments)

    def _find_condition(
        self, text: str, docstring: str | None, datatable: list[list[str]] | None
    ) -> Callable[[], object]:
        return self._find(Sentence("Then", "then", text, 0, datatable, docstring))


@cache
def _load() -> None:
    for name in STEP_MODULES:
        importlib.import_module(f"rapidpro_simulator.steps.{name}")


def _steps(kind: str) -> Iterator[StepFunctionContext]:
    return (each for each in step_function_context_registry.values() if each.type in {kind, None})

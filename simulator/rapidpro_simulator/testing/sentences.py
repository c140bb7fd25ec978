"""Says sentences in a simulation outside of pytest: the same steps, for programs and for people at a console."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from inspect import signature
from typing import TYPE_CHECKING, Any

from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from pytest_bdd.steps import step_function_context_registry

from .catalogue import STEP_MODULES
from .step_errors import suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pytest_bdd.steps import StepFunctionContext

    from rapidpro_simulator.simulation import Simulation

HEADING = "Feature:\nScenario:\n"


class SentenceError(Exception):
    """A sentence that there is not, cannot be done, or is not true. The text says why, `sentence` which one it was."""

    def __init__(self, sentence: Sentence, problem: str) -> None:
        super().__init__(problem)
        self.sentence = sentence


@dataclass(frozen=True)
class Sentence:
    """One sentence of Gherkin: its `keyword` as it is written, what the keyword means, the text, and what stands below.

    `kind` is `given`, `when` or `then`; `line` counts from 1 in the text that was read.
    """

    keyword: str
    kind: str
    text: str
    line: int
    table: list[list[str]] | None = None
    docstring: str | None = None

    def __str__(self) -> str:
        return f"{self.keyword} {self.text}"


def read_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text`, one a line, with the tables and texts below them.

    Raises `ValueError` where it is no Gherkin, and where the first sentence begins with `And` or `But`.
    """
    try:
        document: Any = Parser().parse(HEADING + text)
    except CompositeParserException as error:
        raise ValueError(f"these are no sentences: {_first_complaint(error)}") from None
    (scenario, *others) = document["feature"]["children"]
    if others:
        raise ValueError("write sentences only, of one scenario, without its heading")
    described = scenario["scenario"]["description"].strip()
    if described:  # Gherkin takes what no keyword begins for a description: it would be passed over in silence
        raise ValueError(f"{described.splitlines()[0].strip()!r} is no sentence: one begins with Given, When or Then")
    return list(_sentences(scenario["scenario"]["steps"]))


def _first_complaint(error: CompositeParserException) -> str:
    first = error.errors[0]
    line = first.location["line"] - HEADING.count("\n")
    return f"line {line}: {str(first).partition(': ')[2]}"


def _sentences(steps: Iterable[Any]) -> Iterator[Sentence]:
    kind = ""
    kinds = {"Context": "given", "Action": "when", "Outcome": "then"}
    for step in steps:
        kind = kinds.get(step["keywordType"], kind)
        keyword = step["keyword"].strip()
        line = step["location"]["line"] - HEADING.count("\n")
        if not kind:
            raise ValueError(f"line {line}: {keyword} repeats the keyword of the sentence before it, and there is none")
        rows = step.get("dataTable", {}).get("rows")
        table = None if rows is None else [[cell["value"] for cell in row["cells"]] for row in rows]
        yield Sentence(keyword, kind, step["text"], line, table, step.get("docString", {}).get("content"))


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

"""Which steps there are; writes their catalogue, `docs/steps.md`, from the step definitions themselves."""

from __future__ import annotations

import importlib
import inspect
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_bdd.steps import step_function_context_registry

from .grammar import grammar_of, placeholders_of
from .placeholders import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_bdd.parsers import StepParser

STEP_MODULES = (
    "rapidpro",
    "workspaces",
    "flows",
    "flow_services",
    "flow_circumstances",
    "phones",
    "aggregators",
    "runs",
    "cht",
    "project",
    "health_workers",
    "sentinel",
    "webhook",
    "gateway",
    "time",
    "faults",
    "wire",
    "rules",
)
KEYWORDS = ("Given", "When", "Then")
BLOCKS = {"datatable": "a table", "docstring": "a text"}

HEADER = """# The steps

What a scenario can say, by subject. Written by `make catalogue` from the step definitions: do not edit it.

Each entry is an example, what it means, and the grammar with the keywords that it can begin with. In a grammar `<name>`
stands for a value, `(a | b)` for one of these, and `[a]` for what may be left out. `And`, `But` and `*` repeat the
keyword before them. `rapidpro-simulator steps find "message delivered"` searches.
"""


@dataclass(frozen=True)
class Entry:
    """A step: one function, and every sentence that calls it."""

    subject: str
    function: Callable[..., object]
    parsers: tuple[tuple[str, StepParser], ...]
    """Each with the keyword that it is for."""

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def example(self) -> str:
        return " ".join(self._doc.partition("Example:")[2].split())

    @property
    def text(self) -> str:
        return self._doc.partition("Example:")[0].strip()

    @cached_property
    def grammars(self) -> dict[str, list[str]]:
        """Return the grammars, each with its keywords."""
        found: dict[str, list[str]] = {}
        for keyword, parser in sorted(self.parsers, key=lambda each: KEYWORDS.index(each[0])):
            found.setdefault(grammar_of(parser), []).append(keyword)
        return found

    @property
    def lines(self) -> list[str]:
        """Return the grammars with their keywords, such as `Given/When the gateway …`."""
        return [f"{'/'.join(keywords)} {grammar}" for grammar, keywords in self.grammars.items()]

    @property
    def values(self) -> dict[str, str]:
        """Return what each value of the grammars is."""
        names = dict.fromkeys(name for grammar in self.grammars for name in placeholders_of(grammar))
        return {name: meaning(self.name, name) for name in names}

    @property
    def blocks(self) -> list[str]:
        """Return what stands below the sentence: `a table`, `a text`, or nothing."""
        parameters = inspect.signature(self.function).parameters
        optional = {name for name in BLOCKS if name in parameters and parameters[name].default is None}
        return [
            f"{text}{' if the sentence wants one' if name in optional else ''}"
            for name, text in BLOCKS.items()
            if name in parameters
        ]

    @property
    def _doc(self) -> str:
        return inspect.getdoc(self.function) or ""


def entries() -> list[Entry]:
    """Return all steps, by subject, in the order of their text."""
    return [entry for name in STEP_MODULES for entry in _entries_of(name)]


def catalogue() -> str:
    """Return the catalogue as Markdown."""
    return "\n".join([HEADER, *(line for name in STEP_MODULES for line in _subject(name))])


def sentences() -> list[str]:
    """Return an example of every step."""
    return [entry.example for entry in entries() if entry.example]


def _entries_of(subject: str) -> list[Entry]:
    module = importlib.import_module(f"rapidpro_simulator.steps.{subject}").__name__
    found: dict[Callable[..., object], list[tuple[str, StepParser]]] = {}
    for context in step_function_context_registry.values():
        if context.step_func.__module__ == module:
            found.setdefault(context.step_func, []).append((str(context.type).capitalize(), context.parser))
    ordered = sorted(found, key=lambda function: function.__code__.co_firstlineno)
    return [Entry(subject, function, tuple(found[function])) for function in ordered]


def _subject(name: str) -> Iterator[str]:
    yield f"## {name.capitalize()}\n"
    yield f"{inspect.getdoc(importlib.import_module(f'rapidpro_simulator.steps.{name}'))}\n"
    for entry in _entries_of(name):
        yield from _shown(entry)


def _shown(entry: Entry) -> Iterator[str]:
    yield f"### {entry.example or entry.name}\n"
    yield f"{entry.text}\n"
    yield "\n".join(["```text", *entry.lines, "```\n"])
    yield from (f"- `<{name}>`: {what}" for name, what in entry.values.items())
    if entry.values:
        yield ""
    yield from (f"Below it stands {block}.\n" for block in entry.blocks)


def main(path: str) -> None:
    """Write the catalogue to `path`."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(catalogue(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

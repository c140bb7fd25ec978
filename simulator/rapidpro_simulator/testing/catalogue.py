"""Which steps there are; writes their catalogue, `docs/steps.md`, from the step definitions themselves."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_bdd.steps import step_function_context_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEP_MODULES = ("rapidpro", "flows", "phones", "runs", "cht", "webhook", "gateway", "time", "faults", "wire", "rules")

HEADER = """# The steps

What a scenario can say, by subject. Written by `make catalogue` from the step definitions: do not edit it.
"""


def catalogue() -> str:
    """Return the catalogue as Markdown."""
    return "\n".join([HEADER, *(line for name in STEP_MODULES for line in _subject(name))])


def sentences() -> list[str]:
    """Return an example of every step."""
    functions = [function for name in STEP_MODULES for function in _steps_of(f"rapidpro_simulator.steps.{name}")]
    return [sentence for function in functions if (sentence := _example(function))]


def _subject(name: str) -> Iterator[str]:
    module = importlib.import_module(f"rapidpro_simulator.steps.{name}")
    yield f"## {name.capitalize()}\n"
    yield f"{inspect.getdoc(module)}\n"
    for function, kinds in _steps_of(module.__name__).items():
        yield from _entry(function, kinds)


def _steps_of(module: str) -> dict[Callable[..., object], list[str]]:
    """Return the step functions of a module in the order of its text, each with `given`, `when` or `then`."""
    found: dict[Callable[..., object], list[str]] = {}
    for context in step_function_context_registry.values():
        function = context.step_func
        if function.__module__ == module:
            found.setdefault(function, []).append(str(context.type))
    return dict(sorted(found.items(), key=lambda item: item[0].__code__.co_firstlineno))


def _entry(function: Callable[..., object], kinds: list[str]) -> Iterator[str]:
    text, _, _ = (inspect.getdoc(function) or "").partition("Example:")
    usable = " and ".join(f"`{kind.capitalize()}`" for kind in sorted(set(kinds), key=("given", "when", "then").index))
    yield f"### {_example(function) or function.__name__}\n"
    yield f"{text.strip()}\n"
    yield f"Usable as {usable}.\n"


def _example(function: Callable[..., object]) -> str:
    _, _, example = (inspect.getdoc(function) or "").partition("Example:")
    return " ".join(example.split())


def main(path: str) -> None:
    """Write the catalogue to `path`."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(catalogue(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

"""The functions of the language, told to people: how they are called, and what they give."""

from __future__ import annotations

import inspect
from collections import defaultdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

# The subject of a function is the module that declares it.
SUBJECTS = {
    "text": "Texts",
    "logic": "Truth",
    "numbers": "Numbers",
    "arrays": "Arrays",
    "objects": "Objects",
    "dates": "Dates and times",
    "formatting": "Formats",
    "other": "Others",
    "tests": "Tests of routers",
}
COMPARISONS = {
    "number": {"lt": "below", "lte": "at most", "eq": "equal to", "gte": "at least", "gt": "above"},
    "date": {"lt": "before", "eq": "the same as", "gt": "after"},
}


def list_functions() -> Iterator[str]:
    """Yield all functions by subject, a line each."""
    subjects: dict[str, list[str]] = defaultdict(list)
    for name in sorted(FUNCTIONS):
        subjects[_facts(name)["body"].__module__.rpartition(".")[2]].append(name)
    width = max(len(signature(name)) for name in FUNCTIONS)
    for module in sorted(subjects, key=list(SUBJECTS).index):
        yield f"{SUBJECTS[module]}:"
        for name in subjects[module]:
            yield f"  {signature(name):{width}}  {summary(name)}"
        yield ""


def describe_function(name: str) -> Iterator[str]:
    """Yield what is known of one function. Raises `UsageError` where there is none of this name."""
    name = name.lower().removeprefix("@").removesuffix("()")
    if name not in FUNCTIONS:
        near = get_close_matches(name, FUNCTIONS, n=3) or [each for each in sorted(FUNCTIONS) if name in each][:3]
        hint = f"did you mean {' or '.join(near)}?" if near else "--functions lists all of them"
        raise UsageError(f"there is no function {name!r}; {hint}")
    yield f"{signature(name)}"
    yield f"  {summary(name)}"


def signature(name: str) -> str:
    """Return how a function is called, such as `word(text, index, [delimiters])`."""
    facts = _facts(name)
    given = list(inspect.signature(facts["body"]).parameters.values())[1:]  # the first is the environment
    shown = []
    for position, parameter in enumerate(given):
        called = parameter.name.strip("_")
        if parameter.kind is parameter.VAR_POSITIONAL:
            shown.append("…" if called == "arguments" else f"{called}…")
        else:
            shown.append(called if position < facts["least"] else f"[{called}]")
    return f"{name}({', '.join(shown)})"


def summary(name: str) -> str:
    """Return in a sentence what a function does."""
    documentation = inspect.getdoc(_facts(name)["body"])
    if documentation:
        return documentation.partition("\n\n")[0].replace("\n", " ").replace("`", "")
    _, kind, comparison = name.split("_")
    return f"Say whether there is a {kind} in a text that is {COMPARISONS[kind][comparison]} another."


def _facts(name: str) -> dict[str, Any]:
    """Return what a function was declared with: its `body` and the `least` number of its arguments."""
    return dict(inspect.getclosurevars(FUNCTIONS[name].body).nonlocals)

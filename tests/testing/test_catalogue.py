from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_bdd.steps import step_function_context_registry
from rapidpro_simulator.steps.durations import SECONDS
from rapidpro_simulator.steps.faults import ENDPOINTS
from rapidpro_simulator.steps.rapidpro import CHANNELS

from rapidpro_simulator.cht.messages.states import STATES
from rapidpro_simulator.rapidpro.delivery.outcomes import OUTCOMES, REPORTABLE
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.generations.rates import RATE_PROFILES
from rapidpro_simulator.testing.catalogue import Entry, catalogue, entries, sentences
from rapidpro_simulator.testing.placeholders import meaning, sample
from rapidpro_simulator.testing.step_search import find

from .grammars import said_by

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]


def test_committed_catalogue_is_current() -> None:
    """docs/steps.md says what the steps say; `make catalogue` writes it."""
    assert (ROOT / "docs" / "steps.md").read_text(encoding="utf-8") == catalogue()


def test_every_step_has_an_example() -> None:
    """Each step shows how it is said."""
    functions = {
        context.step_func
        for context in step_function_context_registry.values()
        if context.step_func.__module__.startswith("rapidpro_simulator.steps.")
    }
    assert len(sentences()) == len(functions)


@pytest.mark.parametrize("sentence", sentences())
def test_examples_are_sentences(sentence: str) -> None:
    """Each example is understood, by exactly one step."""
    kind, _, text = sentence.partition(" ")
    matching = {
        context.step_func.__name__
        for context in step_function_context_registry.values()
        if context.type == kind.lower() and context.parser.is_matching(text)
    }
    assert len(matching) == 1


PROMISES = [
    (entry.name, line, sentence)
    for entry in entries()
    for line in entry.lines
    for sentence in said_by(line, partial(sample, entry.name))
]


def test_promises_are_many() -> None:
    """The catalogue promises each sentence with each of its keywords, and each of its alternatives."""
    assert len(PROMISES) > 500
    assert {name for name, _, _ in PROMISES} == {entry.name for entry in entries()}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_the_grammar_is_true(entry: Entry) -> None:
    """Whatever the catalogue says that a sentence can be, with whatever keyword, is a sentence of this step."""
    broken = [
        (line, sentence)
        for name, line, sentence in PROMISES
        if name == entry.name and not is_understood(sentence, entry)
    ]
    assert broken == []


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_the_grammar_is_whole(entry: Entry) -> None:
    """Each keyword that a step is usable with is promised, and the catalogue in docs/ says all of it."""
    text = (ROOT / "docs" / "steps.md").read_text(encoding="utf-8")

    assert {keyword for keyword, _ in entry.parsers} == {
        keyword for line in entry.lines for keyword in line.partition(" ")[0].split("/")
    }
    assert all(f"\n{line}\n" in text for line in entry.lines)


def is_understood(sentence: str, entry: Entry) -> bool:
    keyword, _, text = sentence.partition(" ")
    return any(kind == keyword and parser.is_matching(text) for kind, parser in entry.parsers)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("state", STATES),
        ("endpoint", ENDPOINTS),
        ("generation", GENERATIONS),
        ("profile", RATE_PROFILES),
        ("kind", CHANNELS),
        ("statuses", [*REPORTABLE, *OUTCOMES]),
        ("duration", SECONDS),
    ],
)
def test_values_are_told_in_full(name: str, words: Iterable[str]) -> None:
    """Where a value is one of a few words, the catalogue has all of them."""
    assert [word for word in words if word not in meaning("", name)] == []


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("message delivered", 'Then message 2 is in the state "delivered"'),
        ("mesage state", 'Then message 2 is in the state "delivered"'),
        ("time passes", "When 1 hour passes"),
        ("quick replies", 'Then RapidPro offers "English", "Chichewa"'),
        ("crash", "When the gateway crashes"),
        ("keyword flow", 'Given the keyword "HELP" starts the flow "Registration"'),
    ],
)
def test_a_search_finds_what_is_meant(question: str, sentence: str) -> None:
    """The best are first, and misspelt words find something too."""
    assert sentence in [entry.example for entry in find(question)][:3]


def test_a_search_for_nothing_there_finds_nothing() -> None:
    """Sentences with none of the words are no answer."""
    assert find("xylophone") == []


def test_every_step_is_used() -> None:
    """No step stands in the catalogue that no feature needs."""
    features = [path.read_text(encoding="utf-8") for path in (ROOT / "features").rglob("*.feature")]
    said = {
        re.sub(r"^(Given|When|Then|And|But) ", "", line.strip())
        for text in features
        for line in text.splitlines()
        if re.match(r"\s*(Given|When|Then|And|But) ", line)
    }
    said |= {re.sub(r"^within [\d.]+ \w+ ", "", sentence) for sentence in said}  # the rest is a sentence of its own
    unused = {
        context.step_func.__name__
        for context in step_function_context_registry.values()
        if context.step_func.__module__.startswith("rapidpro_simulator.steps.")
    } - {
        context.step_func.__name__
        for context in step_function_context_registry.values()
        for sentence in said
        if context.parser.is_matching(re.sub(r"<\w+>", "1", sentence))
        or context.parser.is_matching(re.sub(r"<\w+>", "failed", sentence))
    }
    assert unused == set()

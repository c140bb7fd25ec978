from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_bdd.steps import step_function_context_registry

from rapidpro_simulator.testing.catalogue import catalogue, sentences

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

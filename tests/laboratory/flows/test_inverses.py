"""Each test of routers has an inverse, which finds what satisfies it and none before it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import islice

import pytest

from rapidpro_simulator.laboratory.flows.inverses import INVERSES, Test, blocked, solve
from rapidpro_simulator.laboratory.flows.patterns import texts_for
from rapidpro_simulator.rapidpro.flows.definition.routers import TESTS
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.locations import Locations
from rapidpro_simulator.rapidpro.flows.texts.regexes import compile_pattern

PLACES = {
    "name": "Malawi",
    "children": [{"name": "Southern", "children": [{"name": "Zomba", "children": [{"name": "Domasi"}]}]}],
}
ENVIRONMENT = replace(Environment(), country="MW", locations=Locations(PLACES))
NOT_TEXTS = {"has_category", "has_error", "has_group", "has_intent", "has_top_intent"}
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "has_all_words": ("red green",),
    "has_any_word": ("yes yeah",),
    "has_beginning": ("vacc",),
    "has_date_eq": ("2026-03-02",),
    "has_date_gt": ("2026-03-02",),
    "has_date_lt": ("2026-03-02",),
    "has_number_between": (Decimal(5), Decimal(6)),
    "has_number_eq": (Decimal("2.5"),),
    "has_number_gt": (Decimal(-3),),
    "has_number_gte": (Decimal(0),),
    "has_number_lt": (Decimal(-100),),
    "has_number_lte": (Decimal(7),),
    "has_only_phrase": ("see you",),
    "has_only_text": ("Success",),
    "has_pattern": (r"^[A-Z]{2}\d{3}$",),
    "has_phrase": ("of course",),
}


def solved(*tests: Test, number: int | None = None) -> list[str]:
    return list(islice(solve(ENVIRONMENT, tests, number), 3))


def test_every_test_has_an_inverse() -> None:
    """No test of routers is without an inverse, and none is made up."""
    assert set(INVERSES) == TESTS


@pytest.mark.parametrize("name", sorted(TESTS - NOT_TEXTS))
def test_an_inverse_satisfies_its_test(name: str) -> None:
    """What an inverse finds satisfies the test."""
    test = Test(name, ARGUMENTS.get(name, ()))  # type: ignore[arg-type]
    texts = solved(test, number=0)
    assert texts
    assert all(test.passes(ENVIRONMENT, text) for text in texts)


def test_none_before_it() -> None:
    """A later case is satisfied by what the earlier ones leave: between two limits, beyond a list of words."""
    tests = (
        Test("has_number_lt", (Decimal(18),)),
        Test("has_number_lt", (Decimal(50),)),
        Test("has_any_word", ("yes",)),
        Test("has_any_word", ("yes sure",)),
    )
    assert 18 <= Decimal(solved(*tests, number=1)[0]) < 50
    assert solved(*tests, number=3)[0].lower() == "sure"


def test_the_default() -> None:
    """The default is reached by what satisfies no case, also where cases take most of the numbers."""
    tests = (Test("has_number_lt", (Decimal(2000),)), Test("has_any_word", ("hm",)))
    (text, *_) = solved(*tests)
    assert not any(test.passes(ENVIRONMENT, text) for test in tests)


def test_a_shadowed_case_has_no_solution() -> None:
    """Where an earlier case takes all that a later one could, there is no text."""
    assert solved(Test("has_any_word", ("no yes",)), Test("has_phrase", ("yes",)), number=1) == []
    assert solved(Test("has_number"), Test("has_number_gt", (Decimal(5),)), number=1) == []


LEFT: dict[str, tuple[Test, ...]] = {
    "the word alone": (Test("has_only_phrase", ("yes",)), Test("has_any_word", ("yes",))),
    "the word at the beginning": (Test("has_beginning", ("yes",)), Test("has_any_word", ("yes",))),
    "the number alone": (Test("has_pattern", (r"^[-\d.,]+$",)), Test("has_number")),
    "the word, not the number": (Test("has_any_word", ("1 one",)), Test("has_number_eq", (Decimal(1),))),
    "all but a narrow gap": (
        Test("has_number_lte", (Decimal(2),)),
        Test("has_number_gte", (Decimal("2.1"),)),
        Test("has_number"),
    ),
}


@pytest.mark.parametrize("taken", LEFT)
def test_what_an_earlier_case_leaves(taken: str) -> None:
    """A case that an earlier one leaves anything is not called dead: other words and gaps between limits are tried."""
    tests = LEFT[taken]
    assert solved(*tests, number=len(tests) - 1)
    assert blocked(ENVIRONMENT, tests, len(tests) - 1) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{4}$",
        r"(?i)reg\s+(\w+)",
        r"[^\d\s]+!",
        r"a|b|cd",
        r"^(male|female)\b",
        r"\pL+",
        r"x?y*z+",
        r"^$",
        r"^\p{Ethiopic}+$",
        r"^[\p{Arabic} ]{3,}$",
        r"^\PL+$",
        r"^(?i)hosp(ital)?\b.*[^0-9]$",
        r"\bmama\b.*\bmtoto\b",
    ],
)
def test_patterns(pattern: str) -> None:
    """For patterns as flows have them one of the texts is right."""
    assert any(compile_pattern(pattern).search(text) for text in texts_for(pattern))


def test_a_test_that_goes_wrong() -> None:
    """Of a case whose arguments no text can do with, what is wrong with them is told."""
    why = blocked(ENVIRONMENT, [Test("has_pattern", ("(?<=x)y",))], 0)
    assert why == "it goes wrong: error calling has_pattern(...): must be called with a valid regular expression"


def test_a_pattern_that_is_none() -> None:
    """A pattern that cannot be read has no texts."""
    assert texts_for("(") == []

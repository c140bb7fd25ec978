"""Sentences about health workers hold names, titles and states against those there are."""

from __future__ import annotations

import pytest
from rapidpro_simulator.steps.words import UnknownWordError

from .saying import BACKGROUND, say

WORKERS = """
    | name  | phone         | place   |
    | Joyce | +265991111111 | Area 25 |
"""
TASKS = """
    | task  | after the form | completed by |
    | Visit | triage         | follow_up    |
"""


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ('Then the health worker has no tasks "Vist"', "no task is called 'Vist'; did you mean 'Visit'?"),
        ('Then the task "Visit" of the health worker is completed', "did you mean 'Completed'?"),
        ('Then the health worker "Joy" has no tasks', "no health worker is called 'Joy'"),
    ],
)
def test_a_wrong_word_names_the_right_ones(request: pytest.FixtureRequest, sentence: str, complaint: str) -> None:
    """Also where nothing of that name is what the sentence expects."""
    say(request, *BACKGROUND, "Given these health workers", block=WORKERS)
    say(request, "Given these tasks of health workers are declared", block=TASKS)

    with pytest.raises(UnknownWordError) as raised:
        say(request, sentence)

    assert complaint in str(raised.value)


def test_tasks_for_nobody(request: pytest.FixtureRequest) -> None:
    """Tasks that are declared before there is a health worker would be nobody's."""
    say(request, *BACKGROUND)

    with pytest.raises(UnknownWordError, match="say first who there is"):
        say(request, "Given these tasks of health workers are declared", block=TASKS)


def test_a_title_without_tasks(request: pytest.FixtureRequest) -> None:
    """A task that is declared may be asked about before any report asks for it."""
    say(request, *BACKGROUND, "Given these health workers", block=WORKERS)
    say(request, "Given these tasks of health workers are declared", block=TASKS)

    say(request, 'Then the health worker has no tasks "Visit"')

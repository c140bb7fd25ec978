"""Sentences about health workers hold names, titles and states against those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rapidpro_simulator.steps.words import UnknownWordError

from .saying import BACKGROUND, say

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

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


def test_the_journal_calls_tasks_declared(request: pytest.FixtureRequest, simulation: Simulation) -> None:
    """Whoever reads what happened sees that no rules of a project stand behind a task."""
    say(request, *BACKGROUND, "Given these health workers", block=WORKERS)
    say(request, "Given these tasks of health workers are declared", block=TASKS)

    say(request, 'When the health worker submits the form "triage"')

    [event] = simulation.journal.where(kind="phone.task")
    assert (event.get("origin"), event.get("title"), event.get("state")) == ("declared", "Visit", "Ready")


def test_rules_that_cannot_be_run(request: pytest.FixtureRequest, simulation: Simulation) -> None:
    """A phone whose rules are no JavaScript, as those for nools are, says so once and synchronises all the same."""
    rules = '{"tasks": {"rules": "define Contact { contact: null }", "schedules": []}}'
    say(request, *BACKGROUND, "Given the settings of CHT include", block=rules)
    say(request, "Given these health workers", block=WORKERS)
    say(request, "Given these tasks of health workers are declared", block=TASKS)

    say(request, 'When the health worker submits the form "triage"')

    say(request, "Then a task is created for the health worker")
    assert len(simulation.journal.where(kind="phone.rules_failed")) == 1

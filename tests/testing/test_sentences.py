from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.narrator import Narrator
from rapidpro_simulator.testing.sentences import SentenceError, read_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORLD = """
Given a RapidPro workspace "Main"
And a CHT instance that sends through the workspace "Main"
"""


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        yield simulation


def say(simulation: Simulation, text: str, *folders: Path) -> None:
    narrator = Narrator(simulation, *folders)
    for sentence in read_sentences(text):
        narrator.say(sentence)


def test_a_story(simulation: Simulation) -> None:
    """Sentences do what they do in a scenario, tables and texts below them included."""
    say(
        simulation,
        WORLD
        + """
        And these contacts
          | phone         | name |
          | +254712345678 | Asha |
        When a pending message to "+254712345678" with the text "Visit tomorrow" is added
        Then within 5 minutes the message is in the state "delivered"
        And the contacts are
          | phone         | name |
          | +254712345678 | Asha |
        """,
    )
    assert len(simulation.journal.where("message.created")) == 1


def test_files(simulation: Simulation, tmp_path: Path) -> None:
    """Files that sentences name are found in the folders that are given."""
    (tmp_path / "settings.json").write_text('{"locale": "sw"}', encoding="utf-8")
    say(simulation, WORLD + 'And the app settings of "settings.json"', tmp_path)
    with pytest.raises(SentenceError, match=r"there is no other\.json in"):
        say(simulation, 'Given the app settings of "other.json"', tmp_path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("When the gateway restartet", "did you mean: When the gateway is restarted"),
        ("When 1 hour passes away", "there is no such sentence"),
        ("Given these contacts", "below this sentence stands a table"),
        ('Given the workspace "Mian" may make 10 requests an hour in the scope "v2.messages"', "did you mean 'Main'"),
        ("Then CHT has 3 incoming messages", "incoming"),
    ],
)
def test_mistakes(simulation: Simulation, text: str, problem: str) -> None:
    """A sentence that cannot be said, or is not true, is named, and what would be right."""
    say(simulation, WORLD)
    with pytest.raises(SentenceError, match=problem) as caught:
        say(simulation, text)
    assert str(caught.value.sentence) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("And 1 hour passes", "line 1: And repeats"),
        ("When 1 hour passes\nand then", "line 2"),
        ("When 1 hour passes\nScenario: another\nWhen 1 hour passes", "of one scenario"),
    ],
)
def test_no_sentences(text: str, problem: str) -> None:
    """What is no Gherkin is refused, with the line."""
    with pytest.raises(ValueError, match=problem):
        read_sentences(text)


def test_positions() -> None:
    """A sentence knows its keyword, what that means, and its line."""
    sentences = read_sentences("Given a\n\n* b\nWhen c\nBut d")
    assert [(each.keyword, each.kind, each.text, each.line) for each in sentences] == [
        ("Given", "given", "a", 1),
        ("*", "given", "b", 3),
        ("When", "when", "c", 4),
        ("But", "when", "d", 5),
    ]

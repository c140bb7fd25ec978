"""A saved journal, and the traffic of a live system, become scenarios."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.recording.faults import ordinal, sentence_of
from rapidpro_simulator.laboratory.recording.from_har import read_har
from rapidpro_simulator.laboratory.recording.from_journal import recording_of
from rapidpro_simulator.laboratory.recording.recorder import finished
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.narrator import Narrator
from rapidpro_simulator.testing.sentences import read_sentences
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.saved_journal import read_journal

if TYPE_CHECKING:
    from pathlib import Path

STORY = """
Given RapidPro workspaces "Old" and "New" on "textit.com"
And messages of the workspace "Old" become wired, sent
And the workspace "New" may make 5 requests an hour in the scope "v2.messages"
And a CHT 4.10 instance that sends through the workspace "Old"
When 2 pending messages to "+254712345678" with the text "Visit" are added
And the 2nd broadcast request is answered with 500 after its side effect
And 5 minutes pass
And the instance is switched to the workspace "New"
And 10 minutes pass
"""


def test_a_journal(tmp_path: Path) -> None:
    """The world, what was done to it, the fault where it struck, and the quota that was used up are found again."""
    with Simulation() as simulation:
        narrator = Narrator(simulation)
        for sentence in read_sentences(STORY):
            narrator.say(sentence)
        simulation.journal.save(tmp_path / "journal.jsonl")
    scenario = finished(recording_of(read_journal(tmp_path / "journal.jsonl")), shorten=False)
    assert [str(step) for step in (*scenario.background, *scenario.steps)] == [
        'Given RapidPro workspaces "Old" and "New" on "textit.com"',
        'Given messages of the workspace "Old" become wired, sent',
        'Given the workspace "New" may make 5 requests an hour in the scope "v2.messages"',
        'Given a CHT 4.10 instance that sends through the workspace "Old"',
        'When 2 pending messages to "+254712345678" with the text "Visit" are added',
        "When the 2nd broadcast request is answered with 500 after its side effect",
        "When 5 minutes pass",
        'When the instance is switched to the workspace "New"',
        "When 10 minutes pass",
    ]
    assert 'the workspace "Old" has 3 messages' in [step.text for step in scenario.outcome]


def test_nothing_to_tell() -> None:
    """A journal without a RapidPro is no scenario."""
    with pytest.raises(ValueError, match="no workspace of RapidPro"):
        recording_of(Journal(FrozenClock()))


SENT = '{"urns": ["tel:+254712345678"], "text": "Visit"}'
HAR = {
    "log": {
        "version": "1.2",
        "entries": [
            {
                "startedDateTime": f"2026-03-02T08:0{minute}:00.000Z",
                "request": {
                    "method": method,
                    "url": f"https://textit.com/api/v2/{path}",
                    "headers": [{"name": "Authorization", "value": "Token abc"}],
                    **({"postData": {"text": SENT}} if method == "POST" else {}),
                },
                "response": {"status": status, "content": {"text": "{}"}},
            }
            for minute, method, path, status in [
                (1, "POST", "broadcasts.json", 503),
                (2, "POST", "broadcasts.json", 201),
                (3, "GET", "messages.json?broadcast=1", 200),
                (4, "GET", "messages.json?broadcast=1", 429),
            ]
        ],
    }
}


def test_traffic() -> None:
    """Requests of a live system tell of its workspace, of what went wrong, and of its quota."""
    recording = recording_of(read_har(json.dumps(HAR)))
    assert [step.text for step in recording.scenario.background] == [
        'a RapidPro workspace "Main" on "textit.com"',
        'the workspace "Main" may make 1 requests an hour in the scope "v2.messages"',
    ]
    assert "the next broadcast request is answered with 503" in [step.text for step in recording.scenario.steps]


@pytest.mark.parametrize("text", ["", "[]", '{"log": {}}', '{"log": {"entries": [{}]}}'])
def test_no_traffic(text: str) -> None:
    """What is no HAR file is refused."""
    with pytest.raises(ValueError, match="no HAR file"):
        read_har(text)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("status 503", "the next status request is answered with 503"),
        ("reset after the side effect", "the next status request is reset after its side effect"),
        ("no answer", "the next status request is never answered"),
        ("a mood", None),
        (None, None),
    ],
)
def test_faults(fault: str | None, sentence: str | None) -> None:
    """A fault of the journal is said as the sentence that lets it strike."""
    data = {"method": "GET", "path": "/api/v2/messages.json", "to": "textit.com", "fault": fault}
    assert sentence_of(data) == sentence


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (112, "112th")]
)
def test_ordinals(number: int, shown: str) -> None:
    """Numbers are said as people say them."""
    assert ordinal(number) == shown

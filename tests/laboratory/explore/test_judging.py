"""What is found in a world, and how it is told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.explore import causes
from rapidpro_simulator.laboratory.explore.causes import Cause, Task, WorldError, explain, rules_broken
from rapidpro_simulator.laboratory.explore.drawing import draw
from rapidpro_simulator.laboratory.explore.events import ACCIDENTS
from rapidpro_simulator.laboratory.explore.judging import ASKS_LESS, ENDED, NOT_BACK, first_breach, live_through
from rapidpro_simulator.laboratory.explore.writing import in_one_breath, write
from rapidpro_simulator.laboratory.recording.scenario import Step

from .worlds import EVENTS, LOST, fault, world

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.laboratory.explore.random_worlds import RandomWorld
    from rapidpro_simulator.laboratory.recording.scenario import Scenario

TWICE = "no message is sent twice"
TO_OTHER = next(event for event in ACCIDENTS if event.text.endswith('switched to the workspace "Other"'))
BUSY = world("a pending message is added", fault(LOST), "10 minutes pass", 'the workspace "Main" is restored')


def test_a_seed_and_a_number_are_a_world() -> None:
    """The same numbers give the same world, others another one, and number 0 is the simplest."""
    assert draw("cht", 1, 7) == draw("cht", 1, 7)
    assert len({draw("cht", seed, number) for seed in (1, 2) for number in (7, 8)}) == 4
    assert draw("cht", 1, 0).causes == frozenset()


def test_what_one_gateway_breaks_another_keeps() -> None:
    """A lost answer makes CHT's gateway send twice, and the standalone gateway ask."""
    assert [found.rule for found in live_through(world(fault(LOST)), "cht:5.2")] == [TWICE]
    assert live_through(world(fault(LOST)), "standalone") == []


def test_a_gateway_that_asks_again_and_again_is_stopped() -> None:
    """A question that fails is asked hundreds of times a second: the world does not go on for ever."""
    restless = world(
        "1 minute passes", fault("questions fail", "", "1 hour"), "1 hour passes", messages="2 pending messages"
    )

    (found,) = live_through(restless, "cht:5.2")

    assert "makes at most 100 RapidPro requests" in found.rule


def test_many_messages_may_be_asked_about_more_often() -> None:
    """Ten messages with an unknown status: who asks less and less keeps the rule, who asks each minute does not."""
    unknown = fault("RapidPro has a new status", "", "1 hour")
    many = world("8 pending messages are added", unknown, "1 hour passes", messages="2 pending messages")

    assert many.message_count == 10
    assert live_through(many, "standalone") == []
    assert any("at most 200 RapidPro requests" in found.outcome for found in live_through(many, "cht:5.2"))


def test_what_nobody_can_do_is_left_out() -> None:
    """While CHT's database is away nobody adds messages: all else happens, and is judged."""
    away = fault("CHT has no database", "", "10 minutes")
    busy = world(away, "a pending message is added", "1 hour passes", fault(LOST), "a pending message is added")

    assert [found.rule for found in live_through(busy, "cht:5.2")] == [TWICE]


def test_somebody_who_edits_a_message_overcomes_conflicts() -> None:
    """They are meant for the gateway."""
    edited = world("the next 2 writes of message states meet a conflict", 'message 1 is set to "pending"')

    assert live_through(edited, "standalone") == []


def test_what_there_is_nothing_to_do_to_is_left_out() -> None:
    """A carrier reports no message that RapidPro does not have yet."""
    late = replace(EVENTS["a report comes late"], text='the carrier reports message 9 of the workspace "Main" as sent')

    assert live_through(world(late, fault(LOST), "10 minutes pass"), "cht:5.2")[0].rule == TWICE


def test_a_message_that_nobody_reports_on_is_asked_about_less_and_less() -> None:
    """A day later a gateway has all but given it up; CHT's own asks each minute as before."""
    silent = world(settings=(EVENTS["a carrier reports nothing"],))

    assert [found.rule for found in live_through(silent, "cht:5.2")] == [ASKS_LESS]
    assert live_through(silent, "standalone") == []


def test_a_status_that_nobody_knows_takes_a_message_back() -> None:
    """It must have been sent before the status comes: that random worlds get there is rare."""
    new = fault("RapidPro has a new status", "next 3")
    sent = world(
        "10 minutes pass", new, "10 minutes pass", settings=(EVENTS["a carrier does not tell of the delivery"],)
    )

    assert NOT_BACK in {found.rule for found in live_through(sent, "cht:5.2")}
    assert live_through(sent, "standalone") == []


def test_what_cht_notes_late_is_not_the_gateways_doing() -> None:
    """A conflict keeps CHT from noting what it has offered, until after the gateway has said that it has it."""
    assert live_through(draw("standalone", 5, 771), "standalone") == []


def test_messages_of_an_account_that_was_left_come_to_an_end() -> None:
    """Their carrier may never report them: with CHT's own gateway they stay open for ever."""
    moved = world(
        EVENTS["a carrier stands still"],
        "2 pending messages are added",
        "10 minutes pass",
        EVENTS["CHT moves to another host"],
    )

    assert ENDED in {found.rule for found in live_through(moved, "cht:5.2")}
    assert live_through(moved, "standalone") == []


def test_an_error_in_a_world_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else than this line need travel between processes."""
    monkeypatch.setattr(Task, "world", lambda _: world('message 7 is set to "pending"'))

    with pytest.raises(WorldError, match=r"AssertionError: CHT has 1 messages.*in administrator.py line \d+ .seed 1."):
        rules_broken(Task("standalone", "standalone", 1, 3))


@pytest.mark.parametrize(
    ("pauses", "told"),
    [
        (["1 minute passes", "1 minute passes"], "2 minutes pass"),
        (["30 seconds pass", "1 minute passes"], "90 seconds pass"),
        (["30 minutes pass", "30 minutes pass"], "1 hour passes"),
    ],
)
def test_pauses_in_a_row_are_one(pauses: list[str], told: str) -> None:
    """A person would not wait a minute, and then another."""
    assert breath(*pauses) == [told]


def breath(*pauses: str) -> list[str]:
    return [step.text for step in in_one_breath(tuple(Step("When", text) for text in pauses))]


def test_nobody_counts_the_minutes_of_a_day() -> None:
    """A day and a minute stay what they are, where both are needed."""
    assert breath("1 minute passes", "1 day passes") == ["1 minute passes", "1 day passes"]


def test_a_short_pause_beside_a_long_one_is_not_told() -> None:
    """It is not what the rule is broken for."""
    silent = world("1 minute passes", settings=(EVENTS["a carrier reports nothing"],))

    scenario, _ = told(silent, ASKS_LESS)

    assert [str(step) for step in scenario.steps][-1] == "When 1 day passes"


def test_the_evidence_is_that_of_the_scenario() -> None:
    """The world went on after its last event; whoever runs the scenario is told what is written beside it."""
    moved = world("1 minute passes", TO_OTHER, "10 minutes pass")

    scenario, what = told(moved, "no workspace is asked about messages of another")

    assert what == "Other on textit.com was asked 10 times about broadcasts that are another's"
    assert scenario.remarks == (f"Found with the gateway cht:5.2: {what}",)


def told(what_happens: RandomWorld, rule: str) -> tuple[Scenario, str]:
    """Return the scenario in which CHT's gateway breaks a rule as in a world, and what is wrong in the end."""
    breach = first_breach(what_happens, "cht:5.2", rule)
    assert breach is not None
    written = write(*breach, "cht:5.2")
    assert written is not None
    return written


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Task:
    """Give a task whose world is BUSY, and is left as it is by whoever would shrink it by drawing."""
    monkeypatch.setattr(Task, "world", lambda _: BUSY)
    monkeypatch.setattr(causes, "shrink", _first_event_that_breaks)
    return Task("cht:5.2", "cht", 1, 3)


def _first_event_that_breaks(_kind: str, _seed: int, _number: int, is_broken: object, *, most: int) -> RandomWorld:
    assert callable(is_broken)
    assert most
    return next(each for each in map(world, BUSY.events) if is_broken(each))


def test_a_breach_becomes_a_scenario_that_fails(drawn: Task, tmp_path: Path) -> None:
    """The scenario reads as if somebody had written it, and pytest says which of its sentences is not true."""
    cause, is_new = explain(drawn, TWICE, [])

    assert is_new
    assert cause.title == f"No message is sent twice: {LOST}"
    assert cause.feature.splitlines()[-4:] == [
        "    Given a pending message",
        "    And the next broadcast request is reset after its side effect",
        "    When 10 minutes pass",
        "    Then no message is sent twice",
    ]
    (tmp_path / "found.feature").write_text(cause.feature, encoding="utf-8")
    for gateway, ending in (("cht:5.2", "1 failed"), ("standalone", "1 passed")):
        command = [sys.executable, "-m", "pytest", "-q", "--gateway", gateway, "found.feature"]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ending in ended.stdout, ended.stdout


def test_what_is_known_is_not_told_again(drawn: Task) -> None:
    """A cause is taken out of the world; what is kept then was broken by it."""
    known = Cause(TWICE, (LOST,), 1, "", "")

    assert explain(drawn, TWICE, [known]) == (known, False)

"""The report of a failed scenario: the scenario, the step and its error first, whatever kind of error it is."""

from __future__ import annotations

import os
import re
import shlex
import sys
from subprocess import run as run_process
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing import invariants
from rapidpro_simulator.testing.invariants import Breach

if TYPE_CHECKING:
    from pathlib import Path

BACKGROUND = """Feature: Failing
  Background:
    Given a RapidPro workspace "Kisumu"
    And a CHT instance that sends through the workspace "Kisumu"
  Scenario: S
"""
FIRST_STEP = BACKGROUND.count("\n") + 1
CONFTEST = """
import json
import pytest
from pytest_bdd import given, when
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.loop import AdvanceLimitError, Limits

@pytest.fixture
def broken():
    raise OSError("no such device")

@given("a broken fixture")
def a_broken_fixture(broken): ...

@when("my step compares")
def my_step_compares():
    found = 3
    assert found == 4, "mine"

@when("my step reads")
def my_step_reads():
    json.loads("{")

@when("my step is used wrongly")
def my_step_is_used_wrongly():
    raise UsageError("write it so")

@when("the advance never ends")
def never_ends(simulation):
    simulation.loop.limits = Limits(iterations=1)
    simulation.advance(hours=100)

@when("nothing can happen")
def nothing_can_happen(simulation):
    simulation.gateways.popitem()[1].stop()
    simulation.run(simulation.instances["cht.example.org"].stop())
    simulation.loop.run(simulation.loop.create_future())
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


def fail(pytester: pytest.Pytester, steps: str, *options: str, conftest: str = CONFTEST) -> list[str]:
    """Run a scenario of `steps` and return the lines of its report, below its title."""
    pytester.makeini("[pytest]\naddopts = -p no:schemathesis -p no:randomly --import-mode=importlib\n")
    pytester.makeconftest(conftest)
    (pytester.path / "failing.feature").write_text(BACKGROUND + steps, encoding="utf-8")
    lines = pytester.runpytest_inprocess("-q", *options).outlines
    title = next(number for number, line in enumerate(lines) if re.fullmatch(r"_+ .*test_s _+", line))
    return lines[title + 1 :]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ('Given a pending mesage to "+254712345678"', "no step has this sentence"),
        ('Then +265991234568 has got "hello" 1 times', "expected 1 time 'hello'; there are []"),
        (
            'When the instance is switched to the workspace "Kisimu"',
            "UnknownWordError: no workspace is called",
        ),
        ('Given the flows of "our-flows.json"', "UnknownWordError: there is no our-flows.json"),
        (
            'Given the keyword "JOIN" starts the flow "Registration"',
            "UnknownWordError: no flow is called",
        ),
        ("Then the gateway has made 7 broadcast requests", "expected 7 broadcast requests; it made 0"),
        ('When 265991234567 texts "hello"', "UnreadableError: '265991234567' is no phone number"),
        ("When 2 fortnights pass", "no step has this sentence"),
        ("Given a broken fixture", "OSError: no such device"),
        ("When my step compares", "AssertionError: mine"),
        ("When my step reads", "JSONDecodeError: Expecting property name"),
        ("When my step is used wrongly", "UsageError: write it so"),
        ("When the advance never ends", "AdvanceLimitError: the advance took more than 1 rounds of the event loop"),
        ("When nothing can happen", "DeadlockError: this would wait for ever"),
    ],
)
def test_the_step_and_its_error_come_first(pytester: pytest.Pytester, step: str, error: str) -> None:
    """The file, the scenario, the failing step and its error are the first lines of every report."""
    report = fail(pytester, f"    {step}\n")

    assert report[:2] == ["failing.feature:5: Scenario: S", f"failing.feature:{FIRST_STEP}: {step}"]
    assert report[2].startswith(f"E   {error}")


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ("    Given the next status request is refused\n", "UnusedFaultError: what should have gone wrong never did:"),
        ("    When 1 minute passes\n", "InvariantError: the simulator has broken"),
    ],
)
def test_what_fails_behind_the_last_step_says_so(
    pytester: pytest.Pytester, steps: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that never struck and a broken invariant are of the whole scenario."""
    monkeypatch.setattr(invariants, "find_breaches", lambda _: [Breach("counters", "they differ", by_simulator=True)])
    report = fail(pytester, steps)

    assert report[1] == "failing.feature: when all of its steps had passed"
    assert report[2].startswith(f"E   {error}")


def test_a_fixture_that_fails_before_the_first_step_is_shown(pytester: pytest.Pytester) -> None:
    """The scenario comes first there too, and the user's own fixture is shown."""
    conftest = "import pytest\n@pytest.fixture(autouse=True)\ndef early():\n    raise OSError('no device')\n"
    report = fail(pytester, "    When 1 minute passes\n", conftest=conftest)

    assert report[1:3] == ["failing.feature: before its first step", "E   OSError: no device"]
    assert ">       raise OSError('no device')" not in report[:3]
    assert any("raise OSError('no device')" in line for line in report)


def _story(report: list[str]) -> int:
    return next(number for number, line in enumerate(report) if "what happened" in line)


def _entries(report: list[str]) -> list[str]:
    """Return the lines of the story that are entries of the journal, and the gaps between them."""
    story = report[_story(report) :]
    first = next(number for number, line in enumerate(story) if line.startswith("entries of the journal"))
    last = next(number for number, line in enumerate(story) if line.startswith("messages of"))
    return story[first + 1 : last]


def test_code_of_the_simulator_is_not_shown(pytester: pytest.Pytester) -> None:
    """What happened follows the error at once."""
    report = fail(pytester, '    When the instance is switched to the workspace "Kisimu"\n')

    assert _story(report) <= 4


@pytest.mark.parametrize("option", ["-vvv", "--full-trace"])
def test_all_code_is_shown_on_request(pytester: pytest.Pytester, option: str) -> None:
    """The step and its error still come first."""
    report = fail(pytester, '    When the instance is switched to the workspace "Kisimu"\n', option)

    assert report[2].startswith("E   UnknownWordError")
    assert any("in switch" in line or "def switch" in line for line in report)


@pytest.mark.parametrize(
    ("step", "line"), [("my step compares", "assert found == 4"), ("the advance never ends", "advance(hours=100)")]
)
def test_a_step_of_ones_own_is_shown_from_its_code_on(pytester: pytest.Pytester, step: str, line: str) -> None:
    """Neither pytest-bdd nor the simulator stands around it."""
    report = fail(pytester, f"    When {step}\n")
    code = "\n".join(report[: _story(report)])

    assert f">       {'simulation.' if 'advance' in line else ''}{line}" in code
    assert "call_fixture_func" not in code
    assert "raise AdvanceLimitError" not in code


def test_the_cause_is_told_however_long_ago_it_was(pytester: pytest.Pytester) -> None:
    """A fault stands before the last lines, with the gap between them."""
    steps = """
    Given messages of the workspace "Kisumu" become wired
    And the next broadcast request is answered with 500 after its side effect
    And a pending message
    When 2 hours pass
    Then the gateway has made 1 broadcast request
"""
    story = _entries(fail(pytester, steps))
    told = [line for line in story if "[fault: status 500 after the side effect]" in line]
    copies = [line for line in story if re.search(r"message \d+ of broadcast 1 to .* is ", line)]
    gaps = [line for line in story if re.fullmatch(r"  … \d+ more", line)]

    assert (len(told), len(copies)) == (1, 1)
    assert len(gaps) >= 1


def test_the_first_refusal_is_told(pytester: pytest.Pytester) -> None:
    """The first 429 is a cause, the many that follow are not."""
    steps = """
    Given the next 500 status requests are answered with 429
    And messages of the workspace "Kisumu" become wired
    And a pending message
    When 3 hours pass
    Then the gateway has made 1 broadcast requests
    And the gateway has made 1 status requests
"""
    report = fail(pytester, steps)
    refused = [line for line in _entries(report) if "→ 429" in line]

    assert "08:02:0" in refused[0]
    assert "08:03:0" not in refused[1]


def test_junit_tells_the_whole_failure(pytester: pytest.Pytester) -> None:
    """The step, the story and the command that reproduces it are in the report of `--junitxml`."""
    report = fail(pytester, "    Then the gateway has made 7 broadcast requests\n", "--junitxml", "junit.xml")
    case = ET.parse(pytester.path / "junit.xml").getroot()[0][-1]
    failure = case.find("failure")
    properties = {each.get("name"): each.get("value", "") for each in case.iter("property")}

    assert report
    assert failure is not None
    assert (failure.get("message") or "").startswith("expected 7 broadcast requests; it made 0")
    assert "what happened" in (failure.text or "")
    assert properties["step"] == "Then the gateway has made 7 broadcast requests"
    assert properties["scenario"] == "failing.feature:5: S"
    assert properties["reproduce"].startswith("pytest '")
    assert properties["reproduce"] in (failure.text or "")


def test_the_command_works_in_any_folder(pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory) -> None:
    """It runs the same scenario with the steps of its project, from somewhere else."""
    (pytester.path / "features").mkdir()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    pytester.makeconftest(CONFTEST)
    path = pytester.path / "features" / "failing.feature"
    path.write_text(f"{BACKGROUND}    When my step compares\n", encoding="utf-8")
    lines = pytester.runpytest_inprocess("-q", "-p", "no:randomly").outlines
    [command] = [line for line in lines if line.startswith("pytest '")]

    assert "E   AssertionError: mine" in _called(command, elsewhere)


def _called(command: str, folder: Path) -> str:
    words = [sys.executable, "-m", *shlex.split(command)]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return run_process(words, cwd=folder, env=variables, capture_output=True, text=True, check=False).stdout

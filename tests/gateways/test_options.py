"""pytest with a gateway in another process: options, what is refused or skipped, and how a failure is had again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation

from .conftest import program
from .test_command import dilated

if TYPE_CHECKING:
    from pathlib import Path

FEATURE = """
Feature: F

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: Delivery
    Given 2 pending messages
    Then within 20 hours 2 messages are in the state "delivered"
    And within 20 hours the messages are
      | state     |
      | delivered |
      | delivered |

  @frozen
  Scenario: Instants
    When 1 second passes

  Scenario: Month
    When 30 days pass

  Scenario: Failure
    Then within 1 second 1 message is in the state "delivered"

  Scenario: Steering
    When the gateway stands still
    And the gateway goes on
    And the gateway has no network
    And the gateway has its network again
    And the gateway is stopped
    And the gateway is started again
"""
WAITS = program("import time", "print('ready')", "time.sleep(1000)")


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:randomly --import-mode=importlib\n")
    (pytester.path / "f.feature").write_text(FEATURE, encoding="utf-8")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-rs", *options)


@dilated
def test_our_gateway_needs_no_more_than_its_command(project: pytest.Pytester) -> None:
    """It is told by the usual template, and lives in the simulation's time."""
    result = run(project, "-k", "delivery", "--gateway", "command:python -m cht_rapidpro_gateway", "--gateway-faketime")

    result.assert_outcomes(passed=1, deselected=4)
    line = "*: command:python -m cht_rapidpro_gateway; 600 times as fast as real time; *clock goes along, by *"
    result.stdout.fnmatch_lines([line])


def test_without_faketime_time_is_real(project: pytest.Pytester) -> None:
    """The gateway's own timers are what they are, so the simulation waits for them, unless it is told to be fast."""
    result = run(project, "-k", "instants", "--gateway", "command:true")

    result.assert_outcomes(skipped=1, deselected=4)
    result.stdout.fnmatch_lines(["*; 1 times as fast as real time; the gateway's clock is its own"])
    result.stdout.fnmatch_lines(["*@frozen: it is about exact instants*"])


def test_frozen_scenarios_run_in_frozen_time(project: pytest.Pytester) -> None:
    """The tag says nothing where time stands still; what only other processes bear is skipped there."""
    result = run(project, "-k", "instants or steering")

    result.assert_outcomes(passed=1, skipped=1, deselected=3)
    result.stdout.fnmatch_lines(["*this can be done to gateways in processes of their own: command:… or docker:…"])


def test_a_program_is_steered(project: pytest.Pytester) -> None:
    """Every sentence about its process is there."""
    options = ["--gateway", f"command:{WAITS}", "--gateway-ready", "log:ready", "--speed", "600"]

    run(project, "-k", "steering", *options).assert_outcomes(passed=1, deselected=4)


def test_a_failure_names_all_options(project: pytest.Pytester) -> None:
    """Whoever reads it has it again with one command."""
    options = ["--gateway", "command:sleep '10 0'", "--gateway-ready", "started", "--gateway-env", "A=B C"]

    result = run(project, "-k", "failure", *options, "--speed", "5000")

    result.assert_outcomes(failed=1, deselected=4)
    shown = shlex.join(
        [*options[:2], "--generation", "community", "--gateway-env", "A=B C", "--gateway-ready", "started"]
    )
    scenario = f"pytest '{project.path}/f.feature::test_failure'"
    assert f"{scenario} --seed 0 {shown} --speed 5000.0 -p no:randomly" in result.stdout.str()


@pytest.mark.parametrize(
    ("speed", "patience", "allowed"),
    [
        ("600", [], "30 days, 0:00:00 are 1:12:00 of real time at the speed 600, and no more than 0:02:00 are allowed"),
        ("2000000", ["--gateway-patience", "1"], "0:00:01 of real time at the speed 2e+06, and no more than 0:00:01"),
        ("2000000", [], ""),
    ],
)
def test_what_takes_too_long_is_skipped(
    project: pytest.Pytester, speed: str, patience: list[str], allowed: str
) -> None:
    """Nobody wants to wait for hours by accident."""
    options = ["--gateway", f"command:{WAITS}", "--gateway-ready", "log:ready", "--speed", speed, *patience]

    result = run(project, "-k", "month", *options)

    result.assert_outcomes(passed=0 if allowed else 1, skipped=1 if allowed else 0, deselected=4)
    assert allowed in result.stdout.str()


def test_one_that_does_not_start_fails_with_its_last_words(project: pytest.Pytester) -> None:
    """The failure shows what it wrote."""
    result = run(project, "-k", "delivery", "--gateway", "command:sh -c 'echo no luck; exit 4'", "--speed", "600")

    result.assert_outcomes(failed=1, deselected=4)
    result.stdout.fnmatch_lines(["*ended before it was ready: exit code 4; its last words:", "*  no luck"])


def test_without_an_engine_containers_are_skipped(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{project.path}/no.sock")

    result = run(project, "-k", "delivery", "--gateway", "docker:anything")

    result.assert_outcomes(skipped=1, deselected=4)
    result.stdout.fnmatch_lines(["*no Docker engine can be reached at unix://*/no.sock: *"])


def test_what_to_configure_is_shown(project: pytest.Pytester) -> None:
    """Before the first scenario, so that the gateway can be configured."""
    result = run(project, "-k", "instants", "--gateway", "running", "--seed", "7")

    result.stdout.fnmatch_lines(
        [
            "rapidpro-simulator: the gateway should be configured so:",
            "  CHT       http://127.0.0.1:5988  user gateway  password *",
            "  RapidPro  http://127.0.0.1:8000  token *",
        ]
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--speed", "60"], "--speed is for gateways in other processes: command:…, docker:… or running"),
        (["--gateway-env", "A=1"], "--gateway-env is for gateways in other processes"),
        (["--gateway-faketime"], "--gateway-faketime is for gateways in other processes"),
        (["--gateway", "running", "--speed", "0"], "the speed of a clock is a number above 0, not 0.0"),
        (["--gateway", "running", "--gateway-env", "A"], "--gateway-env A: write NAME=TEMPLATE, as in RAPIDPRO_URL="),
        (
            ["--gateway", "running", "--gateway-env", "A={b}"],
            "'{b}': there is no placeholder {b}; possible are: cht_url",
        ),
        (["--gateway", "running", "--gateway-ready", "soon"], "'soon' does not say when a gateway is ready"),
        (["--gateway", "running", "--gateway-config", "no.toml"], "no.toml cannot be read: No such file or directory"),
        (["--gateway", "running", "-n", "2"], "cannot serve several processes: leave out -n"),
        (["--gateway", "command:run {b}"], "'{b}': there is no placeholder {b}"),
        (["--gateway", "command:run 'b"], '"run \'b" is no command: No closing quotation'),
        (["--gateway", "pigeon"], "'pigeon' names no gateway; possible are cht:RELEASE"),
    ],
)
def test_what_cannot_be_is_a_usage_error(project: pytest.Pytester, options: list[str], sentence: str) -> None:
    """It is refused before anything runs."""
    result = project.runpytest_inprocess(*options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stderr.str()


def test_several_processes_have_a_gateway_each(project: pytest.Pytester, tmp_path: Path) -> None:
    """pytest-xdist hands the options on."""
    pytest.importorskip("xdist")
    options = ["--gateway", f"command:{WAITS}", "--gateway-ready", "log:ready", "--speed", "600"]

    result = project.runpytest_subprocess("-n", "2", "-k", "steering or instants", *options, f"--junitxml={tmp_path}/r")

    result.assert_outcomes(passed=1, skipped=1)

"""What a scenario is judged by beyond its sentences: faults that never struck, and invariants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.invariants import Breach, simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKGROUND = """
Feature: Judged

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

"""
UNUSED = f"""{BACKGROUND}
  Scenario: Nothing goes wrong
    Given the next status request is refused
    When 2 minutes pass
    Then the gateway has made no broadcast requests
"""
CLEARED = UNUSED.replace("When 2 minutes pass", "When 2 minutes pass\n    And nothing goes wrong any more")
TWICE = f"""{BACKGROUND}
  Scenario: A message goes out twice
    Given the next broadcast request is reset after its side effect
    And a pending message
    When 3 minutes pass
    Then the gateway has made 2 broadcast requests
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


def run(pytester: pytest.Pytester, feature: str, *options: str) -> pytest.RunResult:
    pytester.makeini("[pytest]\naddopts = -p no:schemathesis -p no:randomly --import-mode=importlib\n")
    (pytester.path / "judged.feature").write_text(feature, encoding="utf-8")
    return pytester.runpytest_inprocess("-q", *options)


@pytest.mark.parametrize("feature", [UNUSED, CLEARED])
def test_a_fault_that_never_struck_fails_its_scenario(pytester: pytest.Pytester, feature: str) -> None:
    """The failure names the fault, and how to say that it need not happen."""
    result = run(pytester, feature)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*what should have gone wrong never did:", "*gateway[*] ? * GET /api/v2/messages[*]: refused*"]
    )


def test_a_fault_may_be_said_to_be_possible(pytester: pytest.Pytester) -> None:
    """Then it need not strike."""
    run(pytester, UNUSED.replace("is refused", "may be refused")).assert_outcomes(passed=1)


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1), (["-n", "1", "--strict"], 1)])
def test_a_breach_by_the_gateway_is_listed(pytester: pytest.Pytester, options: list[str], code: int) -> None:
    """The scenario passes all the same; with `--strict` the run does not."""
    result = run(pytester, TWICE, *options)

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*invariants that the gateway has broken*",
            "no message is sent twice: not in 1 scenario",
            "*was sent 2 times*",
        ]
    )
    assert result.ret == code


def test_a_gateway_without_a_breach_is_not_spoken_of(pytester: pytest.Pytester) -> None:
    """A good run is a short one."""
    good = TWICE.replace(" after its side effect", "")

    assert "invariants" not in run(pytester, good, "--strict").stdout.str()


def test_a_breach_by_the_simulator_fails_the_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is our defect, so nothing that the scenario says can be trusted."""

    def broken(_: Simulation) -> Iterator[Breach]:
        yield Breach("counters add up", "2 and 2 are 5", by_simulator=True)

    monkeypatch.setattr(simulator, "INVARIANTS", (broken,))
    result = run(pytester, TWICE, "-p", "no:xdist")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*counters add up: 2 and 2 are 5"])

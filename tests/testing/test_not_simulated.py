"""A scenario that fails says which settings of CHT nothing acts on."""

from __future__ import annotations

import pytest

from rapidpro_simulator.simulation import Simulation

LINE = "CHT's settings name what is not simulated: contact_summary, purge"
QUOTES = '"' * 3
FEATURE = f"""Feature: Purging
  Scenario: S
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the settings of CHT include
      {QUOTES}
      {{"contact_summary": "x", "purge": {{"cron": "0 0 * * SUN"}}}}
      {QUOTES}
    When 1 minute passes
    Then the gateway has made %s broadcast requests
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


def run(pytester: pytest.Pytester, requests: str) -> list[str]:
    (pytester.path / "outbound.feature").write_text(FEATURE % requests, encoding="utf-8")
    return pytester.runpytest_inprocess("-q", "-p", "no:randomly").outlines


def test_a_failure_names_what_is_not_simulated(pytester: pytest.Pytester) -> None:
    """Its report does, its story, and the end of the run."""
    lines = run(pytester, "7")

    assert lines.count(LINE) == 2
    assert any(line.endswith("  " + LINE) for line in lines)


def test_a_success_does_not(pytester: pytest.Pytester) -> None:
    """Whoever is green has nothing to wonder about."""
    assert not any("not simulated" in line for line in run(pytester, "no"))

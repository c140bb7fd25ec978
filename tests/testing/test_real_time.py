"""Frozen time is the simulation's: pytest's own clocks and stopwatches of a step stay real."""

from __future__ import annotations

import re

import pytest

from rapidpro_simulator.simulation import Simulation

FEATURE = "Feature: F\n  Scenario: S\n    When I measure\n"
CONFTEST = """
import time
from datetime import datetime, timezone
from time import monotonic, perf_counter, perf_counter_ns

from pytest_bdd import when

@when("I measure")
def measure(simulation):
    for clock in (time.monotonic, time.perf_counter, monotonic, perf_counter, time.monotonic_ns, perf_counter_ns):
        second = 10**9 if clock.__name__.endswith("_ns") else 1
        before = clock()
        time.sleep(0.002)
        assert 0 < clock() - before < 300 * second
    simulation.advance(hours=1)
    now = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - now).total_seconds() < 5
    assert abs(time.time() - now.timestamp()) < 5
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")
    pytester.makeconftest(CONFTEST)
    (pytester.path / "measured.feature").write_text(FEATURE, encoding="utf-8")
    return pytester


def test_a_step_can_measure(project: pytest.Pytester) -> None:
    """`time.monotonic()` goes on, `datetime.now()` and `time.time()` are the simulation's."""
    project.runpytest_inprocess("-q", "-p", "no:randomly").assert_outcomes(passed=1)


def test_durations_are_real(project: pytest.Pytester) -> None:
    """Building a simulation takes no 1772436388 seconds."""
    report = project.runpytest_inprocess(
        "-q", "-p", "no:randomly", "--durations", "0", "--durations-min", "0", "--junitxml", "junit.xml"
    ).stdout.str()
    shown = [float(seconds) for seconds in re.findall(r"^(-?[\d.]+)s (?:setup|call|teardown)", report, re.MULTILINE)]

    assert len(shown) == 3
    assert all(0 <= seconds < 300 for seconds in shown)
    assert 'timestamp="2026-03-02' not in (project.path / "junit.xml").read_text(encoding="utf-8")

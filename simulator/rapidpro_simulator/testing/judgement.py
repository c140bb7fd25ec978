"""The part of the pytest plugin that judges a scenario beyond its sentences: unused faults, and the invariants.

A breach by the gateway under test travels with the report of the test, so that it is told at the end of a run that
pytest-xdist has distributed, and stands in the JUnit report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.plurals import counted

from .reporting import SIMULATION

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from _pytest.terminal import TerminalReporter

    from rapidpro_simulator.simulation import Simulation

PROPERTY = "breach"
MOST_SHOWN = 3  # scenarios of an invariant, unless pytest is verbose


class UnusedFaultError(Exception):
    """A scenario says that something goes wrong, and it never did."""


class InvariantError(Exception):
    """The simulator has broken an invariant of its own: that is a defect of the simulator."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judge a scenario that has come to its end; one that has failed already has its reason."""
    result = yield
    simulation = item.stash.get(SIMULATION, None)
    if simulation is not None:
        _require_faults(simulation)
        _require_invariants(item, simulation)
    return result


def _require_faults(simulation: Simulation) -> None:
    unused = [fault for fault in simulation.faults.added if not fault.struck and not fault.optional]
    if unused:
        lines = "\n".join(f"  {fault.place()}: {fault.describe()}, {fault.seen} calls seen" for fault in unused)
        raise UnusedFaultError(
            f"what should have gone wrong never did:\n{lines}\n"
            "a fault that need not happen is written with “may be”: the broadcast requests may be refused"
        )


def _require_invariants(item: pytest.Item, simulation: Simulation) -> None:
    from .invariants import find_breaches

    breaches = find_breaches(simulation)
    ours = [f"  {breach.invariant}: {breach.what}" for breach in breaches if breach.by_simulator]
    if ours:
        raise InvariantError("\n".join(["the simulator has broken invariants of its own:", *ours]))
    item.user_properties += [
        (PROPERTY, simulation.journal.redact(f"{breach.invariant}: {breach.what}")) for breach in breaches
    ]


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """List the breaches by the gateway under test: each invariant with the scenarios that show it."""
    found: dict[str, dict[str, str]] = {}
    for report in _reports(terminalreporter):
        for invariant, what in _breaches(report):
            found.setdefault(invariant, {}).setdefault(report.nodeid, what)
    if not found:
        return
    terminalreporter.section("invariants that the gateway has broken")
    for invariant, places in found.items():
        terminalreporter.write_line(f"{invariant}: not in {counted(len(places), 'scenario')}")
        shown = list(places.items()) if config.get_verbosity() > 0 else list(places.items())[:MOST_SHOWN]
        for nodeid, what in shown:
            terminalreporter.write_line(f"  {what}\n    {nodeid} --seed {config.getoption('--seed')}")
        if len(places) > len(shown):
            terminalreporter.write_line(f"  … {len(places) - len(shown)} more, with -v")


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """With `--strict`, a breach in a scenario that is not known to fail makes the whole run fail."""
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("strict", default=False) and reporter is not None:
        unexpected = [report for report in _reports(reporter) if report.outcome == "passed" and any(_breaches(report))]
        if unexpected and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return result


def _reports(reporter: TerminalReporter) -> Iterator[pytest.TestReport]:
    for reports in reporter.stats.values():
        yield from (each for each in reports if isinstance(each, pytest.TestReport) and each.when == "call")


def _breaches(report: pytest.TestReport) -> Iterator[tuple[str, str]]:
    for name, text in report.user_properties:
        if name == PROPERTY:
            invariant, _, what = str(text).partition(": ")
            yield invariant, what

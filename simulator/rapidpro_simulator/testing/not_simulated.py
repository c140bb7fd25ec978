"""The part of the pytest plugin that says, where a scenario failed, which settings of CHT nothing acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .reporting import SIMULATION

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from _pytest.terminal import TerminalReporter

PROPERTY = "not simulated"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    simulation = item.stash.get(SIMULATION, None)
    if report.when == "call" and report.failed and simulation is not None:
        from .explanation import settings_not_simulated

        properties = [(PROPERTY, name) for name in settings_not_simulated(simulation)]
        item.user_properties += properties
        report.user_properties += properties
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Name them once for the whole run."""
    names = sorted(set(_names(terminalreporter)))
    if names:
        terminalreporter.section("not simulated")
        terminalreporter.write_line(f"CHT's settings name what is not simulated: {', '.join(names)}")


def _names(reporter: TerminalReporter) -> Iterator[str]:
    for report in reporter.stats.get("failed", ()):
        yield from (str(value) for name, value in report.user_properties if name == PROPERTY)

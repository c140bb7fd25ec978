"""The hooks that collect what scenarios walk as they end, on whatever worker, and report it when all are told."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.testing.reporting import SIMULATION

from .cobertura import cobertura
from .collecting import collect
from .coverage import Coverage, table
from .page import page

if TYPE_CHECKING:
    from collections.abc import Generator

    from _pytest.terminal import TerminalReporter

ATTRIBUTE = "rapidpro_simulator_flows"  # of a report: plain data, which pytest-xdist sends home as it is
FILES = {"html": "flow-coverage.html", "xml": "flow-coverage.xml"}
MISSING = "missing"
FORMATS = (*FILES, MISSING, "table")


class CoverageWriter:
    """The hooks; pytest has one where coverage of flows is asked for."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._formats = _read(config.getoption("--flow-coverage") or "table")
        self._least: float | None = config.getoption("--flow-coverage-fail-under")
        self._coverage = Coverage()
        self._problem = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, pytest.TestReport]:
        """Collect while the simulation is still there: when the test has ended."""
        report: pytest.TestReport = yield
        simulation = item.stash.get(SIMULATION, None)
        if call.when == "call" and simulation is not None:
            setattr(report, ATTRIBUTE, collect(simulation))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._coverage.add(getattr(report, ATTRIBUTE, ()))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what was asked for; a worker of pytest-xdist leaves that to the one that has all scenarios."""
        if hasattr(self._config, "workerinput"):
            return
        if "html" in self._formats:
            Path(self._formats["html"]).write_text(page(self._coverage), encoding="utf-8")
        if "xml" in self._formats:
            Path(self._formats["xml"]).write_text(cobertura(self._coverage, time.time()), encoding="utf-8")
        self._problem = self._too_little()
        if self._problem and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        terminalreporter.section("coverage of flows")
        if not self._coverage.flows:
            terminalreporter.write_line("no scenario has imported a flow")
        for line in table(self._coverage) if self._coverage.flows else ():
            terminalreporter.write_line(line)
        for flow in self._coverage.flows if MISSING in self._formats else ():
            for words in flow.missed.values():
                terminalreporter.write_line(f"{flow.name}: never reached: {words}")
        for name in FILES:
            if name in self._formats:
                terminalreporter.write_line(f"{name}: {self._formats[name]}")
        if self._problem:
            terminalreporter.write_line(self._problem, red=True, bold=True)

    def _too_little(self) -> str:
        if self._least is None:
            return ""
        if not self._coverage.flows:
            return f"FAIL: no flow was walked, and {self._least:g}% are wanted"
        percent = self._coverage.of().percent
        return f"FAIL: {percent:.2f}% of the flows were walked, less than {self._least:g}%" * (percent < self._least)


def _read(text: str) -> dict[str, str]:
    """Return the formats with their files. Raises `pytest.UsageError`."""
    formats = {}
    for each in text.split(","):
        name, _, file = each.strip().partition(":")
        if name not in FORMATS:
            raise pytest.UsageError(f"--flow-coverage: there is no {name!r}; there are: {', '.join(FORMATS)}")
        formats[name] = file or FILES.get(name, "")
    return formats

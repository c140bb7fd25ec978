"""The hooks that collect chapters as scenarios end, on whatever worker, and write the report when all are told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.testing.options import OPTIONS
from rapidpro_simulator.testing.reporting import SIMULATION, reproducing_command
from rapidpro_simulator.testing.scenario_position import scenario_of, shown_path

from .chapter import Chapter, pictures_of
from .page import page
from .summary import summary

if TYPE_CHECKING:
    from collections.abc import Generator

    from _pytest.terminal import TerminalReporter
    from pytest_bdd.parser import ScenarioTemplate

ATTRIBUTE = "rapidpro_simulator_chapter"  # of a report: plain data, which pytest-xdist sends home as it is
BREACH = "breach"
MOST_PROBLEM = 20_000  # letters


class StoryWriter:
    """The hooks; pytest has one where a report is asked for."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._summary = _summary_file(config.getoption("--summary"))
        self._chapters: list[Chapter] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, pytest.TestReport]:
        """Write a chapter while the simulation is still there: when the scenario has ended, or could not begin."""
        report: pytest.TestReport = yield
        scenario = scenario_of(item)
        ends = call.when == "call" or (call.when == "setup" and not report.passed)
        if scenario is not None and ends:
            setattr(report, ATTRIBUTE, _chapter(item, scenario, report).as_dict())
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        chapter = getattr(report, ATTRIBUTE, None)
        if chapter is not None:
            self._chapters.append(Chapter(**chapter))

    def pytest_sessionfinish(self) -> None:
        """Write what was asked for; a worker of pytest-xdist leaves that to the one that has all chapters."""
        if hasattr(self._config, "workerinput"):
            return
        chapters = sorted(self._chapters, key=lambda chapter: chapter.nodeid)
        options = self._config.stash[OPTIONS]
        run = {"gateway": options.gateway, "generation": options.generation, "seed": options.seed}
        story = self._config.getoption("--story")
        if story:
            Path(story).write_text(page(chapters, run), encoding="utf-8")
        if self._summary is not None:
            _append(self._summary, summary(chapters, run))

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        story = self._config.getoption("--story")
        if story:
            terminalreporter.write_line(f"the story of this run is {Path(story).resolve()}")


def _summary_file(wanted: str | None) -> Path | None:
    if wanted != "github":
        return Path(wanted) if wanted else None
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        raise pytest.UsageError("--summary github: GITHUB_STEP_SUMMARY is not set: this is no job of GitHub's")
    return Path(file)


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _chapter(item: pytest.Item, scenario: ScenarioTemplate, report: pytest.TestReport) -> Chapter:
    simulation = item.stash.get(SIMULATION, None)
    wanted = item.config.getoption("--story-pictures")
    draws = simulation is not None and (wanted == "all" or (wanted == "failures" and report.failed))
    outcome = "xfailed" if hasattr(report, "wasxfail") and report.skipped else report.outcome
    return Chapter(
        nodeid=item.nodeid,
        feature=scenario.feature.name or shown_path(scenario.feature.filename, item.config),
        rule=scenario.rule.name if scenario.rule is not None else "",
        name=_name(item, scenario),
        sentences=[f"{step.keyword} {step.name}" for step in scenario.steps],
        outcome=outcome,
        seconds=report.duration,
        virtual_seconds=0.0 if simulation is None else simulation.clock.seconds(),
        problem=report.longreprtext[:MOST_PROBLEM] if report.failed else "",
        reproduce=reproducing_command(item) if report.failed else "",
        breaches=[str(text) for name, text in item.user_properties if name == BREACH],
        **(pictures_of(simulation) if draws and simulation is not None else {}),
    )


def _name(item: pytest.Item, scenario: ScenarioTemplate) -> str:
    parameters = item.name.partition("[")[2].removesuffix("]")
    return f"{scenario.name} [{parameters}]" if parameters else scenario.name

"""A pytest plugin that writes down what became of each scenario of the rules, with the evidence, as JSON Lines.

`trial` loads it into the pytest that it starts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .lifeline import end_with_parent

if TYPE_CHECKING:
    from collections.abc import Generator

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

FOLDER, LIFELINE = "--conformance-folder", "--conformance-lifeline"
RESULTS = "results.jsonl"
MOST_EXCHANGES = 8
EVIDENCE = "evidence"
RULES = "rules"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(FOLDER, type=Path, required=True, help="the folder for what became of each scenario")
    parser.addoption(LIFELINE, type=int, required=True, help="the end of a pipe; when the other one closes, this ends")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the reports know which rules their scenarios belong to."""
    for item in items:
        item.user_properties.append((RULES, [marker.name for marker in item.iter_markers()]))


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Any, exception: Exception) -> None:
    """Keep what shows why a step failed: the sentence, what was found, and the exchanges that matter."""
    simulation: Simulation = request.getfixturevalue("simulation")
    evidence = {
        "step": _sentence(step),
        "found": simulation.journal.redact("; ".join([str(exception), *getattr(exception, "__notes__", [])][:2])),
        "exchanges": _exchanges(simulation, getattr(exception, "wanted", {})),
    }
    request.node.user_properties.append((EVIDENCE, evidence))


def _exchanges(simulation: Simulation, wanted: dict[str, Any]) -> list[str]:
    """Tell the last exchanges that were looked for, or else the last of the gateway with RapidPro."""
    from rapidpro_simulator.world.narration import tell

    journal = simulation.journal
    criteria = wanted or {"by": "gateway*", "path": "/api/v2/*"}
    matching: list[Exchange] = journal.exchanges(**criteria)
    shown = [tell(journal, exchange) for exchange in matching[-MOST_EXCHANGES:]]
    return ([f"… {len(matching) - len(shown)} before"] if len(matching) > len(shown) else []) + shown


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    reason = getattr(report, "wasxfail", None)
    if reason is not None:
        report.user_properties.append(("reason", reason))
    return report


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # pytest-xdist's workers send their reports home
        folder: Path = config.getoption("conformance_folder")
        end_with_parent(config.getoption("conformance_lifeline"), folder)
        config.pluginmanager.register(ResultWriter(folder / RESULTS))


class ResultWriter:
    """Writes a line for every scenario that begins, for each of its steps, and when it has ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scenario = ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._scenario = _name(nodeid)
        self._write({"begins": self._scenario, "step": ""})

    def pytest_bdd_before_step(self, step: Any) -> None:
        self._write({"begins": self._scenario, "step": _sentence(step)})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # A scenario that is skipped, or whose simulation cannot be built, never comes to its call.
        if report.when == "call" or (report.when == "setup" and not report.passed) or report.failed:
            self._write(_row(report))

    def _write(self, row: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _row(report: pytest.TestReport) -> dict[str, Any]:
    properties: dict[str, Any] = dict(report.user_properties)
    evidence = properties.get(EVIDENCE, {}) if report.when == "call" else {}  # what fails later has another reason
    return {
        "scenario": _name(report.nodeid),
        "tags": properties.get(RULES, []),
        "outcome": _outcome(report),
        "reason": properties.get("reason") or _skipped_because(report),
        "error": "" if evidence or not report.failed else _last_line(report.longreprtext),
        **evidence,
    }


def _name(nodeid: str) -> str:
    return nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")


def _sentence(step: Any) -> str:
    return f"{step.keyword.strip()} {step.name}"


def _outcome(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return "known defect"
    return {"passed": "passed", "failed": "failed", "skipped": "not applicable"}[report.outcome]


def _skipped_because(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]).removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    return (errors or lines or [""])[0 if errors else -1]

"""The part of the pytest plugin that tells of a failure: the step first, then what happened, and how to have it again.

All of it is a part of the failure itself, so that it stands on the terminal, in JUnit's report, and in what
pytest-xdist sends home.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import ExceptionRepr

from .failures import show_failure
from .options import OPTIONS
from .scenario_position import STEP, scenario_of, shown_path

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pytest_bdd.parser import ScenarioTemplate

    from rapidpro_simulator.simulation import Simulation

SIMULATION = pytest.StashKey["Simulation"]()  # of the test, where it has one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let go of the simulation when all has been said about it: pytest keeps its items to the end of the run."""
    result = yield
    if SIMULATION in item.stash:
        del item.stash[SIMULATION]
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    scenario = scenario_of(item)
    if scenario is not None:
        # What pytest would say is replaced: the sources of a long traceback need not be read and parsed for it.
        setattr(item, "repr_failure", _shortly)  # noqa: B010 - a method of this one item
    report = yield
    if report.failed:
        if scenario is not None and call.excinfo is not None:
            report.longrepr = show_failure(item, scenario, report.when, call.excinfo, _redact(item))
            item.user_properties += _properties(item, scenario)
        simulation = item.stash.get(SIMULATION, None)
        if simulation is not None and report.when != "teardown":
            _add(report, "what happened", _explanation(simulation, call.excinfo))
            _add(report, "reproduce with", reproducing_command(item))
    return report


def _shortly(failure: pytest.ExceptionInfo[BaseException], *_: object, **__: object) -> str:
    return failure.exconly()


def _properties(item: pytest.Item, scenario: ScenarioTemplate) -> list[tuple[str, object]]:
    """Return what JUnit's report knows of a failed scenario by name."""
    step = item.stash.get(STEP, None)
    place = f"{shown_path(scenario.feature.filename, item.config)}:{scenario.line_number}"
    at = [("step", step.sentence)] if step else []
    return [("scenario", f"{place}: {scenario.name}"), *at, ("reproduce", reproducing_command(item))]


def _redact(item: pytest.Item) -> Callable[[str], str]:
    simulation = item.stash.get(SIMULATION, None)
    return str if simulation is None else simulation.journal.redact


def _add(report: pytest.TestReport, title: str, text: str) -> None:
    if isinstance(report.longrepr, ExceptionRepr):
        report.longrepr.addsection(title, text)
    else:
        report.sections.append((title, text))


def _explanation(simulation: Simulation, failure: pytest.ExceptionInfo[BaseException] | None) -> str:
    from .explanation import explain

    try:
        return explain(simulation, failure.value if failure else None)
    except Exception as error:
        return f"it cannot be told: {error!r}"


def reproducing_command(item: pytest.Item) -> str:
    """Return the command that runs a test again in the same way, in whatever folder it is called."""
    config = item.config
    options = config.stash[OPTIONS]
    test = f"{item.path}::{item.nodeid.partition('::')[2]}"
    root = ["--rootdir", str(config.rootpath)]
    if config.getoption("inifilename"):  # else pytest finds it again
        root += ["-c", str(config.inipath)]
    words = ("--gateway", options.gateway, "--generation", options.generation, *options.arguments)
    return f"pytest '{test}' --seed {options.seed} {shlex.join(words)} -p no:randomly {shlex.join(root)}"

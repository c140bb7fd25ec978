"""The part of the pytest plugin that adds to a failure what happened, and how to have it again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from .options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Generator

    from rapidpro_simulator.simulation import Simulation

SIMULATION = pytest.StashKey["Simulation"]()  # of the test, where it has one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    simulation = item.stash.get(SIMULATION, None)
    if report.when == "call" and report.failed and simulation is not None:
        report.sections.append(("what happened", _explanation(simulation, call.excinfo)))
        report.sections.append(("reproduce with", _command(item)))
    return report


def _explanation(simulation: Simulation, failure: pytest.ExceptionInfo[BaseException] | None) -> str:
    from .explanation import explain

    try:
        return explain(simulation, failure.value if failure else None)
    except Exception as error:
        return f"it cannot be told: {error!r}"


def _command(item: pytest.Item) -> str:
    options = item.config.stash[OPTIONS]
    words = ("--gateway", options.gateway, "--generation", options.generation, *options.arguments)
    return f"pytest '{item.nodeid}' --seed {options.seed} {shlex.join(words)} -p no:randomly"

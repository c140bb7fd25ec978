"""The pytest plugin: `.feature` files are tests, each scenario has a simulation, and a failure explains itself.

It is installed by its entry point, so a project that has rapidpro-simulator has all of it. The simulation is imported
when a scenario runs, not when pytest starts. The hooks are in modules of their own: `collection`, `selection`,
`scenario_position`, `step_errors`, `judgement`, `reporting`, `not_simulated`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from . import (
    collection,
    judgement,
    not_simulated,
    remote_options,
    reporting,
    scenario_position,
    selection,
    step_errors,
)
from .catalogue import STEP_MODULES
from .live_options import header, limits_of
from .options import OPTIONS, add_options, read_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.simulation import Simulation

# Before a conftest, for one, imports them.
pytest.register_assert_rewrite("rapidpro_simulator.steps")


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OPTIONS] = read_options(config)
    for module in (collection, judgement, not_simulated, reporting, scenario_position, selection, step_errors):
        config.pluginmanager.register(module, module.__name__)
    if config.getoption("--story") or config.getoption("--summary"):
        from .story.writing import StoryWriter

        config.pluginmanager.register(StoryWriter(config), "rapidpro-simulator-story")
    if config.getoption("--flow-coverage") or config.getoption("--flow-coverage-fail-under") is not None:
        from .flow_coverage.writing import CoverageWriter

        config.pluginmanager.register(CoverageWriter(config), "rapidpro-simulator-flow-coverage")
    if config.getoption("--world"):
        from .served_worlds import ServedScenarios

        config.pluginmanager.register(ServedScenarios(config), "rapidpro-simulator-served-worlds")
    for name in ("files", *STEP_MODULES):
        config.pluginmanager.import_plugin(f"rapidpro_simulator.steps.{name}")


def pytest_report_header(config: pytest.Config) -> list[str]:
    options = config.stash[OPTIONS]
    lines = [header(config, options.under_test, options.speed)]
    if options.remote is not None:
        lines.append(remote_options.header(options.remote, options.under_test, options.speed))
    return [line for line in lines if line is not None]


@pytest.fixture
def simulation(request: pytest.FixtureRequest) -> Iterator[Simulation]:
    """Give the test a simulation with the options of the command line: in frozen time if the gateway allows it."""
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.clock import LiveClock

    options = request.config.stash[OPTIONS]
    with Simulation(
        seed=options.seed,
        clock=LiveClock(speed=options.speed) if options.live else None,
        limits=limits_of(request.config),
        generation=options.generation,
        gateway=options.under_test,
        cht=options.remote,
        freeze_datetime=True,
    ) as simulation:
        request.node.stash[reporting.SIMULATION] = simulation
        yield simulation
        if options.journals is not None:
            options.journals.mkdir(parents=True, exist_ok=True)
            simulation.journal.save(options.journals / f"{_file_name(request.node)}.jsonl")


def _file_name(node: pytest.Item) -> str:
    """Return a file name that says which test it is; examples that differ in punctuation only do not share one."""
    name = "".join(character if character.isalnum() else "-" for character in node.nodeid).strip("-")
    return f"{name}-{crc32(node.nodeid.encode()):08x}" if "[" in node.nodeid else name

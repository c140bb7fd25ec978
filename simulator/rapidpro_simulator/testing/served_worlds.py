"""The part of the pytest plugin that plays scenarios in worlds of a server: `--world URL`.

Each scenario has a world of its own there, and every sentence goes to it over HTTP. What the plugin asks of its own
simulation after a scenario (invariants, faults that never struck) is not asked there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.client import Client, ClientError

from .gherkin_text import block, rows
from .options import OPTIONS
from .scenario_position import STEP, StepPosition, scenario_of

if TYPE_CHECKING:
    from pytest_bdd.parser import ScenarioTemplate, Step

    from rapidpro_simulator.client import World

VARIABLE = "RAPIDPRO_SIMULATOR_TOKEN"


class ServedScenarios:
    """Plays what is a scenario at the server, in place of the plugin's own simulation. Raises `UsageError`."""

    def __init__(self, config: pytest.Config) -> None:
        self._options = config.stash[OPTIONS]
        if self._options.live:
            raise pytest.UsageError(
                "--world: the gateway of a served world is CHT's own; --gateway names one that runs elsewhere"
            )
        self._client = Client(config.getoption("--world"), os.environ.get(VARIABLE))

    def pytest_report_header(self) -> str:
        return f"each scenario in a world of its own at {self._client.url}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Play a scenario; leave every other test alone."""
        template = scenario_of(pyfuncitem)
        if template is None:
            return None
        self._play(pyfuncitem, template)
        return True

    def _play(self, item: pytest.Function, template: ScenarioTemplate) -> None:
        options = self._options
        example: Any = item.funcargs.get("_pytest_bdd_example")
        scenario = template.render(example or {})
        plan: dict[str, Any] = {"seed": options.seed, "generation": options.generation, "gateway": options.gateway}
        with self._client.new_world(**plan) as world:
            for step in scenario.steps:
                item.stash[STEP] = StepPosition(f"{step.keyword.strip()} {step.name}", step.line_number, None)
                _say(world, step)
            item.stash[STEP] = None


def _say(world: World, step: Step) -> None:
    __tracebackhide__ = True
    try:
        world.say("\n".join([f"{step.type.capitalize()} {step.name}", *_below(step)]))
    except ClientError as error:
        pytest.fail(str(error), pytrace=False)


def _below(step: Any) -> list[str]:
    if step.datatable is not None:
        return rows(step.datatable.raw())
    return [] if step.docstring is None else block(step.docstring)

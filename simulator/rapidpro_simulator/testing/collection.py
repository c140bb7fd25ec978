"""The part of the pytest plugin that makes tests of `.feature` files, and markers of their tags."""

from __future__ import annotations

import os
from collections import Counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from .scenario_position import scenario_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    if file_path.suffix == ".feature" and parent.config.getini("rapidpro_simulator_collect"):
        collected: FeatureFile = FeatureFile.from_parent(parent, path=file_path)
        return collected
    return None


class FeatureFile(pytest.Module):
    """A `.feature` file as a module of tests, one for each scenario."""

    def _getobj(self) -> ModuleType:
        from pytest_bdd import scenarios

        self._refuse_what_would_not_run()
        module = ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        # `scenarios` puts its tests into the namespace of its caller: the caller is made to be this module.
        module.__dict__.update(scenarios=scenarios, path=str(self.path))
        exec(compile("scenarios(path)", str(self.path), "exec"), module.__dict__)  # noqa: S102
        return module

    def _refuse_what_would_not_run(self) -> None:
        from gherkin.errors import CompositeParserException

        from .feature_files import read_scenarios

        try:
            scenarios = read_scenarios(self.path)
        except CompositeParserException:
            return  # pytest-bdd says what is wrong, and where
        for name, count in Counter(scenario["name"] for scenario in scenarios).items():
            if count > 1:  # pytest-bdd keeps one scenario a name: a second one would silently not run
                raise self.CollectError(f"{self.path}: two scenarios are called {name!r}")
        for scenario in scenarios:
            if not scenario["steps"]:
                raise self.CollectError(f"{self.path}: {_without_steps(scenario)}")


def _without_steps(scenario: dict[str, Any]) -> str:
    first_line = scenario["description"].strip().partition("\n")[0]
    taken = f"; Gherkin takes {first_line!r} for the beginning of a description" if first_line else ""
    return (
        f"the scenario {scenario['name']!r} in line {scenario['location']['line']} has no step{taken}; "
        "a step begins with Given, When, Then, And, But or *"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave a scenario to the module that binds it with `scenarios()` or `@scenario`: it runs once, not twice."""
    bound = {_scenario_of(item) for item in items if not isinstance(item.parent, FeatureFile)} - {None}
    twice = [item for item in items if isinstance(item.parent, FeatureFile) and _scenario_of(item) in bound]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in twice]


def _scenario_of(item: pytest.Item) -> tuple[str, str] | None:
    """Return the file and the name of the scenario that an item runs; None where it runs none."""
    scenario = scenario_of(item)
    return None if scenario is None else (os.path.realpath(scenario.feature.filename), scenario.name)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Tags(config), "rapidpro-simulator-tags")


class Tags:
    """Turns the tags of features into pytest markers, so that `-m` selects by them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._known = {line.partition(":")[0].partition("(")[0] for line in config.getini("markers")}

    def pytest_bdd_apply_tag(self, tag: str, function: Callable[..., object]) -> object:
        name, colon, value = tag.partition(":")
        if name not in self._known:
            self._known.add(name)
            self._config.addinivalue_line("markers", f"{name}: a tag of a feature")
        marker = getattr(pytest.mark, name)
        return (marker(value) if colon else marker)(function)

"""The part of the pytest plugin that makes tests of `.feature` files, and markers of their tags."""

from __future__ import annotations

from collections import Counter
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

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

        self._refuse_equal_names()
        module = ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        # `scenarios` puts its tests into the namespace of its caller: the caller is made to be this module.
        module.__dict__.update(scenarios=scenarios, path=str(self.path))
        exec(compile("scenarios(path)", str(self.path), "exec"), module.__dict__)  # noqa: S102
        return module

    def _refuse_equal_names(self) -> None:
        # pytest-bdd keeps one scenario a name: a second one would silently not run.
        from gherkin.errors import CompositeParserException

        from .feature_files import scenario_names

        try:
            names = Counter(scenario_names(self.path))
        except CompositeParserException:
            return  # pytest-bdd says what is wrong, and where
        for name, count in names.items():
            if count > 1:
                raise self.CollectError(f"{self.path}: two scenarios are called {name!r}")


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

"""The pytest plugin: collects `.feature` files, offers the steps, gives each scenario a simulation, explains failures.

It is installed by its entry point, so a project that has rapidpro-simulator has all of it; nothing heavy is imported
until a scenario runs.
"""

from __future__ import annotations

import inspect
import shlex
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.gateways import POSSIBLE, parse_gateway
from rapidpro_simulator.gateways.known import known_defect
from rapidpro_simulator.rapidpro.generations import generation

from . import options as live_options
from .catalogue import STEP_MODULES, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from rapidpro_simulator.gateways import GatewayUnderTest
    from rapidpro_simulator.simulation import Simulation

# Before anybody, a conftest for one, imports them.
pytest.register_assert_rewrite("rapidpro_simulator.steps")

OPTIONS = pytest.StashKey["Options"]()
SIMULATION = pytest.StashKey["Simulation"]()

MARKERS = (
    "since(release): the scenario is about this CHT release and later ones; skipped where --gateway names an older one",
    "until(release): the scenario is about CHT releases up to this one; skipped where --gateway names a newer one",
    "only(generation): the scenario is about this RapidPro generation; skipped where --generation names another",
    "gateway(kind): the scenario describes this gateway itself (cht: CHT's own); skipped where --gateway names another",
    "frozen: the scenario is about exact instants; skipped where the gateway runs in another process, in live time",
)


@dataclass(frozen=True)
class Options:
    """What the command line asked for. `arguments` are the options that only gateways in other processes have."""

    gateway: str
    generation: str
    seed: int
    journals: Path | None
    under_test: GatewayUnderTest
    speed: float
    arguments: Sequence[str]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("rapidpro-simulator", "simulated RapidPro and CHT")
    group.addoption("--gateway", default="cht:5.2", help=f"the gateway under test: {POSSIBLE} (default: %(default)s)")
    group.addoption("--generation", default="community", help="the RapidPro generation (default: %(default)s)")
    group.addoption("--seed", type=int, default=0, help="what makes two runs the same run (default: %(default)s)")
    group.addoption("--journals", metavar="DIR", default=None, help="save the journal of every scenario into DIR")
    live_options.add_options(group)
    parser.addini("rapidpro_simulator_collect", "collect .feature files as tests", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    gateway, name = config.getoption("--gateway"), config.getoption("--generation")
    try:
        under_test = live_options.read_gateway(config)
        generation(name)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    journals = config.getoption("--journals")
    config.stash[OPTIONS] = Options(
        gateway=gateway,
        generation=name,
        seed=config.getoption("--seed"),
        journals=Path(journals) if journals else None,
        under_test=under_test,
        speed=live_options.speed_of(config, under_test),
        arguments=live_options.arguments(config),
    )
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    for module in STEP_MODULES:
        config.pluginmanager.import_plugin(f"rapidpro_simulator.steps.{module}")
    config.pluginmanager.register(Tags(config), "rapidpro-simulator-tags")


def pytest_report_header(config: pytest.Config) -> str | None:
    return live_options.header(config, config.stash[OPTIONS].under_test)


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
        names = [
            line.partition(":")[2].strip()
            for line in self.path.read_text(encoding="utf-8").splitlines()
            if line.strip().startswith(("Scenario:", "Scenario Outline:", "Example:"))
        ]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise self.CollectError(f"{self.path}: two scenarios are called {twice[0]!r}")


def pytest_bdd_before_step_call(step: Any, step_func: Callable[..., object]) -> None:
    """Refuse a step that nobody would await: it would pass whatever it does."""
    if inspect.iscoroutinefunction(step_func) or inspect.isasyncgenfunction(step_func):
        raise TypeError(
            f"the step {step.name!r} is a coroutine function, {step_func.__qualname__}; steps are plain functions: "
            "write `simulation.run(...)` around what must be awaited"
        )


def pytest_bdd_step_func_lookup_error(step: Any, exception: Exception) -> None:
    """Say which sentences come close to one that nobody knows."""
    asked = f"{step.type.capitalize()} {step.name}"
    for sentence in get_close_matches(asked, sentences(), n=3, cutoff=0.4):
        exception.add_note(f"did you mean: {sentence}")
    exception.add_note("all sentences: docs/steps.md, or `python -m rapidpro_simulator.testing.catalogue steps.md`")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a scenario that is about something else than what this run is about."""
    options = item.config.stash[OPTIONS]
    for marker in item.iter_markers():
        is_about = APPLIES.get(marker.name)
        if is_about is not None and marker.args and not is_about(options, marker.args[0]):
            what = f"{options.gateway} and RapidPro {options.generation}"
            pytest.skip(f"@{marker.name}:{marker.args[0]}; this run is about {what}")
    if options.under_test.live:
        live_options.skip_frozen(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Skip a scenario that turns out not to apply to the gateway, here and now."""
    from rapidpro_simulator.gateways.live import InapplicableError

    try:
        return (yield)
    except InapplicableError as reason:
        pytest.skip(str(reason))


def _is_since(options: Options, release: str) -> bool:
    return parse_gateway(options.gateway).release.is_since(release)


def _is_until(options: Options, release: str) -> bool:
    return parse_gateway(options.gateway).release.is_until(release)


def _is_only(options: Options, name: str) -> bool:
    return options.generation == generation(name).name


def _is_gateway(options: Options, kind: str) -> bool:
    return parse_gateway(options.gateway).kind == kind


APPLIES: dict[str, Callable[[Options, str], bool]] = {
    "since": _is_since,
    "until": _is_until,
    "only": _is_only,
    "gateway": _is_gateway,
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Expect the failures that the gateway under test is known for, and only those: a surprise is a failure."""
    gateway = parse_gateway(config.stash[OPTIONS].gateway)
    for item in items:
        defect = known_defect(gateway, {marker.name for marker in item.iter_markers()})
        if defect is not None:
            # Only an expectation may fail: a broken step is not what is known.
            reason = f"known defect: {defect.reason}"
            item.add_marker(pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True))


@pytest.fixture
def simulation(request: pytest.FixtureRequest) -> Iterator[Simulation]:
    """Give the test a simulation with the options of the command line: in frozen time if the gateway allows it."""
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.clock import LiveClock

    options = request.config.stash[OPTIONS]
    with Simulation(
        seed=options.seed,
        clock=LiveClock(speed=options.speed) if options.under_test.live else None,
        limits=live_options.limits_of(request.config),
        generation=options.generation,
        gateway=options.under_test,
        freeze_datetime=True,
    ) as simulation:
        request.node.stash[SIMULATION] = simulation
        yield simulation
        if options.journals is not None:
            options.journals.mkdir(parents=True, exist_ok=True)
            simulation.journal.save(options.journals / f"{_file_name(request.node)}.jsonl")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    simulation = item.stash.get(SIMULATION, None)
    if report.when == "call" and report.failed and simulation is not None:
        report.sections.append(("what happened", _explanation(simulation, call.excinfo)))
        report.sections.append(("reproduce with", _command(item)))
    return report


def _explanation(simulation: Simulation, failure: pytest.ExceptionInfo[BaseException] | None) -> str:
    from .report import explain

    try:
        return explain(simulation, failure.value if failure else None)
    except Exception as error:
        return f"it cannot be told: {error!r}"


def _command(item: pytest.Item) -> str:
    options = item.config.stash[OPTIONS]
    words = ("--gateway", options.gateway, "--generation", options.generation, *options.arguments)
    return f"pytest '{item.nodeid}' --seed {options.seed} {shlex.join(words)} -p no:randomly"


def _file_name(node: pytest.Item) -> str:
    return "".join(character if character.isalnum() else "-" for character in node.nodeid).strip("-")

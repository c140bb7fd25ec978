"""The part of the pytest plugin that knows which scenarios a run is about, and which are known to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.gateways.known_defects import known_defect
from rapidpro_simulator.rapidpro.generations import generation

from .options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .options import Options

MARKERS = (
    "since(release): the scenario is about this CHT release and later ones; skipped where --gateway names an older one",
    "until(release): the scenario is about CHT releases up to this one; skipped where --gateway names a newer one",
    "only(generation): the scenario is about this RapidPro generation; skipped where --generation names another",
    "gateway(kind): the scenario describes this gateway itself (cht: CHT's own); skipped where --gateway names another",
    "frozen: the scenario is about exact instants; skipped where the gateway runs in another process, in live time",
)


def _is_since(options: Options, release: str) -> bool:
    return options.under_test.release.is_since(release)


def _is_until(options: Options, release: str) -> bool:
    return options.under_test.release.is_until(release)


def _is_only(options: Options, name: str) -> bool:
    return options.generation == generation(name).name


def _is_gateway(options: Options, kind: str) -> bool:
    return options.under_test.kind == kind


APPLIES: dict[str, Callable[[Options, str], bool]] = {
    "since": _is_since,
    "until": _is_until,
    "only": _is_only,
    "gateway": _is_gateway,
}


# First of all: the tags of features are told from these.
@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a scenario that is about something else than what this run is about."""
    options = item.config.stash[OPTIONS]
    for marker in item.iter_markers():
        is_about = APPLIES.get(marker.name)
        if is_about is not None and marker.args and not is_about(options, marker.args[0]):
            what = f"{options.gateway} and RapidPro {options.generation}"
            pytest.skip(f"@{marker.name}:{marker.args[0]}; this run is about {what}")
    if options.live and item.get_closest_marker("frozen"):
        pytest.skip("@frozen: it is about exact instants, and time does not stand still here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Skip a scenario that turns out not to apply to the gateway, here and now."""
    from rapidpro_simulator.gateways.interface import InapplicableError

    try:
        return (yield)
    except InapplicableError as reason:
        pytest.skip(str(reason))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Expect the failures that the gateway under test is known for, and only those: a surprise is a failure."""
    gateway = parse_gateway(config.stash[OPTIONS].gateway)
    for item in items:
        defect = known_defect(gateway, {marker.name for marker in item.iter_markers()})
        if defect is not None:
            # Only an expectation may fail: a broken step is not what is known.
            reason = f"known defect: {defect.reason}"
            item.add_marker(pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True))

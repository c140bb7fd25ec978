"""What the command line of pytest asks for: the gateway under test, the RapidPro generation, the seed, the journals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways import POSSIBLE
from rapidpro_simulator.rapidpro.generations import generation

from . import live_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.gateways import GatewayUnderTest

OPTIONS = pytest.StashKey["Options"]()


@dataclass(frozen=True)
class Options:
    """What was asked for. `arguments` are the options that only gateways in other processes have."""

    gateway: str
    generation: str
    seed: int
    journals: Path | None
    under_test: GatewayUnderTest
    speed: float
    arguments: Sequence[str]


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("rapidpro-simulator", "simulated RapidPro and CHT")
    group.addoption("--gateway", default="cht:5.2", help=f"the gateway under test: {POSSIBLE} (default: %(default)s)")
    group.addoption("--generation", default="community", help="the RapidPro generation (default: %(default)s)")
    group.addoption("--seed", type=int, default=0, help="what makes two runs the same run (default: %(default)s)")
    group.addoption("--journals", metavar="DIR", default=None, help="save the journal of every scenario into DIR")
    live_options.add_options(group)
    parser.addini("rapidpro_simulator_collect", "collect .feature files as tests", type="bool", default=True)


def read_options(config: pytest.Config) -> Options:
    """Return what was asked for. Raises `pytest.UsageError` with a sentence where it cannot be done."""
    try:
        under_test = live_options.read_gateway(config)
        generation(config.getoption("--generation"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    journals = config.getoption("--journals")
    return Options(
        gateway=config.getoption("--gateway"),
        generation=config.getoption("--generation"),
        seed=config.getoption("--seed"),
        journals=Path(journals) if journals else None,
        under_test=under_test,
        speed=live_options.speed_of(config, under_test),
        arguments=live_options.arguments(config),
    )

"""What the command line of pytest asks for: the gateway under test, a CHT, the RapidPro generation, the seed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways import POSSIBLE
from rapidpro_simulator.rapidpro.generations import generation

from . import live_options, remote_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.remote import RemoteCht
    from rapidpro_simulator.gateways import GatewayUnderTest

OPTIONS = pytest.StashKey["Options"]()
DEFAULT = "cht:5.2"


@dataclass(frozen=True)
class Options:
    """What was asked for. `arguments` are the options that only gateways and a CHT in other processes have."""

    gateway: str
    generation: str
    seed: int
    journals: Path | None
    under_test: GatewayUnderTest
    remote: RemoteCht | None
    speed: float
    arguments: Sequence[str]

    @property
    def live(self) -> bool:
        """Whether somebody in the scenarios lives in a time of his own."""
        return self.under_test.live or self.remote is not None


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("rapidpro-simulator", "simulated RapidPro and CHT")
    group.addoption("--gateway", help=f"the gateway under test: {POSSIBLE} (default: {DEFAULT})")
    group.addoption("--generation", default="community", help="the RapidPro generation (default: %(default)s)")
    group.addoption("--seed", type=int, default=0, help="what makes two runs the same run (default: %(default)s)")
    group.addoption("--journals", metavar="DIR", default=None, help="save the journal of every scenario into DIR")
    group.addoption("--story", metavar="FILE", help="write the run down as one HTML page, with pictures of failures")
    group.addoption(
        "--story-pictures", choices=["failures", "all", "none"], default="failures", help="(default: %(default)s)"
    )
    group.addoption("--summary", metavar="FILE", help="add the run to FILE as Markdown; github: to the page of the job")
    group.addoption(
        "--flow-coverage",
        metavar="FORMATS",
        help="tell how much of the flows was walked: table, and after commas html[:FILE], xml[:FILE], missing",
    )
    group.addoption(
        "--flow-coverage-fail-under", metavar="PERCENT", type=float, help="fail where less of the flows was walked"
    )
    group.addoption(
        "--world",
        metavar="URL",
        help="play each scenario in a world of its own at this control API; its token is in RAPIDPRO_SIMULATOR_TOKEN",
    )
    live_options.add_options(group)
    remote_options.add_options(group)
    parser.addini("rapidpro_simulator_collect", "collect .feature files as tests", type="bool", default=True)


def read_options(config: pytest.Config) -> Options:
    """Return what was asked for. Raises `pytest.UsageError` with a sentence where it cannot be done."""
    asked = config.getoption("--gateway")
    try:
        remote = remote_options.read_remote(config)
        under_test = live_options.read_gateway(config, asked or DEFAULT, remote)
        if remote is not None:
            under_test = remote_options.found_release(remote, under_test, asked)
        generation(config.getoption("--generation"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    journals = config.getoption("--journals")
    return Options(
        gateway=under_test.name,
        generation=config.getoption("--generation"),
        seed=config.getoption("--seed"),
        journals=Path(journals) if journals else None,
        under_test=under_test,
        remote=remote,
        speed=live_options.speed_of(config, under_test, remote),
        arguments=[*live_options.arguments(config), *remote_options.arguments(config)],
    )

"""The options of pytest for gateways in other processes, and the speed of the simulation that they live in."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.gateways.faketime import library
from rapidpro_simulator.gateways.template import placeholders_of, read_template
from rapidpro_simulator.world.clock import LiveClock
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.loop import Limits
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from rapidpro_simulator.cht.remote import RemoteCht
    from rapidpro_simulator.gateways import GatewayUnderTest

DILATED = 600.0  # ten minutes a second: what a gateway whose clock goes along can bear
REAL = 1.0

OPTIONS = (
    "gateway_config",
    "gateway_env",
    "gateway_ready",
    "gateway_deadline",
    "gateway_faketime",
    "gateway_patience",
    "speed",
)
OF_LIVE_TIME = ("gateway_patience", "speed")


def add_options(group: pytest.OptionGroup) -> None:
    """Add the options; they are for `command:`, `docker:` and `running`."""
    option = group.addoption
    option("--gateway-config", metavar="FILE", help="a TOML file: how the gateway is started, and what it is told")
    option(
        "--gateway-env",
        metavar="NAME=TEMPLATE",
        action="append",
        help="a variable for the gateway, with placeholders such as {rapidpro_url}; may be given several times",
    )
    option(
        "--gateway-ready",
        metavar="WHEN",
        help="when the gateway is ready: request (it made its first one; default), port, log:PATTERN, url:URL, started",
    )
    option(
        "--gateway-deadline", metavar="SECONDS", type=float, help="real seconds until it must be ready (default: 30)"
    )
    option("--gateway-faketime", action="store_true", help="give the gateway the simulation's time, by libfaketime")
    option(
        "--gateway-patience",
        metavar="SECONDS",
        type=float,
        help=f"real seconds that a sentence may let pass; a longer wait fails (default: {Limits().real_seconds:g})",
    )
    option(
        "--speed",
        type=float,
        help=f"seconds of a live simulation a second (default: {DILATED:g} with --gateway-faketime, {REAL:g} without)",
    )


def read_gateway(config: pytest.Config, name: str, remote: RemoteCht | None = None) -> GatewayUnderTest:
    """Return the gateway of this name, as the other options describe it; `remote` is the CHT that runs elsewhere.

    Raises `ValueError` with a sentence that helps.
    """
    under_test = parse_gateway(name)
    if not under_test.live:
        given = [name for name in OPTIONS if config.getoption(name) and not (remote and name in OF_LIVE_TIME)]
        if given:
            option = f"--{given[0].replace('_', '-')}"
            raise UsageError(f"{option} is for gateways in other processes: command:…, docker:… or running")
        return under_test
    path = config.getoption("gateway_config")
    template = read_template(
        Path(path) if path else None,
        environment=dict(map(_variable, config.getoption("gateway_env") or ())),
        ready=config.getoption("gateway_ready"),
        deadline=config.getoption("gateway_deadline"),
        faketime=config.getoption("gateway_faketime") or None,
    )
    for word in _words(under_test.value):
        placeholders_of(word)
    if template.faketime:
        library()
    if under_test.kind == "running" and config.getoption("numprocesses", None):
        raise UsageError("a gateway that runs already is one, and cannot serve several processes: leave out -n")
    speed_of(config, under_test)
    return replace(under_test, template=template)


def speed_of(config: pytest.Config, under_test: GatewayUnderTest, remote: RemoteCht | None = None) -> float:
    """Return how fast the simulation is to be. Raises `UsageError` where it cannot be so fast."""
    speed: float | None = config.getoption("speed")
    if speed is None and remote is not None:
        return remote.default_speed
    if speed is None:
        return DILATED if under_test.template.faketime else REAL
    try:
        return LiveClock(speed=speed).speed
    except ValueError as error:
        raise UsageError(str(error)) from None


def limits_of(config: pytest.Config) -> Limits | None:
    """Return how long the simulation may take for an advance; None: as always."""
    patience: float | None = config.getoption("gateway_patience")
    return None if patience is None else Limits(real_seconds=patience)


def header(config: pytest.Config, under_test: GatewayUnderTest, speed: float) -> str | None:
    """Return the line that a run with a gateway in another process begins with."""
    if not under_test.live:
        return None
    if under_test.kind == "running":
        from rapidpro_simulator.gateways.running import to_configure

        told = to_configure(under_test.template, Seed(config.getoption("--seed")))
        return f"rapidpro-simulator: the gateway should be configured so:\n{told}"
    follows = "goes along, by libfaketime" if under_test.template.faketime else "is its own"
    return f"rapidpro-simulator: {under_test.name}; {speed:g} times as fast as real time; the gateway's clock {follows}"


def arguments(config: pytest.Config) -> Sequence[str]:
    """Return the options that were given, as they are written on a command line."""
    words = []
    for name in OPTIONS:
        option, value = f"--{name.replace('_', '-')}", config.getoption(name)
        values = value if isinstance(value, list) else [value] if value else []
        words += [word for each in values for word in ([option] if each is True else [option, str(each)])]
    return words


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(f"{command!r} is no command: {error}") from None


def _variable(text: str) -> tuple[str, str]:
    name, equals, template = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--gateway-env {text}: write NAME=TEMPLATE, as in RAPIDPRO_URL={{rapidpro_url}}")
    placeholders_of(template)
    return name, template

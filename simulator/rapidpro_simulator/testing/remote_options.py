"""The options of pytest for a CHT that runs elsewhere, in place of the model."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.gateways import BUILT_IN
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from rapidpro_simulator.cht.remote import RemoteCht
    from rapidpro_simulator.gateways import GatewayUnderTest

PASSWORD = "CHT_PASSWORD"  # noqa: S105 the name of a variable
USER = "medic"
OPTIONS = ("cht", "cht_user", "cht_database", "cht_ca", "rapidpro_address", "rapidpro_name")
"""Those that may be shown: the password is none of them."""


def add_options(group: pytest.OptionGroup) -> None:
    option = group.addoption
    option(
        "--cht", metavar="URL", help="a CHT that runs elsewhere and is for features only, as in https://localhost:8443"
    )
    option("--cht-user", metavar="NAME", help=f"an administrator of that CHT (default: {USER})")
    option("--cht-password", metavar="WORD", help=f"the administrator's password (default: the variable {PASSWORD})")
    option(
        "--cht-database",
        metavar="NAME",
        help="its main database (default: medic); with medic-test its timers run every second, and --speed is 60",
    )
    option("--cht-ca", metavar="FILE", help="a PEM file with the certificates to trust, instead of everybody's")
    option(
        "--rapidpro-address",
        metavar="ADDRESS[:PORT]",
        help="where the simulated RapidPro listens for that CHT (default: 127.0.0.1, any port)",
    )
    option("--rapidpro-name", metavar="HOST", help="what that CHT calls this address, as in host.docker.internal")


def read_remote(config: pytest.Config) -> RemoteCht | None:
    """Return the CHT that the command line names; None: the model. Raises `UsageError` with a sentence that helps."""
    url = config.getoption("cht")
    if url is None:
        _refuse_without_cht(config)
        return None
    from rapidpro_simulator.cht.remote import RemoteCht

    if config.getoption("numprocesses", None):
        raise UsageError("a CHT that runs elsewhere is one, and cannot serve several processes: leave out -n")
    password = config.getoption("cht_password") or os.environ.get(PASSWORD)
    if not password:
        raise UsageError(f"--cht needs the administrator's password: --cht-password, or the variable {PASSWORD}")
    ca = config.getoption("cht_ca")
    address, port = _address(config.getoption("rapidpro_address") or "127.0.0.1")
    return RemoteCht(
        url,
        config.getoption("cht_user") or USER,
        password,
        config.getoption("cht_database") or "medic",
        ca=Path(ca) if ca else None,
        rapidpro_address=address,
        rapidpro_port=port,
        rapidpro_name=config.getoption("rapidpro_name"),
    )


def found_release(remote: RemoteCht, under_test: GatewayUnderTest, asked: str | None) -> GatewayUnderTest:
    """Return the gateway under test with the release that the CHT has; `asked` is what `--gateway` said, if anything.

    Raises `UsageError` where the CHT cannot be used, or is of another release than was asked for.
    """
    from rapidpro_simulator.cht.remote import probe

    if under_test.kind == "standalone":
        raise UsageError(
            "the standalone gateway in this process needs frozen time, which a CHT that runs elsewhere does not know: "
            "--gateway 'command:python -m cht_rapidpro_gateway'"
        )
    release = probe(remote)
    if under_test.kind != BUILT_IN:
        return replace(under_test, release=release)
    wanted = under_test.release.name
    if asked is not None and not (release.is_since(under_test.value) and release.is_until(under_test.value)):
        raise UsageError(f"--gateway {asked}: the CHT at {remote.base} is of the release {release.name}, not {wanted}")
    return replace(under_test, name=f"{BUILT_IN}:{release.name}", value=release.name, release=release)


def header(remote: RemoteCht, under_test: GatewayUnderTest, speed: float) -> str:
    """Return the line that a run against this CHT begins with."""
    where = f"CHT {under_test.release.name} at {remote.base}, database {remote.database}"
    return f"rapidpro-simulator: {where}; {speed:g} times as fast as real time"


def arguments(config: pytest.Config) -> Sequence[str]:
    """Return the options that were given, as they are written on a command line; without the password."""
    given = [(name, config.getoption(name)) for name in OPTIONS]
    return [word for name, value in given if value for word in (_written(name), str(value))]


def _refuse_without_cht(config: pytest.Config) -> None:
    for name in (*OPTIONS, "cht_password"):
        if config.getoption(name):
            raise UsageError(f"{_written(name)} is for a CHT that runs elsewhere: name it with --cht")


def _written(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _address(text: str) -> tuple[str, int]:
    address, colon, port = text.rpartition(":")
    if not colon:
        return text, 0
    if not port.isdecimal() or not address:
        raise UsageError(f"--rapidpro-address {text}: write an address and a port, as in 0.0.0.0:8000")
    return address, int(port)

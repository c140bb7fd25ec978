"""What is said of a CHT elsewhere on the command line: TLS, the login, and what helps where something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation
from tests.gateways.conftest import program

from .conftest import DATABASE
from .tls import TlsFront

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Elsewhere

NOBODY = "http://127.0.0.1:9"
FEATURE = """
Feature: F

  Scenario: Delivery
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And a pending message
    Then within 10 minutes the message is in the state "delivered"
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


@pytest.fixture
def front(tmp_path: Path, elsewhere: Elsewhere) -> Iterator[TlsFront]:
    front = TlsFront(tmp_path, elsewhere.url)
    yield front
    front.close()


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    pytester.makefile(".feature", tried=FEATURE)
    return pytester.runpytest("-p", "no:randomly", *options)


def test_a_certificate_of_ones_own_is_trusted(pytester: pytest.Pytester, elsewhere: Elsewhere, front: TlsFront) -> None:
    """A scenario passes over TLS, where the file with the certificate is named."""
    account = ["--cht", front.url, "--cht-password", elsewhere.password, "--cht-database", DATABASE]

    run(pytester, *account, "--cht-ca", str(front.ca)).assert_outcomes(passed=1)


def test_other_certificates_are_not(pytester: pytest.Pytester, elsewhere: Elsewhere, front: TlsFront) -> None:
    """Nobody takes a password to a server that cannot show who it is."""
    result = run(pytester, "--cht", front.url, "--cht-password", elsewhere.password, "--cht-database", DATABASE)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("ERROR: the CHT at https://127.0.0.1:* cannot be reached: *CERTIFICATE_VERIFY_FAILED*")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--cht-user", "medic", "--cht-password", "wrong"], "does not let medic in: HTTP Error 401: *"),
        (["--cht-user", "gateway", "--cht-password", "{gateway}"], "gateway is no administrator of the CHT at *"),
        (["--cht-database", "medic"], "has no database 'medic'; name it with --cht-database"),
        (
            ["--cht-password", ""],
            "--cht needs the administrator's password: --cht-password, or the variable CHT_PASSWORD",
        ),
        (["-n", "2"], "cannot serve several processes: leave out -n"),
        (["--gateway", "cht:4.13"], "--gateway cht:4.13: the CHT at * is of the release 5.2.0, not 4.13.0"),
        (["--gateway", "standalone"], "needs frozen time, *: --gateway 'command:python -m cht_rapidpro_gateway'"),
        (["--gateway-ready", "port"], "--gateway-ready is for gateways in other processes"),
        (["--rapidpro-address", "0.0.0.0"], "by which name does the CHT reach 0.0.0.0? *--rapidpro-name*"),
        (["--rapidpro-address", "127.0.0.1:http"], "write an address and a port, as in 0.0.0.0:8000"),
        (["--cht", "cht.example.org"], "'cht.example.org' is no address of a CHT; write it like https://*"),
        (["--cht", "https://medic:secret@cht.example.org"], "write only the scheme and the host of the CHT*"),
        (["--cht", NOBODY], f"the CHT at {NOBODY} cannot be reached: *refused*"),
        (["--cht", "{rapidpro}"], "at http://*"),
        (["--cht-ca", "/dev/null"], "/dev/null holds no certificates that can be read: *"),
    ],
)
def test_what_cannot_be_says_so(
    pytester: pytest.Pytester, elsewhere: Elsewhere, options: list[str], complaint: str
) -> None:
    """One sentence says what is wrong, before any scenario."""
    known = {"{gateway}": elsewhere.gateway_password, "{rapidpro}": elsewhere.rapidpro}
    given = [known.get(option, option) for option in options]
    account = ["--cht", elsewhere.url, "--cht-password", elsewhere.password, "--cht-database", DATABASE]

    result = run(pytester, *account, *given)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(f"ERROR: *{complaint}*")


@pytest.mark.parametrize("option", ["--cht-user", "--cht-password", "--cht-ca", "--rapidpro-name"])
def test_options_without_a_cht_are_refused(pytester: pytest.Pytester, option: str) -> None:
    """An option that would mean nothing says what is missing."""
    result = run(pytester, option, "something")

    result.stderr.fnmatch_lines(f"ERROR: {option} is for a CHT that runs elsewhere: name it with --cht")


def test_the_speed_is_that_of_a_test_database(pytester: pytest.Pytester, elsewhere: Elsewhere) -> None:
    """A minute of the simulation is a second, as CHT's timers have it; `--speed` counts more."""
    account = ["--cht", elsewhere.url, "--cht-password", elsewhere.password, "--cht-database", DATABASE]

    usual = run(pytester, *account, "--collect-only")
    other = run(pytester, *account, "--collect-only", "--speed", "10")

    usual.stdout.fnmatch_lines(f"*CHT 5.2.0 at {elsewhere.url}, database medic-test; 60 times as fast as real time")
    other.stdout.fnmatch_lines("*database medic-test; 10 times as fast as real time")


def test_a_gateway_beside_it_keeps_its_options(pytester: pytest.Pytester, elsewhere: Elsewhere) -> None:
    """Both headers are shown, with one speed."""
    account = ["--cht", elsewhere.url, "--cht-password", elsewhere.password, "--cht-database", DATABASE]

    result = run(pytester, *account, "--collect-only", "--gateway", f"command:{program('pass')}")

    result.stdout.fnmatch_lines(["*command:*; 60 times as fast as real time*", "*CHT 5.2.0 at *"])

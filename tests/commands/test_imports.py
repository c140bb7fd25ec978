"""Commands import what they need: what few of them need would make all of them slow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE

from .serving import ANY_PORTS

FLOWS = Path(__file__).parents[2] / "fixtures" / "flows"
TESTING = {"gherkin", "hypothesis", "pytest", "pytest_bdd", "rapidpro_simulator.testing.catalogue"}
NETWORK = {"aiohttp", "asyncio", "rapidpro_simulator.cht", "rapidpro_simulator.simulation"}
# What a served world needs once a sentence is said, a page is looked at, or a gateway sends something.
LATER = {
    *(TESTING - {"gherkin"}),
    "faker",
    "fastjsonschema",
    "jinja2",
    "jsonschema",
    "rapidpro_simulator.cht.project",
    "rapidpro_simulator.laboratory.recording.recorder",
    "rapidpro_simulator.testing.narrator",
}

# Runs a command, and says at its end what has been imported; `serve` is ended once it is ready.
SCRIPT = """
import atexit, json, os, signal, sys

def say(text):
    if text.endswith("ends it"):
        os.kill(os.getpid(), signal.SIGTERM)

atexit.register(lambda: sys.stderr.write("\\n" + json.dumps(sorted(sys.modules))))
from rapidpro_simulator.commands import cli
if "serve" in sys.argv:
    from rapidpro_simulator.commands.serve import command
    command._say = say
sys.exit(cli.main(sys.argv[1:]))
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """Run a command in `folder` to its end, and return the modules that were imported then."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_serve(tmp_path: Path) -> None:
    """A world that is served begins without what sentences, pages and the checks of gateways need."""
    modules = imported(tmp_path, "serve", *ANY_PORTS, "--console-port", "0")
    assert "rapidpro_simulator.console.server" in modules
    assert modules & LATER == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["serve", "--help"], ["explore", "--help"]])
def test_help(arguments: list[str], tmp_path: Path) -> None:
    """Help and the version come from the command line alone."""
    modules = imported(tmp_path, *arguments)
    assert modules & (NETWORK | TESTING) == set()
    assert not [each for each in modules if each.startswith(("rapidpro_simulator.rapidpro", "rapidpro_simulator.lab"))]


def test_one_command(tmp_path: Path) -> None:
    """The options of a command come with its own module, and with no other's."""
    names = {each for each in imported(tmp_path, "journal", "--help") if "_simulator.commands." in each}
    assert names == {"rapidpro_simulator.commands.cli", "rapidpro_simulator.commands.journal"}


def test_demo(tmp_path: Path) -> None:
    """The demonstration is a simulation, and nothing of pytest."""
    assert not imported(tmp_path, "demo", "--fast") & {*TESTING, "jinja2"}


@pytest.mark.parametrize("verb", ["check", "list"])
def test_flows(verb: str, tmp_path: Path) -> None:
    """Flows are read into a workspace that nobody reaches: without network and CHT."""
    modules = imported(tmp_path, "flow", verb, str(FLOWS / "registration.json"))
    assert "rapidpro_simulator.rapidpro.workspace" in modules
    assert modules & (NETWORK | TESTING) == set()

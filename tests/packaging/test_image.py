"""The container of the simulator: what its Dockerfile and compose.yaml say can be done (no registry is needed here)."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.commands.serve import command
from rapidpro_simulator.console.worlds import Worlds
from rapidpro_simulator.served.plan import CHT_PORT, COUCHDB_PORT, RAPIDPRO_PORT
from tests.console.api import served
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
yaml: Any = import_module("yaml")  # it comes with schemathesis, and without types
SERVICE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["simulator"]
PORTS = {RAPIDPRO_PORT, CHT_PORT, COUCHDB_PORT, command.CONSOLE_PORT}


def options(words: Sequence[str]) -> argparse.Namespace:
    """Return what `serve` makes of a command's words; it ends the test where it refuses one."""
    assert words[0] == "serve"
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    return parser.parse_args(words[1:])


def instruction(name: str) -> str:
    found: list[str] = re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)
    return found[-1]


def test_everything_is_copied() -> None:
    """What the package is made of comes into the image, and nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {path.split("/")[0] for path in project["tool"]["setuptools"]["package-dir"].values()}
    needed = {*folders, "LICENSE", "README.md", "pyproject.toml"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == needed


def test_command() -> None:
    """The image serves at all of its addresses, at the ports that it names, and not as root."""
    found = options(json.loads(instruction("CMD")))
    assert (found.address, found.console_address) == ("0.0.0.0", "0.0.0.0")
    assert json.loads(instruction("ENTRYPOINT")) == ["rapidpro-simulator"]
    assert set(map(int, instruction("EXPOSE").split())) == PORTS
    assert instruction("USER") not in {"root", "0"}
    assert f"useradd --create-home --uid 1000 {instruction('USER')}" in DOCKERFILE


@pytest.mark.parametrize("up", [True, False])
def test_health(tmp_path: Path, up: bool) -> None:
    """The image is healthy where the control API answers, without its token, and not where it does not."""
    words = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])
    assert (words[:2], words[2].count("127.0.0.1:8700")) == (["python", "-c"], 1)
    with served(Worlds(tmp_path)) as api:
        port = str(api.port if up else 9)
        check = [sys.executable, "-c", words[2].replace("8700", port)]
        ended = subprocess.run(check, capture_output=True, timeout=PATIENCE, check=False)
    assert (ended.returncode == 0) is up


def test_compose(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service has the token of its environment, is called by its name, and is reached from this machine only."""
    found = options(shlex.split(re.sub(r"\$\{\w+:-(\w+)\}", r"\1", SERVICE["command"])))
    assert (found.address, found.console_address, found.console_host) == ("0.0.0.0", "0.0.0.0", ["simulator"])
    assert list(SERVICE["environment"]) == [command.ENVIRONMENT_VARIABLE]
    assert SERVICE["environment"][command.ENVIRONMENT_VARIABLE].startswith(f"${{{command.ENVIRONMENT_VARIABLE}:?")
    published = [each.split(":") for each in SERVICE["ports"]]
    assert {address for address, _, _ in published} == {"127.0.0.1"}
    assert {int(inside) for _, _, inside in published} == PORTS
    monkeypatch.setenv(command.ENVIRONMENT_VARIABLE, "a-token-of-my-own")
    assert options(["serve"]).console_token == "a-token-of-my-own"
    monkeypatch.setenv(command.ENVIRONMENT_VARIABLE, "")
    assert options(["serve"]).console_token is None

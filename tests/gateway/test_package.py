"""The gateway by itself: a wheel in a fresh environment, without the simulator and what that needs; and its container.

The wheel needs a package index, or pip's cache of one; without it these tests are skipped with the reason.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints
from zipfile import ZipFile

import pytest

import cht_rapidpro_gateway
from cht_rapidpro_gateway.configuration import Configuration
from tests.support.patience import PATIENCE

FOLDER = Path(__file__).parents[2] / "gateway"
OFFLINE = ("No matching distribution", "Could not fetch", "connection", "Temporary failure", "Name or service")


def _pip(python: Path | str, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "--retries", "1", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode and any(sign in ended.stderr for sign in OFFLINE):
        pytest.skip(f"no package index can be reached: {ended.stderr.strip().splitlines()[-1]}")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.long
@pytest.mark.xdist_group("wheel")
def test_the_wheel_works_in_a_fresh_environment(tmp_path: Path) -> None:
    """It holds the gateway only, needs nothing of the simulator's, and says what it wants to know."""
    source = tmp_path / "gateway"
    shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    _pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(source))
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert names == {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.py")}
    venv.create(tmp_path / "venv", with_pip=True)
    folder = tmp_path / "venv" / "bin"
    _pip(folder / "python", "install", str(wheel))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "GATEWAY"))}
    done = subprocess.run(
        [folder / "cht-rapidpro-gateway", "--check"],
        cwd=tmp_path / "venv",
        env=clean,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "cht.url is missing: set it in the file, or as GATEWAY_CHT_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_the_same_everywhere() -> None:
    """What pip says is what the program says."""
    document = tomllib.loads((FOLDER / "pyproject.toml").read_text())
    assert document["project"]["version"] == cht_rapidpro_gateway.__version__


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "README.md"])
def test_every_variable_that_is_named_is_a_setting(file: str) -> None:
    """Whoever copies them is not told that there is no such setting."""
    variables = {"GATEWAY_DATABASE", "GATEWAY_CATEGORY"} | {
        f"GATEWAY_{section}_{each.name}".upper()
        for section, kind in get_type_hints(Configuration).items()
        if section not in {"database", "category"}
        for each in fields(kind)
    }
    named = set(re.findall(r"GATEWAY_\w*[A-Z]\b", (FOLDER / file).read_text()))
    assert named
    assert named <= variables

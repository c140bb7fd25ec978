"""The wheel, in a fresh environment, used by a project that has nothing else of ours.

It needs a package index (or pip's cache of one); without it these tests are skipped with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import xml.etree.ElementTree as ET
from ast import literal_eval
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

from rapidpro_simulator.laboratory.explore.versions import versions
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
FOREIGN = Path(__file__).parent / "foreign"
CLASH = Path(__file__).parent / "clash"
PACKED = ("gateway", "simulator", "steps", "features", "fixtures", "pyproject.toml", "README.md", "LICENSE")
BESIDE = ("steps", "features", "fixtures")
GENERIC = ("simulator", "gateway", "steps", "features", "fixtures", "tests", "benchmarks", "conftest", "docs")
OFFLINE = ("No matching distribution", "Could not fetch", "connection", "Temporary failure", "Name or service")

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("wheel")]  # one build for all, with --dist loadgroup


class Environment(NamedTuple):
    """A fresh virtual environment with the wheel in it."""

    bin: Path
    wheel: Path


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in PACKED:
        _copy(ROOT / name, source / name)
    _pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    _pip(str(python), "install", str(wheel), "pytest-xdist")
    return Environment(python.parent, wheel)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _pip(python: str, *arguments: str) -> None:
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--retries", "1", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode and any(sign in ended.stderr for sign in OFFLINE):
        pytest.skip(f"no package index can be reached: {ended.stderr.strip().splitlines()[-1]}")
    assert ended.returncode == 0, ended.stderr


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A copy of the foreign project."""
    project = tmp_path / "clinic"
    shutil.copytree(FOREIGN, project, ignore=shutil.ignore_patterns("__pycache__"))
    return project


def run(environment: Environment, folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    return subprocess.run(
        [environment.bin / command, *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_the_wheel_holds_two_packages(environment: Environment) -> None:
    """Nothing but the simulator and the standalone gateway lands on the import path, under names of their own."""
    with ZipFile(environment.wheel) as wheel:
        top = {name.partition("/")[0] for name in wheel.namelist()}

    assert {name for name in top if not name.endswith(".dist-info")} == {"cht_rapidpro_gateway", "rapidpro_simulator"}


@pytest.mark.parametrize("folder", BESIDE)
def test_the_wheel_holds_every_file(environment: Environment, folder: str) -> None:
    """Steps, features, flows and schemas are all in it."""
    there_are = {path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".feature", ".json"}}
    with ZipFile(environment.wheel) as wheel:
        packed = set(wheel.namelist())

    assert {f"rapidpro_simulator/{path.relative_to(ROOT).as_posix()}" for path in there_are} - packed == set()


def test_nothing_generic_can_be_imported(environment: Environment, tmp_path: Path) -> None:
    """A project's own `steps` or `fixtures` meets no other."""
    code = f"from importlib.util import find_spec; print([name for name in {GENERIC} if find_spec(name)])"

    assert run(environment, tmp_path, "python", "-c", code).stdout == "[]\n"


@pytest.mark.parametrize(
    ("options", "passed"),
    [([], "3 passed"), (["-n", "2"], "3 passed"), (["-m", "reminders"], "2 passed, 1 deselected")],
)
def test_a_foreign_project_runs_its_features(
    environment: Environment, foreign: Path, options: list[str], passed: str
) -> None:
    """The plugin, our steps and those of the project work together, in one process and in several."""
    ended = run(environment, foreign, "pytest", "features/", "-q", *options)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert passed in ended.stdout


def test_a_foreign_project_reports_to_its_ci(environment: Environment, foreign: Path) -> None:
    """JUnit XML names every scenario."""
    run(environment, foreign, "pytest", "features/", "-q", "--junitxml", "report.xml")

    names = [case.get("name") for case in ET.parse(foreign / "report.xml").iter("testcase")]
    assert names == [
        "test_a_reminder_is_delivered",
        "test_whatever_the_clinic_writes_itself",
        "test_every_broadcast_keeps_to_its_schema",
    ]


@pytest.mark.parametrize("gateway", ["cht:5.2", "standalone"])
def test_a_project_may_have_packages_of_common_names(environment: Environment, tmp_path: Path, gateway: str) -> None:
    """`python -m pytest` puts the project in front of all that is installed, and nothing of ours is shadowed."""
    project = tmp_path / "clash"
    shutil.copytree(CLASH, project, ignore=shutil.ignore_patterns("__pycache__"))

    ended = run(environment, project, "python", "-m", "pytest", "features", "-q", "--gateway", gateway)

    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    assert "2 passed" in ended.stdout


def test_the_public_names_travel_with_it(environment: Environment, tmp_path: Path) -> None:
    """A project that has the wheel alone finds all of them."""
    code = "import rapidpro_simulator as r; print([name for name in r.__all__ if getattr(r, name).__name__ != name])"

    assert run(environment, tmp_path, "python", "-c", code).stdout == "[]\n"


def test_our_features_travel_with_it(environment: Environment, tmp_path: Path) -> None:
    """What RapidPro and CHT do according to us can be run by anybody who has the wheel."""
    ended = run(
        environment,
        tmp_path,
        "pytest",
        "--pyargs",
        "rapidpro_simulator.features",
        "-q",
        "-k",
        "test_a_message_goes_out_and_is_delivered",
    )

    assert " passed, " in ended.stdout


def test_the_command_works(environment: Environment, tmp_path: Path) -> None:
    """`rapidpro-simulator` is installed, and has all that it needs."""
    assert run(environment, tmp_path, "rapidpro-simulator", "--version").stdout.startswith("rapidpro-simulator ")
    assert run(environment, tmp_path, "rapidpro-simulator", "demo").returncode == 0


def test_it_is_the_same_as_a_checkout_to_a_cluster(environment: Environment, tmp_path: Path) -> None:
    """A search compares what its machines have installed, and not how."""
    program = "from rapidpro_simulator.laboratory.explore.versions import versions; print(versions())"

    ended = run(environment, tmp_path, "python", "-c", program)

    there = literal_eval(ended.stdout)
    assert there == {**versions(), "hypothesis": there["hypothesis"]}  # its newest release

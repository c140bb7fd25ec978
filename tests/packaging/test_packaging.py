"""What pyproject.toml promises to pack is all that there is to pack."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"cht_rapidpro_gateway": "gateway", "rapidpro_simulator": "simulator"}  # and the folder each stands in
BESIDE = ("steps", "features", "fixtures")  # they stand beside the package, and travel inside it


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_listed(project: dict[str, Any]) -> None:
    """A folder with Python in it that nobody lists would be missing from the wheel."""
    sources = [ROOT / folder for folder in PACKAGES.values()]
    folders = {path.parent.relative_to(source) for source in sources for path in source.rglob("*.py")}
    beside = [path.parent for name in BESIDE for path in (ROOT / name).rglob("*.py")]
    folders |= {Path("rapidpro_simulator", folder.relative_to(ROOT)) for folder in beside}

    assert sorted(".".join(folder.parts) for folder in folders) == project["tool"]["setuptools"]["packages"]


def test_what_stands_beside_the_package_is_mapped_into_it(project: dict[str, Any]) -> None:
    """Steps, features and fixtures are parts of `rapidpro_simulator` in an installed project."""
    mapped = project["tool"]["setuptools"]["package-dir"]

    own = {name: f"{folder}/{name}" for name, folder in PACKAGES.items()}
    assert mapped == {**own, **{f"rapidpro_simulator.{name}": name for name in BESIDE}}


def test_the_entry_points_exist(project: dict[str, Any]) -> None:
    """The command and the plugin are where the entry points say."""
    [command] = project["project"]["scripts"].values()
    [plugin] = project["project"]["entry-points"]["pytest11"].values()
    modules = [command.partition(":")[0], plugin]

    assert [(ROOT / "simulator" / (module.replace(".", "/") + ".py")).exists() for module in modules] == [True, True]

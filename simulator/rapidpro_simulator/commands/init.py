"""`rapidpro-simulator init`: begins a project that is green with `pytest`, and writes over nothing."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

TEMPLATES = resources.files("rapidpro_simulator.commands") / "templates"
# Where each template goes.
FILES = {
    "reminders.feature": "features/reminders.feature",
    "conftest.txt": "features/conftest.py",
    "workflow.yml": ".github/workflows/features.yml",
}
CONFIGURATION = ("pytest.ini", "pytest.ini")
# A project has one of these already, so its pytest is configured there.
CONFIGURED = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write a feature, a conftest.py with a sentence of your own, a workflow for GitHub Actions, and a pytest.ini "
        "where nothing configures pytest. Files that are there already are never written over."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="(default: this folder)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.world.errors import UsageError

    folder: Path = options.folder
    planned = dict(FILES)
    if not any((folder / name).exists() for name in CONFIGURED):
        planned |= dict([CONFIGURATION])
    there = [path for path in planned.values() if (folder / path).exists()]
    if there:
        raise UsageError(f"{folder / there[0]} is there already, and nothing has been written")
    try:
        for template, path in planned.items():
            _write(folder / path, (TEMPLATES / template).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from error
    sys.stdout.write("".join(f"written: {folder / path}\n" for path in planned.values()))
    sys.stdout.write("next: pytest, and rapidpro-simulator steps find WORDS\n")
    return 0


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:  # never over what another has just written
        file.write(text)

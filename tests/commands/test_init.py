"""`rapidpro-simulator init`: a new project is green, and nothing of an old one is written over."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.commands.cli import main
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = [".github/workflows/features.yml", "features/conftest.py", "features/reminders.feature", "pytest.ini"]


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_project_is_green(tmp_path: Path) -> None:
    """Two scenarios, one with a sentence of the project's own, pass at once."""
    assert main(["init", str(tmp_path / "ours")]) == 0

    assert files_of(tmp_path / "ours") == WRITTEN
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        command, cwd=tmp_path / "ours", capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", ["pyproject.toml", "tox.ini", "pytest.ini"])
def test_the_configuration_of_a_project_stays(tmp_path: Path, name: str) -> None:
    """Where something configures pytest there is no second configuration."""
    (tmp_path / name).write_text("# ours\n", encoding="utf-8")

    assert main(["init", str(tmp_path)]) == 0

    assert files_of(tmp_path) == sorted({*WRITTEN[:3], name})
    assert (tmp_path / name).read_text(encoding="utf-8") == "# ours\n"


@pytest.mark.parametrize("name", WRITTEN[:3])
def test_nothing_is_written_over(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one file is there already, none is written, and the sentence says which it is."""
    there = tmp_path / name
    there.parent.mkdir(parents=True)
    there.write_text("ours", encoding="utf-8")

    assert main(["init", str(tmp_path)]) == 2

    assert f"{name} is there already, and nothing has been written" in capsys.readouterr().err
    assert files_of(tmp_path) == [name]
    assert there.read_text(encoding="utf-8") == "ours"


def test_a_folder_that_cannot_be_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the place of the folder is one sentence, not a traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert main(["init", str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err

"""What searches have found stays found: scenarios as they were written, which fail with pytest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOUND = Path(__file__).parent / "found"


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Give a folder with the scenarios, where nothing of this project's configuration is."""
    shutil.copytree(FOUND, tmp_path / "found")
    return tmp_path


@pytest.mark.parametrize(("gateway", "ending"), [("cht:5.2", "failed"), ("standalone", "passed")])
def test_a_scenario_that_was_found_fails_until_the_gateway_is_mended(gateway: str, ending: str, copies: Path) -> None:
    """CHT's own gateway breaks each of the rules, and the standalone gateway keeps them."""
    command = [sys.executable, "-m", "pytest", "-q", "--gateway", gateway, "found"]
    ended = subprocess.run(command, cwd=copies, capture_output=True, text=True, check=False)

    assert ended.stdout.splitlines()[-1].startswith(f"{len(list(FOUND.iterdir()))} {ending} in "), ended.stdout

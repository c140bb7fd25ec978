"""A process whose parent is gone ends, and takes its files along, however the parent has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.testing.conformance import lifeline
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

# By its path: the process needs nothing else of the package.
CHILD = f"""
import importlib.util, pathlib, signal, sys, time
spec = importlib.util.spec_from_file_location("lifeline", {lifeline.__file__!r})
lifeline = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lifeline)
lifeline.GRACE = 0.2
folder = pathlib.Path(sys.argv[2])
lifeline.end_with_parent(int(sys.argv[1]), folder)
"""
OBEYS = "time.sleep(999)"
IS_DEAF = "signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(999)"
ENDS = "time.sleep(0)"


def start(folder: Path, what: str) -> tuple[subprocess.Popen[bytes], int]:
    reading, writing = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", CHILD + "(folder / 'begun').touch()\n" + what, str(reading), str(folder)],
        pass_fds=(reading,),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(reading)
    return child, writing


@pytest.mark.parametrize(("what", "code"), [(OBEYS, -signal.SIGINT), (IS_DEAF, -signal.SIGKILL)])
def test_a_process_ends_with_its_parent(tmp_path: Path, what: str, code: int) -> None:
    """As by Ctrl-C, which lets it put its things in order; what is deaf is killed."""
    (tmp_path / "files").mkdir()
    child, held_by_parent = start(tmp_path / "files", what)
    while not (tmp_path / "files" / "begun").exists() and child.poll() is None:
        time.sleep(0.01)

    os.close(held_by_parent)

    assert child.wait(PATIENCE) == code
    assert not (tmp_path / "files").exists()


def test_a_process_whose_parent_lives_leaves_its_files(tmp_path: Path) -> None:
    """They are what the parent wants to read."""
    child, held_by_parent = start(tmp_path, ENDS)

    assert child.wait(PATIENCE) == 0
    assert (tmp_path / "begun").exists()
    os.close(held_by_parent)

"""Child processes do what they are told, fail alone, and are gone when nobody is there who could tell them anything."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.explore.children import Child, Children
from rapidpro_simulator.laboratory.explore.workers import Workers
from tests.commands.serving import wait_for
from tests.gateways.conftest import lives
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def children() -> Iterator[Children]:
    children = Children()
    yield children
    children.end()


def test_a_child_is_another_process_that_is_kept(children: Children) -> None:
    """What is asked one after another is done by the same child."""
    first, second = children.do(os.getpid), children.do(os.getpid)

    assert first == second != os.getpid()


def test_what_is_raised_there_is_raised_here(children: Children) -> None:
    """An error comes back as it is, and the child goes on."""
    pid = children.do(os.getpid)

    with pytest.raises(ValueError, match="invalid literal for int"):
        children.do(int, "one")

    assert children.do(os.getpid) == pid


def test_what_is_printed_is_no_answer(children: Children) -> None:
    """A world may print what it wants."""
    assert children.do(print, "hello") is None
    assert children.do(int, "1") == 1


def test_a_child_that_dies_fails_what_it_did(children: Children) -> None:
    """It is a broken executor, and the next call is done by another child."""
    with pytest.raises(BrokenExecutor, match="died, with -6"):
        children.do(os.abort)

    assert children.do(int, "1") == 1


def test_a_child_that_died_in_between_is_replaced(children: Children) -> None:
    """Nobody is asked who is gone: children without work end after a while."""
    pid = children.do(os.getpid)
    os.kill(pid, 9)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # all its threads: the first may be gone before the others

    assert children.do(os.getpid) != pid


def test_killing_them_is_no_waiting() -> None:
    """Who does not wait for what is being done has it killed."""
    executor = Workers(2)
    futures = [executor.submit(time.sleep, 3600) for _ in range(3)]
    wait_for(lambda: futures[0].running() and futures[1].running(), "the beginning")
    began = time.monotonic()

    executor.shutdown(wait=False, cancel_futures=True)

    assert [type(future.exception()) for future in futures[:2]] == [BrokenExecutor] * 2
    assert futures[2].cancelled()
    assert time.monotonic() - began < PATIENCE / 2


def test_a_child_is_no_orphan(tmp_path: Path) -> None:
    """When its parent is killed it ends, in the middle of what it does."""
    program = (
        "import sys, time; from threading import Thread; from tests.laboratory.explore.test_children import *;"
        "child = Child(); print(child.do(os.getpid), flush=True); child.do(time.sleep, 3600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    wait_for(lambda: not lives(pid), "its end")


def test_a_child_without_work_ends_without_a_word() -> None:
    """It has no part in a search any more, and nothing to say on its terminal."""
    program = (
        "from rapidpro_simulator.laboratory.explore import children;"
        "children.IDLE_SECONDS = 0.1; children.main(); print('not reached')"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    with child:
        assert child.wait(PATIENCE) == 0
        assert child.stdout is not None
        assert child.stdout.read() == b""


def test_a_child_needs_nobody() -> None:
    """One that is ended does nothing any more."""
    child = Child()
    child.end()

    assert not child.lives
    with pytest.raises(BrokenExecutor):
        child.do(int, "1")

"""Programs under a supervisor: their lines, their signals, their ends, and that nothing of them is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways.processes import Process
from rapidpro_simulator.world.clock import LiveClock
from rapidpro_simulator.world.loop import SimulationLoop
from tests.support.patience import PATIENCE

from .conftest import ROOT, kill, lives, state_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

SPEED = 60
ENVIRONMENT = {"PATH": os.environ["PATH"]}

# It has a child in a session of its own, and hears no request to end.
FAMILY = """
import os, signal, subprocess, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
Path("pids.new").write_text(f"{os.getpid()} {child.pid}")
os.rename("pids.new", "pids")
print("ready", flush=True)
time.sleep(1000)
"""


@pytest.fixture
def loop() -> Iterator[SimulationLoop]:
    loop = SimulationLoop(LiveClock(speed=SPEED))
    yield loop
    loop.finish()


async def ended(process: Process) -> int | None:
    await asyncio.wait_for(process.ended.wait(), SPEED * PATIENCE)
    return process.code


def test_lines_come_as_they_are_written(loop: SimulationLoop, tmp_path: Path) -> None:
    """Both outputs are read line by line, also the last one that has no end."""
    lines: list[str] = []

    async def run() -> int | None:
        command = ["sh", "-c", "echo one; echo two >&2; printf 'thr\\303\\251e'"]
        process = await Process.start(command, ENVIRONMENT, tmp_path, lines.append)
        code = await ended(process)
        process.close()
        await asyncio.sleep(1)
        return code

    assert loop.run(run()) == 0
    assert lines == ["one", "two", "thrée"]


@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", -9), ("cd /; exec sleep 0", 0)]
)
def test_an_end_is_told(loop: SimulationLoop, tmp_path: Path, script: str, code: int) -> None:
    """The exit code is the program's own, or its signal below zero."""

    async def run() -> int | None:
        process = await Process.start(["sh", "-c", script], ENVIRONMENT, tmp_path, lambda _: None)
        try:
            return await ended(process)
        finally:
            process.close()

    assert loop.run(run()) == code


def test_it_runs_where_and_with_what_it_is_told(loop: SimulationLoop, tmp_path: Path) -> None:
    """The folder and the environment are those that are given, and no others."""
    lines: list[str] = []

    async def run() -> None:
        environment = {**ENVIRONMENT, "COLOUR": "green and blue"}
        process = await Process.start(["sh", "-c", "pwd; env"], environment, tmp_path, lines.append)
        await ended(process)
        process.close()

    loop.run(run())
    assert lines[0] == str(tmp_path)
    assert "COLOUR=green and blue" in lines
    assert not [line for line in lines if line.startswith("PYTEST")]


@pytest.mark.parametrize("command", [["no-such-program"], ["/"]])
def test_what_is_no_program_is_refused(loop: SimulationLoop, tmp_path: Path, command: list[str]) -> None:
    """The system's own words say why."""
    with pytest.raises(OSError, match=f": {command[0]}"):
        loop.run(Process.start(command, ENVIRONMENT, tmp_path, lambda _: None))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGUSR1])
def test_signals_reach_the_whole_group(loop: SimulationLoop, tmp_path: Path, number: signal.Signals) -> None:
    """A program that a shell has started hears them as well."""

    async def run() -> int | None:
        script = "sleep 1000 & sleep 1000 & echo $!; wait"
        started = asyncio.Event()
        process = await Process.start(["sh", "-c", script], ENVIRONMENT, tmp_path, lambda _: started.set())
        try:
            await started.wait()
            process.signal(number)
            return await ended(process)
        finally:
            process.close()

    assert loop.run(run()) == -number


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.parametrize(("number", "state"), [(signal.SIGKILL, "Z"), (signal.SIGSTOP, "T")])
def test_a_signal_needs_no_supervisor(loop: SimulationLoop, tmp_path: Path, number: signal.Signals, state: str) -> None:
    """However busy that is: a gateway that is killed during a request does not see how the request ends."""

    async def run() -> None:
        process = await Process.start(["sleep", "1000"], ENVIRONMENT, tmp_path, lambda _: None)
        supervisor = parent_of(process.pid)
        os.kill(supervisor, signal.SIGSTOP)
        wait_for(lambda: state_of(supervisor) == "T", "its standstill")
        try:
            process.signal(number)
            wait_for(lambda: state_of(process.pid) == state, f"the state {state}")
        finally:
            os.kill(supervisor, signal.SIGCONT)
            process.close()

    loop.run(run())


def family(folder: Path) -> list[int]:
    wait_for((folder / "pids").exists, "the family")
    return [int(pid) for pid in (folder / "pids").read_text().split()]


def test_close_leaves_nobody(loop: SimulationLoop, tmp_path: Path) -> None:
    """Not even a grandchild that left for a session of its own, of a program that does not want to end."""

    async def run() -> None:
        process = await Process.start([sys.executable, "-c", FAMILY], ENVIRONMENT, tmp_path, lambda _: None)
        family(tmp_path)
        process.close()

    loop.run(run())
    assert [pid for pid in family(tmp_path) if lives(pid)] == []


def test_the_children_of_a_program_end_with_it(loop: SimulationLoop, tmp_path: Path) -> None:
    """A crash of the gateway leaves no helper of it at work."""

    async def run() -> int | None:
        process = await Process.start([sys.executable, "-c", FAMILY], ENVIRONMENT, tmp_path, lambda _: None)
        process.signal(signal.SIGCONT)
        program, _ = family(tmp_path)
        os.kill(program, signal.SIGKILL)
        code = await ended(process)
        process.close()
        return code

    assert loop.run(run()) == -signal.SIGKILL
    assert [pid for pid in family(tmp_path) if lives(pid)] == []


def test_a_supervisor_that_is_killed_takes_the_program_with_it(loop: SimulationLoop, tmp_path: Path) -> None:
    """There is nobody who could stand in for it."""

    async def run() -> None:
        process = await Process.start([sys.executable, "-c", FAMILY], ENVIRONMENT, tmp_path, lambda _: None)
        program, child = family(tmp_path)
        os.kill(parent_of(program), signal.SIGKILL)
        wait_for(lambda: not lives(program), "the end of the program")
        kill(child)
        process.close()

    loop.run(run())


FEATURE = """
Feature: F
  Scenario: S
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    Then within 10 days the workspace "Main" has 1 message
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_test_run_that_is_killed_leaves_nobody(tmp_path: Path, number: signal.Signals) -> None:
    """However pytest ends, the gateway ends with it: SIGKILL leaves it no time for anything."""
    (tmp_path / "endless.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "family.py").write_text(FAMILY, encoding="utf-8")
    options = [
        "--gateway",
        "command:python family.py",
        "--gateway-ready",
        "log:ready",
        "--gateway-patience",
        f"{PATIENCE:g}",
    ]
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path), "endless.feature", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        pids = family(tmp_path)
        assert run.poll() is None, "it waits for what never comes"
        run.send_signal(number)
        run.wait(PATIENCE)
        wait_for(lambda: not any(map(lives, pids)), "the end of the gateway")
    finally:
        run.kill()
        run.wait()

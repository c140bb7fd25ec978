"""The file of a served world's journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.served.journal_file import JournalFile
from rapidpro_simulator.served.plan import PlanError
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def loop() -> Iterator[SimulationLoop]:
    loop = SimulationLoop(FrozenClock())
    yield loop
    loop.finish()


@pytest.fixture
def journal(loop: SimulationLoop) -> Journal:
    journal = Journal(loop.clock)
    journal.header = {"seed": 1}
    return journal


def numbers(path: Path) -> list[int]:
    return [json.loads(line)["number"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_turns(loop: SimulationLoop, journal: Journal, tmp_path: Path) -> None:
    """What happens in one turn of the event loop is in the file when it is over, in whole lines."""
    path = tmp_path / "journal.jsonl"
    file = JournalFile(path, journal, loop)

    async def happen() -> None:
        for _ in range(3):
            journal.event("something")

    loop.run(happen())
    loop.advance(0)
    assert numbers(path) == [0, 1, 2, 3]
    file.close()


def test_close(loop: SimulationLoop, journal: Journal, tmp_path: Path) -> None:
    """What is left is written when the file is closed, and nothing after that."""
    path = tmp_path / "journal.jsonl"
    file = JournalFile(path, journal, loop)
    journal.event("something")
    file.close()
    journal.event("something else")
    loop.advance(0)
    assert numbers(path) == [0, 1]


def test_no_such_folder(loop: SimulationLoop, journal: Journal, tmp_path: Path) -> None:
    """Where the file cannot be written, the plan cannot be lived, and says what to change."""
    with pytest.raises(PlanError, match="No such file or directory; name another file with --journal"):
        JournalFile(tmp_path / "missing" / "journal.jsonl", journal, loop)

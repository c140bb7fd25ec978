"""Plays the story with its bad end and with its good one, between a title and what to try next."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.terminal import Terminal
from rapidpro_simulator.world.errors import UsageError

from .story import Played, Story


def play(*, seed: int = 0, fast: bool = False, color: bool = True, journal: Path) -> None:
    """Tell the story twice, with its bad end and its good one; save the journals at `journal` and beside it.

    Raises `UsageError` where they cannot be written.
    """
    terminal = Terminal(sys.stdout, color=color, fast=fast)
    second = journal.with_stem(f"{journal.stem}-failed-first")
    for path in (journal, second):
        _refuse_unwritable(path)
    began = time.perf_counter()
    _title(terminal, seed)
    with Simulation(seed=seed) as simulation:
        bad = Story(simulation, terminal).burn()
        simulation.journal.save(journal)
    with Simulation(seed=seed) as simulation:
        good = Story(simulation, terminal).keep_free()
        simulation.journal.save(second)
    _figures(terminal, [bad, good], time.perf_counter() - began - terminal.paused)
    _what_next(terminal, journal, second)


def _title(terminal: Terminal, seed: int) -> None:
    terminal.say(terminal.paint("The account switch that burns the quota", "bold", "cyan"))
    terminal.say(
        f"CHT 5.2 and its built-in gateway talk to RapidPro, over real HTTP, in virtual time. Seed {seed}.", pause=0.4
    )


def _figures(terminal: Terminal, played: list[Played], real_seconds: float) -> None:
    minutes = round(sum(each.seconds for each in played) / 60)
    exchanges = sum(each.exchanges for each in played)
    terminal.say()
    terminal.say(
        terminal.paint(
            f"{minutes // 60} h {minutes % 60:02} min of virtual time and {exchanges:,} HTTP exchanges "
            f"in {real_seconds:.1f} s of real time.",
            "bold",
        )
    )


def _what_next(terminal: Terminal, journal: Path, second: Path) -> None:
    terminal.say(f"Journals: {journal.resolve()}\n          {second.resolve()}")
    terminal.say()
    terminal.say("What to try next:")
    where = _where_commands_are()
    for command, why in (
        (f"rapidpro-simulator journal {journal} exchange status=429", "every request that was refused"),
        ("pytest features/account_switch.feature", "the same story, as scenarios that are checked"),
        ("pytest features/ --gateway cht:4.13", "every story, with an older release of CHT"),
        ("rapidpro-simulator serve --speed 600", "both services on ports, for your own gateway"),
    ):
        terminal.say(terminal.paint(f"  {why}:", "dim"))
        terminal.say(f"    {where}{command}")


def _where_commands_are() -> str:
    # After `make demo` they are in an environment that is not activated.
    if shutil.which("rapidpro-simulator") is not None:
        return ""
    folder = Path(sys.executable).parent
    return f"{folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder}/"


def _refuse_unwritable(path: Path) -> None:
    try:
        path.open("w").close()
    except OSError as error:
        raise UsageError(
            f"the journal {path} cannot be written: {error.strerror}; name another file with --journal"
        ) from None

"""Every verdict has a line of its own at once; a terminal shows below what is under way."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from rapidpro_simulator.testing.conformance.matrix import Cell, ScenarioResult, Verdict
from rapidpro_simulator.testing.conformance.plan import ConformancePlan
from rapidpro_simulator.testing.conformance.progress import Progress
from rapidpro_simulator.testing.conformance.rules import GatewayRule
from rapidpro_simulator.testing.terminal import Terminal

if TYPE_CHECKING:
    from rapidpro_simulator.testing.conformance.trial import Trial

RULE = GatewayRule("R7", "A message that was read is delivered", "States")
PLAN = ConformancePlan(["cht:5.2", "mine"], only=["R7", "R13"])


class Screen(io.StringIO):
    """What a terminal, or a file, has got."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def cell(*verdicts: Verdict, found: str = "") -> Cell:
    return Cell([ScenarioResult("it is read", verdict, ("R7",), found=found) for verdict in verdicts])


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict.PASSED, "[1/4] mine     R7   ✓          A message that was read is delivered"),
        (Verdict.KNOWN_DEFECT, "[1/4] mine     R7   known      A message that was read is delivered"),
        (Verdict.FAILED, "[1/4] mine     R7   FAILED     A message that was read is delivered"),
        (Verdict.TIMED_OUT, "[1/4] mine     R7   TIMED OUT  A message that was read is delivered"),
        (Verdict.NOT_APPLICABLE, "[1/4] mine     R7   –          A message that was read is delivered"),
    ],
)
def test_a_verdict_is_a_line(verdict: Verdict, line: str) -> None:
    """In a file it is plain text."""
    screen = Screen(is_terminal=False)
    Progress(Terminal(screen), PLAN).ended("mine", RULE, cell(verdict), was_saved=False)

    assert screen.getvalue().splitlines()[0] == line


def test_a_failure_says_at_once_what_was_found() -> None:
    """Nobody has to wait for the matrix."""
    screen = Screen(is_terminal=False)
    failed = cell(Verdict.PASSED, Verdict.FAILED, found="expected delivered")
    Progress(Terminal(screen), PLAN).ended("mine", RULE, failed, was_saved=False)

    assert screen.getvalue().splitlines()[1:] == ["      in it is read: expected delivered"]


def test_what_was_saved_says_so() -> None:
    """A verdict of the run that was broken off is counted, and told apart."""
    screen = Screen(is_terminal=False)
    progress = Progress(Terminal(screen), PLAN)
    progress.ended("cht:5.2", RULE, cell(Verdict.PASSED), was_saved=True)
    progress.ended("mine", RULE, cell(Verdict.PASSED), was_saved=False)

    assert ["(as before)" in line for line in screen.getvalue().splitlines()] == [True, False]
    assert screen.getvalue().splitlines()[1].startswith("[2/4]")


def under_way(progress: Progress) -> None:
    progress.waits([cast("Trial", SimpleNamespace(gateway="mine", rule=RULE, began=0.0))])


def test_a_terminal_shows_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a second, and the next verdict takes its place."""
    monkeypatch.setenv("TERM", "xterm")
    now = [100.0]
    monkeypatch.setattr(
        "rapidpro_simulator.testing.conformance.progress.time", cast("Any", SimpleNamespace(monotonic=lambda: now[0]))
    )
    screen = Screen(is_terminal=True)
    progress = Progress(Terminal(screen, color=False), PLAN)
    for now[0] in (100.0, 100.5, 101.5):
        under_way(progress)
    progress.ended("mine", RULE, cell(Verdict.PASSED), was_saved=False)

    first, second, verdict = screen.getvalue().split("\r\033[K")
    assert first == f"{'░' * 20} 0/4  mine R7 100 s"
    assert second == f"{'░' * 20} 0/4  mine R7 102 s"
    assert verdict.startswith("[1/4]")


@pytest.mark.parametrize(("is_terminal", "term"), [(False, "xterm"), (True, "dumb")])
def test_only_a_terminal_is_drawn_on(monkeypatch: pytest.MonkeyPatch, is_terminal: bool, term: str) -> None:
    """A file would be full of lines that nobody wants, and a dumb terminal cannot take one back."""
    monkeypatch.setenv("TERM", term)
    screen = Screen(is_terminal=is_terminal)
    under_way(Progress(Terminal(screen), PLAN))

    assert screen.getvalue() == ""

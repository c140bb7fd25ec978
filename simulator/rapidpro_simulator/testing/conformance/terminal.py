"""The matrix on a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from .matrix import Matrix, ScenarioResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.testing.terminal import Terminal

    from .rules import GatewayRule

WIDTH = 110
MARKS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.KNOWN_DEFECT: ("known", "yellow"),
    Verdict.FAILED: ("FAILED", "red"),
    Verdict.TIMED_OUT: ("TIMED OUT", "red"),
    Verdict.NOT_APPLICABLE: ("–", "dim"),
}
VERDICT_WIDTH = max(len(mark) for mark, _ in MARKS.values())
GAP = 2


def show(matrix: Matrix, terminal: Terminal) -> None:
    """Write the matrix, why rules are known not to be kept, and the evidence of every failure."""
    _table(matrix, terminal)
    _known(matrix, terminal)
    _failures(matrix, terminal)
    terminal.say()
    for gateway in matrix.gateways:
        said = ", ".join(terminal.paint(total, MARKS[verdict][1]) for verdict, total in matrix.totals(gateway))
        terminal.say(f"{terminal.paint(gateway, 'bold')}: {said}")


def _table(matrix: Matrix, terminal: Terminal) -> None:
    widths = {gateway: max(len(gateway), *_mark_widths(matrix, gateway)) for gateway in matrix.gateways}
    room = max(40, WIDTH - sum(width + GAP for width in widths.values()))
    head = "".join(f"{' ' * GAP}{gateway:^{width}}" for gateway, width in widths.items())
    terminal.say(terminal.paint(f"{'':{room}}{head}".rstrip(), "bold"))
    for feature, rules in matrix.features():
        terminal.say()
        terminal.say(terminal.paint(feature, "cyan"))
        for rule in rules:
            first, *more = textwrap.wrap(rule.title, room - 5)
            cells = "".join(
                " " * GAP + _mark(terminal, matrix.cell(rule, gateway).verdict, width)
                for gateway, width in widths.items()
            )
            terminal.say(f"{rule.id:<5}{first:<{room - 5}}{cells}".rstrip())
            for line in more:
                terminal.say(f"{'':5}{line}")


def _mark_widths(matrix: Matrix, gateway: str) -> Iterator[int]:
    yield len(MARKS[Verdict.FAILED][0])
    for rule in matrix.rules:
        yield len(MARKS[matrix.cell(rule, gateway).verdict][0])


def _mark(terminal: Terminal, verdict: Verdict, width: int) -> str:
    mark, color = MARKS[verdict]
    return f"{mark:^{width}}".replace(mark, terminal.paint(mark, color))


def _known(matrix: Matrix, terminal: Terminal) -> None:
    found = [
        (rule, gateway, reason)
        for rule in matrix.rules
        for gateway in matrix.gateways
        for reason in matrix.cell(rule, gateway).reasons
    ]
    if not found:
        return
    terminal.say()
    terminal.say(terminal.paint("Known defects", "yellow"))
    told: dict[tuple[GatewayRule, str], list[str]] = {}
    for rule, gateway, reason in found:
        told.setdefault((rule, reason), []).append(gateway)
    for (rule, reason), gateways in told.items():
        text = f"{reason} ({', '.join(gateways)})"
        terminal.say(textwrap.fill(text, WIDTH, initial_indent=f"{rule.id:<5}", subsequent_indent=" " * 5))


def _failures(matrix: Matrix, terminal: Terminal) -> None:
    for gateway, rule, result in matrix.failures():
        terminal.say()
        terminal.say(terminal.paint(f"{gateway} does not keep {rule.id}: {rule.title}", "red", "bold"))
        for line in evidence(result):
            terminal.say(f"  {line}")


def evidence(result: ScenarioResult) -> list[str]:
    """Return what shows that a scenario failed, as lines."""
    lines = [f"in: {result.scenario}"]
    if result.step:
        lines.append(f"at: {result.step}")
    if result.found:
        lines.append(result.found)
    return [*lines, *(f"  {exchange}" for exchange in result.exchanges)]

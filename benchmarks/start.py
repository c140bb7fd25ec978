"""Cold start: from the command to the first answer, of `rapidpro-simulator serve` beside Prism and Mockoon."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import servers
from .processes import Server, running
from .report import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scale import Scale

HALF = at_most(0.5)


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the ratio of rapidpro-simulator's cold start to those of Prism and Mockoon, and the seconds of each."""
    servers.install()
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        with running(servers.fake()) as process:
            servers.record(process.port, answers)
        contestants = [servers.serve(answers), servers.prism(answers), servers.mockoon(answers)]
        seconds = _rounds(contestants, scale.rounds)
    ours, *others = seconds.items()
    for name, theirs in others:
        ratios = [mine / their for mine, their in zip(ours[1], theirs, strict=True)]
        yield Figure("start", f"{ours[0]} to {name}", "ratio", ratios, HALF if name == "Prism" else None)
    for name, values in seconds.items():
        yield Figure("start", name, "s", values)


def _rounds(contestants: list[Server], rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {server.name: [] for server in contestants}
    for _ in range(rounds):
        for server in contestants:
            with running(server) as process:
                seconds[server.name].append(process.seconds)
    return seconds

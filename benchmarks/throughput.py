"""Requests a second of the fake RapidPro over TCP, beside stubs that say the same bytes without any thought.

One round starts each server afresh, loads it, and stops it; rounds take the servers in turning order, so that a slow
minute of the machine hurts all of them. Ratios are made within a round.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import servers
from .processes import Server, running
from .report import Aim, Figure, at_least, at_most
from .wrk import Load, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .scale import Scale

FAKE = "fake RapidPro"
LOADS: Mapping[str, tuple[str, str]] = {
    "status poll": ("GET", servers.STATUS_TARGET),
    "broadcast": ("POST", servers.BROADCASTS),
}
AIMS: Mapping[tuple[str, str], Aim] = {
    ("status poll", "bare aiohttp"): at_least(0.5),
    ("broadcast", "bare aiohttp"): at_least(0.4),  # which also makes a message, and delivers it
    **{(what, "rapidpro-simulator serve"): at_most(1.2) for what in LOADS},
    **{(what, "Express"): at_least(2) for what in LOADS},
}
"""By what is asked for, and whom the fake is compared with."""

Rates = dict[str, list[float]]


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the ratio of the fake to every stub, by kind of request, and then the rates themselves."""
    servers.install()
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        fake = servers.fake()
        with running(fake) as process:
            servers.record(process.port, answers)
        rates = _rounds([fake, *(stub(answers) for stub in servers.BESIDE.values())], scale)
    for what, by_server in rates.items():
        for name in servers.BESIDE:
            ratios = [ours / theirs for ours, theirs in zip(by_server[FAKE], by_server[name], strict=True)]
            yield Figure("throughput", f"{what}: fake RapidPro to {name}", "ratio", ratios, AIMS.get((what, name)))
    for what, by_server in rates.items():
        for name, values in by_server.items():
            yield Figure("throughput", f"{what}: {name}", "requests/s", values)


def _rounds(contestants: list[Server], scale: Scale) -> dict[str, Rates]:
    rates: dict[str, Rates] = {what: {server.name: [] for server in contestants} for what in LOADS}
    for number in range(scale.rounds):
        turn = number % len(contestants)
        for server in contestants[turn:] + contestants[:turn]:
            for what, result in _loads(server, scale).items():
                rates[what][server.name].append(result.rate)
    return rates


def _loads(server: Server, scale: Scale) -> dict[str, Load]:
    results = {}
    with running(server) as process:
        servers.prime(process.port)
        for what, (method, target) in LOADS.items():
            load(process.port, method, target, servers.TOKEN, scale.warm)
            results[what] = load(process.port, method, target, servers.TOKEN, scale.seconds)
    return results

"""What our own services owe everybody: counters that add up, revisions that only grow, time that never runs back."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from .breach import Breach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange


def breaches(simulation: Simulation) -> list[Breach]:
    """Return what the simulator itself has done wrong."""
    return [breach for invariant in INVARIANTS for breach in invariant(simulation)]


def _time_only_passes(simulation: Simulation) -> Iterator[Breach]:
    for before, after in pairwise(simulation.journal):
        if after.time < before.time or after.number <= before.number:
            yield _ours("the journal is in order", f"{after} stands behind {before}")
            return


def _quotas_add_up(simulation: Simulation) -> Iterator[Breach]:
    """Look for requests that were counted twice; what is refused is not counted at all (rapidpro 2.4)."""
    for host in simulation.hosts.values():
        requests = Counter(
            (exchange.get("workspace"), host.installation.rate_profile.scope_of(_endpoint(exchange)))
            for exchange in simulation.journal.exchanges(to=host.name)
        )
        for workspace in host.installation.workspaces.values():
            for scope, (used, _) in host.api.quota(workspace).items():
                there_were = requests[workspace.name, scope]
                if used > there_were:
                    yield _ours("each request is counted once", f"{workspace.name}, {scope}: {used} of {there_were}")


def _endpoint(exchange: Exchange) -> str:
    return str(exchange.get("path")).removeprefix("/api/v2/").partition(".")[0].strip("/")


def _messages_belong(simulation: Simulation) -> Iterator[Breach]:
    """Each message of a broadcast is one of its workspace, and its contact knows it."""
    for host in simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            known = {message.id for message in workspace.messages}
            for broadcast in workspace.broadcasts:
                strangers = [message.id for message in broadcast.messages if message.id not in known]
                if strangers:
                    yield _ours("messages add up", f"broadcast {broadcast.id} has {strangers}, its workspace has not")


def _runs_add_up(simulation: Simulation) -> Iterator[Breach]:
    for host in simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            for flow in workspace.flows:
                wrong = {status.value: count for status, count in flow.counts.items() if count < 0}
                if wrong:
                    yield _ours("counts of runs add up", f"{flow.name} has {wrong}")


def _revisions_grow(simulation: Simulation) -> Iterator[Breach]:
    latest: dict[tuple[str, str, str], int] = {}
    for exchange in simulation.journal.exchanges(to="couchdb.*", method="PUT", status="201"):
        answer = exchange.answer()
        revision = str(answer.get("rev", "")) if isinstance(answer, dict) else ""
        place = (str(exchange.get("to")), str(exchange.get("path")), exchange.get("query") or "")
        generation = int(revision.partition("-")[0]) if revision else 0
        if generation and generation <= latest.get(place, 0):
            yield _ours("revisions only grow", f"{exchange.get('path')} went back to {revision}")
        latest[place] = max(generation, latest.get(place, 0))


INVARIANTS: tuple[Callable[[Simulation], Iterator[Breach]], ...] = (
    _time_only_passes,
    _quotas_add_up,
    _messages_belong,
    _runs_add_up,
    _revisions_grow,
)


def _ours(invariant: str, what: str) -> Breach:
    return Breach(invariant, what, by_simulator=True)

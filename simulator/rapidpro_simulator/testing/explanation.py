"""Why a scenario failed: what may be the cause, the conversation, both sides' messages, the quota, near misses."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.pictures.routine import is_routine
from rapidpro_simulator.testing.causes import causes
from rapidpro_simulator.testing.expectations import ExpectationError
from rapidpro_simulator.world.narration import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

LATEST = 25
CLOSEST = 5
MOST_MESSAGES = 12


def explain(simulation: Simulation, error: BaseException | None = None) -> str:
    """Return what happened in `simulation`, for the reader of a failed scenario; redacted."""
    lines = [f"virtual time {simulation.clock.now():%Y-%m-%d %H:%M:%S} UTC, seed {simulation.seed.value}"]
    names = settings_not_simulated(simulation)
    if names:
        lines.append(f"CHT's settings name what is not simulated: {', '.join(names)}")
    lines += ["", *_conversation(simulation), *_messages(simulation), *_quota(simulation)]
    if isinstance(error, ExpectationError) and error.wanted:
        lines += _near_misses(simulation, error.wanted)
    return simulation.journal.redact("\n".join(lines))


def settings_not_simulated(simulation: Simulation) -> list[str]:
    """Return the names of settings of CHT that nothing acts on, as the journal tells them."""
    events = simulation.journal.where("settings.not_simulated")
    return sorted({name for event in events for name in event.data["names"]})


def _conversation(simulation: Simulation) -> Iterator[str]:
    entries = [entry for entry in simulation.journal if not is_routine(entry)]
    before = causes(entries[:-LATEST])
    latest = entries[-LATEST:]
    first = f"what may be the cause, and the last {len(latest)}" if before else f"the last {len(latest)}"
    yield f"entries of the journal, {first} of {len(entries)} (CouchDB's routine left out):"
    places = {entry.number: place for place, entry in enumerate(entries)}
    place = -1
    for entry in [*before, *latest]:
        if left_out := places[entry.number] - place - 1:
            yield f"  … {left_out} more"
        place = places[entry.number]
        yield f"  {tell(simulation.journal, entry, EVENT_KINDS)}"


def _messages(simulation: Simulation) -> Iterator[str]:
    for site in simulation.sites.values():
        sent = list(site.tasks_and_messages())
        yield f"messages of {site.name} ({len(sent)}):"
        for task, text in sent[:MOST_MESSAGES]:
            yield f"  {text.get('to')}: {task.get('state')} (reference {task.get('gateway_ref')})"
    for host in simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            yield f"messages of the workspace {workspace.name} on {host.name} ({len(workspace.messages)}):"
            for message in workspace.messages[-MOST_MESSAGES:]:
                number = message.broadcast.id if message.broadcast else None
                yield f"  broadcast {number}, {message.urn}: {message.status.name.lower()}"


def _quota(simulation: Simulation) -> Iterator[str]:
    for host in simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            for scope, (used, limit) in host.api.quota(workspace).items():
                if used:
                    yield f"quota of {workspace.name} in {scope}: {used} of {limit} used in the last hour"


def _near_misses(simulation: Simulation, wanted: Mapping[str, object]) -> Iterator[str]:
    exchanges = [
        exchange
        for exchange in simulation.journal.exchanges()
        if not is_routine(exchange) or _likeness(exchange, wanted) == len(wanted)
    ]
    ranked = sorted(exchanges, key=lambda exchange: (-_likeness(exchange, wanted), -exchange.number))
    yield f"requests that came closest to {_describe(wanted)}:"
    for exchange in ranked[:CLOSEST]:
        missed = ", ".join(name for name, value in wanted.items() if not _is_like(exchange, name, value))
        yield f"  {tell(simulation.journal, exchange)}" + (f"  (other {missed})" if missed else "")


def _likeness(exchange: Exchange, wanted: Mapping[str, object]) -> int:
    return sum(_is_like(exchange, name, value) for name, value in wanted.items())


def _is_like(exchange: Exchange, name: str, value: object) -> bool:
    return fnmatchcase(str(exchange.get(name)), str(value))


def _describe(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in wanted.items())

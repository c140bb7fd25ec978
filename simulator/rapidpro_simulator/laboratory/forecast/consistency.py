"""What an incident's file says in several places, and must not contradict itself in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.gateway import INTERVAL
from rapidpro_simulator.cht.messages.states import POLLED_STATES
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.rapidpro.delivery.outcomes import REPORTABLE, shares_of
from rapidpro_simulator.world.near_words import did_you_mean
from rapidpro_simulator.world.toml_reader import TomlError

from .incident import STANDALONE, Inherited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from .incident import Incident, Remedy

OURS = ("CHT asks", "CHT sends", "gateway asks", "gateway sends")
"""What gateways are called among those who use the quota."""


def check_consistency(path: Path, incident: Incident) -> None:
    """Raise `TomlError` with the first thing in the file at `path` that cannot be meant so."""
    for complaint in _complaints(incident):
        raise TomlError(f"{path}, {complaint}")


def _complaints(incident: Incident) -> Iterator[str]:
    yield from _twice("remedies", [each.name for each in incident.remedy])
    yield from _twice("consumers", [each.name for each in incident.consumer])
    for number, consumer in enumerate(incident.consumer, 1):
        if consumer.name in OURS:
            yield f"consumer {number}, name: {consumer.name!r} is what a gateway is called here; choose another name"
    yield from _unknown_scopes("rapidpro", incident.rapidpro.rates, incident)
    yield from _reports_that_never_come(incident)
    if incident.gateway == STANDALONE and incident.interval_seconds != INTERVAL:
        yield "interval_seconds: these are the timers of CHT's own gateway, and the gateway is standalone"
    if not incident.remedy:
        yield "remedy: there is none; leave the key out to see what becomes of it without one"
    for number, remedy in enumerate(incident.remedy, 1):
        for complaint in _about_remedy(incident, remedy):
            yield f"remedy {number}, {complaint}"
        yield from _unknown_scopes(f"remedy {number}", remedy.rates, incident)


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name in names:
        if names.count(name) > 1:
            yield f"two {what} are called {name!r}; each has a name of its own"


def _unknown_scopes(where: str, scopes: Iterable[str], incident: Incident) -> Iterator[str]:
    profile = incident.rapidpro.profile
    known = dict.fromkeys([*profile.rates, *profile.scopes.values()])
    for scope in scopes:
        if scope not in known:
            hint = did_you_mean(scope, known)
            yield f"{where}, rates: the profile {profile.name} has no scope {scope!r}, only: {', '.join(known)}{hint}"


def _reports_that_never_come(incident: Incident) -> Iterator[str]:
    outcomes = [outcome for outcome, _ in shares_of(incident.carrier.outcomes)]
    reports = [report for outcome in outcomes for attempt in outcome.attempts for report in attempt]
    statuses = {report.status or incident.rapidpro.its_generation.courier.rejection for report in reports}
    for word in incident.carrier.delays:
        if REPORTABLE[word] not in statuses:
            names = ", ".join(outcome.name for outcome in outcomes)
            yield f"carrier, delays: nothing is ever {word!r} where the outcomes of messages are: {names}"


def _about_remedy(incident: Incident, remedy: Remedy) -> Iterator[str]:
    after = remedy.gateway or incident.gateway
    if remedy.after_hours * 3600 >= incident.seconds:
        yield f"after_hours: {remedy.name!r} comes after {remedy.after_hours:g} hours, when the forecast is over"
    if remedy.of_states != POLLED_STATES and remedy.set_state is None:
        yield "of_states: these states are set to nothing; say set_state, too"
    if remedy.consumer_minutes is not None and not incident.consumer:
        yield "consumer_minutes: there is no [[consumer]] that could ask less often"
    if remedy.interval_seconds is not None and after == STANDALONE:
        yield "interval_seconds: these are the timers of CHT's own gateway, and after this remedy it is not used"
    if remedy.inherited != Inherited() and remedy.gateway != STANDALONE:
        yield "inherited: this is what the standalone gateway does when it begins; say gateway = 'standalone', too"
    if remedy.gateway == incident.gateway:
        yield f"gateway: the gateway is {incident.gateway} already"
    if STANDALONE not in (incident.gateway, after) and _version(after) < _version(incident.gateway):
        yield f"gateway: {incident.gateway} cannot go back to {after}, as releases of CHT only follow each other"


def _version(gateway: str) -> tuple[int, int, int]:
    return release(gateway.partition(":")[2]).version

"""The file of an incident: TOML, read into an `Incident`. Here is what each key may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.states import FINAL_STATES, STATES
from rapidpro_simulator.rapidpro.api.endpoints import HANDLERS
from rapidpro_simulator.rapidpro.generations import generation
from rapidpro_simulator.rapidpro.generations.rates import rate_profile
from rapidpro_simulator.world import toml_reader as toml
from rapidpro_simulator.world.errors import UsageError

from . import checks
from .account import read_workspace
from .consistency import check_consistency
from .dump import messages_in
from .incident import (
    NOTHING,
    Account,
    CarrierPlan,
    Consumer,
    Incident,
    Inherited,
    Latencies,
    OpenMessages,
    Remedy,
    Work,
)

if TYPE_CHECKING:
    from pathlib import Path

    from .incident import Dump

OPEN_STATES = tuple(state for state in STATES if state not in FINAL_STATES)
LEFT_SENT = ("leave", "ask", "fail")
MOST_MESSAGES = 1_000_000


def read_incident(path: Path) -> Incident:
    """Return the incident that a file describes. Raises `UsageError` that names the key."""
    return incident_of(path, toml.read_file(path, INCIDENT, "the incident"))


def incident_of(path: Path, values: dict[str, Any]) -> Incident:
    """Return the incident of values as `INCIDENT` has checked them, from the file at `path`. Raises `UsageError`."""
    files = values.pop("documents", ())
    incident = _localised(Incident(**values))
    check_consistency(path, incident)
    dumps = [_messages_of(path, number, each, incident) for number, each in enumerate(files, 1)]
    found = [message for messages, _ in dumps for message in messages]
    return replace(incident, open=(*incident.open, *found), dumps=tuple(dump for _, dump in dumps))


def _localised(incident: Incident) -> Incident:
    """Return an incident whose start has an offset: without one of its own it is by the deployment's clock."""
    start = incident.start
    if start.tzinfo:
        return incident
    # Zones of the package `tzdata` cannot be handed to other processes, offsets can.
    offset = start.replace(tzinfo=incident.zone).utcoffset() or timedelta()
    return replace(incident, start=start.replace(tzinfo=timezone(offset)))


def _messages_of(path: Path, number: int, documents: _Documents, incident: Incident) -> tuple[list[OpenMessages], Dump]:
    try:
        return messages_in(documents.file, documents.answer, incident)
    except UsageError as error:
        raise toml.TomlError(f"{path}, documents {number}, file: {error}") from None


class _Documents:
    """Where documents are, and RapidPro's word for those of their messages that are open."""

    def __init__(self, file: Path, answer: str = NOTHING) -> None:
        self.file = file
        self.answer = answer


class _Workspace(toml.PlacedCheck):
    """What is said of a workspace in a file."""

    def read(self, value: Any, where: str, folder: Path) -> Any:
        return read_workspace(toml.File().read(value, where, folder))


_positive = checks.number(1e-6, "a number above zero")
_age = checks.number(0, "a number of days, 0 to 36600", 36_600)
_hours = checks.number(0, "a number of hours, 0 to a year (8784)", 8_784)
_minutes = checks.number(1 / 60, "a number of minutes, a second to a month", 43_200)
_seconds = checks.number(1, "a number of seconds, 1 to a day", 86_400)
_answer = checks.one_of((NOTHING, "queued", "wired", "sent", "delivered", "failed", "errored"))
_count = checks.whole(1, MOST_MESSAGES)
_per_day = checks.number(0, "a number of messages a day, 0 to a million", MOST_MESSAGES)

INCIDENT: dict[str, toml.Check] = {
    "start": checks.start,
    "timezone": checks.time_zone,
    "days": checks.number(0.04, "a number of days, an hour (0.0417) to a year", 366),
    "seeds": checks.whole(1, 99),
    "gateway": checks.gateway,
    "interval_seconds": _seconds,
    "on_time_minutes": _positive,
    "rapidpro": toml.Table(
        Account,
        {
            "generation": checks.named(generation),
            "rate_profile": checks.named(rate_profile),
            "rates": checks.rates,
            "workspace": _Workspace(),
        },
    ),
    "open": toml.Tables(
        OpenMessages,
        "state",
        {
            "state": checks.one_of(OPEN_STATES),
            "count": _count,
            "age_days": _age,
            "answer": _answer,
            "reference": toml.true_or_false,
        },
    ),
    "documents": toml.Tables(_Documents, "file", {"file": toml.File(), "answer": _answer}),
    "consumer": toml.Tables(
        Consumer,
        "name",
        {"name": checks.name, "every_minutes": _minutes, "asks": checks.many_of(HANDLERS)},
    ),
    "work": toml.Tables(
        Work,
        "per_day",
        {
            "per_day": _per_day,
            "hours": checks.weights(24, "hour of the day"),
            "weekdays": checks.weights(7, "weekday, Monday first"),
        },
    ),
    "carrier": toml.Table(CarrierPlan, {"outcomes": checks.outcomes, "delays": checks.delays}),
    "latency": toml.Table(Latencies, {"rapidpro": checks.seconds_between, "couchdb": checks.seconds_between}),
    "remedy": toml.Tables(
        Remedy,
        "name",
        {
            "name": checks.name,
            "after_hours": _hours,
            "set_state": checks.one_of(STATES),
            "of_states": checks.many_of(OPEN_STATES),
            "gateway": checks.gateway,
            "inherited": toml.Table(
                Inherited,
                {
                    "unsent": checks.one_of((*LEFT_SENT, "send")),
                    "sent": checks.one_of(LEFT_SENT),
                    "per_hour": _count,
                },
            ),
            "interval_seconds": _seconds,
            "consumer_minutes": _minutes,
            "rates": checks.rates,
        },
    ),
}

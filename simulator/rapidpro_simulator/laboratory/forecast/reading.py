"""The file of an incident: TOML, read into an `Incident`. Here is what each key may be."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.states import FINAL_STATES, STATES
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.rapidpro.delivery.outcomes import reportable, shares_of
from rapidpro_simulator.rapidpro.generations import generation
from rapidpro_simulator.rapidpro.generations.rates import Rate, rate_profile
from rapidpro_simulator.world import toml_reader as toml
from rapidpro_simulator.world.toml_reader import TomlError

from .dump import open_messages_in
from .incident import (
    NOTHING,
    STANDALONE,
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
    from collections.abc import Callable
    from pathlib import Path

OPEN_STATES = tuple(state for state in STATES if state not in FINAL_STATES)
GATEWAYS = f"write cht:RELEASE, such as cht:4.10, or {STANDALONE}"
INHERITED = ("leave", "ask", "fail", "send")


def read_incident(path: Path) -> Incident:
    """Return the incident that a file describes. Raises `UsageError` that names the key."""
    values = toml.read_file(path, INCIDENT, "the incident")
    dumps = values.pop("documents", ())
    incident = Incident(**values)
    found = tuple(each for dump in dumps for each in open_messages_in(dump.file, dump.answer, incident.start))
    incident = replace(incident, open=(*incident.open, *found))
    _check_whole(path, incident)
    return incident


def _check_whole(path: Path, incident: Incident) -> None:
    names = [each.name for each in incident.remedy]
    for name in names:
        if names.count(name) > 1:
            raise TomlError(f"{path}: two remedies are called {name!r}; each has a name of its own")
    for each in incident.remedy:
        if each.after_hours * 3600 >= incident.seconds:
            raise TomlError(f"{path}: {each.name!r} comes after {each.after_hours:g} hours, when the forecast is over")
        if each.gateway == STANDALONE and each.interval_seconds is not None:
            raise TomlError(f"{path}: {each.name!r} has an interval of CHT's own gateway, and not that gateway")


def _number(least: float, called: str, most: float = math.inf) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"{value!r} is not {called}")
        return value

    return check


def _gateway(value: Any) -> str:
    kind, _, version = toml.text(value).partition(":")
    if value == STANDALONE:
        return STANDALONE
    if kind != "cht" or not version:
        raise ValueError(f"{value!r} is no gateway that a forecast knows: {GATEWAYS}")
    release(version)
    return str(value)


def _named(find: Callable[[str], object]) -> Callable[[Any], str]:
    """Return a check for a name that `find` finds."""

    def check(value: Any) -> str:
        find(toml.name(value))
        return str(value)

    return check


def _one_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            near = get_close_matches(str(value), words, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{value!r} is none of: {', '.join(words)}{hint}")
        return str(value)

    return check


def _many_of(words: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    return lambda value: tuple(_one_of(words)(each) for each in toml.texts(value))


def _weights(count: int, of: str) -> Callable[[Any], tuple[float, ...]]:
    weight = _number(0, "a weight of 0 or more")

    def check(value: Any) -> tuple[float, ...]:
        if not isinstance(value, list) or len(value) != count:
            raise ValueError(f"these are {count} weights, one for each {of}")
        weights = tuple(map(weight, value))
        if not sum(weights):
            raise ValueError("not all weights can be 0")
        return weights

    return check


def _range(value: Any) -> tuple[float, float]:
    both = [toml.seconds(each) for each in (value if isinstance(value, list) else [value, value])]
    if len(both) != 2 or both[0] > both[1]:
        raise ValueError(f"{value!r} are not seconds: write one number, or the least and the most, such as [0.2, 0.5]")
    return both[0], both[1]


def _rates(value: Any) -> dict[str, Rate]:
    return {scope: Rate.parse(rate) for scope, rate in toml.table_of_texts(value).items()}


def _outcomes(value: Any) -> Any:
    shares_of(value if isinstance(value, dict) else toml.text(value))
    return value


def _delays(value: Any) -> dict[str, tuple[float, float]]:
    return {reportable(word).name.lower(): _range(seconds) for word, seconds in toml.table(value).items()}


def _start(value: Any) -> datetime:
    moment = toml.instance_of(datetime, "a date and time, such as 2026-11-27T08:00:00+02:00")(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seeds(value: Any) -> int:
    return int(_number(1, "a number of seeds, 1 to 99", 99)(toml.whole_number(value)))


class _Dump:
    """Where documents are, and RapidPro's word for those of their messages that are open."""

    def __init__(self, file: Path, answer: str = NOTHING) -> None:
        self.file = file
        self.answer = answer


_count = _number(1, "a number above zero")
_positive = _number(1e-6, "a number above zero")
_days = _number(1 / 24, "a number of days, an hour to a year", 366)
_age = _number(0, "a number of 0 or more")
_answer = _one_of((NOTHING, "queued", "wired", "sent", "delivered", "failed", "errored"))
_inherited = toml.Table(
    Inherited,
    {"unsent": _one_of(INHERITED), "sent": _one_of(INHERITED[:3]), "per_hour": toml.whole_number},
)

INCIDENT: dict[str, toml.Check] = {
    "start": _start,
    "days": _days,
    "seeds": _seeds,
    "gateway": _gateway,
    "interval_seconds": _positive,
    "on_time_minutes": _positive,
    "rapidpro": toml.Table(
        Account,
        {"generation": _named(generation), "rate_profile": _named(rate_profile), "rates": _rates},
    ),
    "open": toml.Tables(
        OpenMessages,
        "state",
        {"state": _one_of(OPEN_STATES), "count": toml.whole_number, "age_days": _age, "answer": _answer},
    ),
    "documents": toml.Tables(_Dump, "file", {"file": toml.File(), "answer": _answer}),
    "consumer": toml.Tables(
        Consumer,
        "name",
        {"name": toml.name, "every_minutes": _positive, "asks": lambda value: tuple(toml.texts(value))},
    ),
    "work": toml.Tables(
        Work,
        "per_day",
        {"per_day": _age, "hours": _weights(24, "hour of the day"), "weekdays": _weights(7, "weekday, Monday first")},
    ),
    "carrier": toml.Table(CarrierPlan, {"outcomes": _outcomes, "delays": _delays}),
    "latency": toml.Table(Latencies, {"rapidpro": _range, "couchdb": _range}),
    "remedy": toml.Tables(
        Remedy,
        "name",
        {
            "name": toml.name,
            "after_hours": _age,
            "set_state": _one_of(STATES),
            "of_states": _many_of(OPEN_STATES),
            "gateway": _gateway,
            "inherited": _inherited,
            "interval_seconds": _positive,
            "consumer_minutes": _positive,
            "rates": _rates,
        },
    ),
}

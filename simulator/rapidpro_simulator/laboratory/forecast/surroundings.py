"""What a forecast takes for granted around a gateway: others who ask, new work, the carrier, the pace of requests."""

from __future__ import annotations

from calendar import day_name
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.outcomes import shares_of
from rapidpro_simulator.world.plurals import counted

from .incident import LongTail
from .model.carrier import CHANNEL
from .words import share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.delivery.outcomes import Outcome

    from .incident import CarrierPlan, Consumer, Delay, Incident, Latencies, Work

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)  # any Monday


def surroundings(incident: Incident) -> list[str]:
    """Return, as sentences, what is assumed of them."""
    return [
        *map(_consumer, incident.consumer),
        *_work(incident),
        f"The carrier: {_carrier(incident.carrier)}.",
        _pace(incident.latency),
        "Messages of flows cost no requests; whatever else asks the workspace has to be a consumer of the file.",
    ]


def _consumer(of: Consumer) -> str:
    return f"{of.name} asks every {counted(f'{of.every_minutes:g}', 'minute')}, a page each: {', '.join(of.asks)}."


def _pace(latency: Latencies) -> str:
    rapidpro, couchdb = (f"{_delay(each)}" for each in (latency.rapidpro, latency.couchdb))
    return f"A request to RapidPro takes {rapidpro}, one to CouchDB {couchdb}; nothing fails, nobody restarts a server."


def _work(incident: Incident) -> Iterator[str]:
    per_day = sum(each.per_day for each in incident.work)
    new = counted(f"{per_day:,g}", "new message")
    yield f"{new} a day on average, at random instants{_pattern(incident.work, incident.clock)}."
    if "scheduled" in {each.state for each in incident.open} | {each.set_state for each in incident.remedy}:
        yield "CHT's server shows UTC: scheduled messages become pending from 0:00 to 23:00, every five minutes."


def _pattern(work: tuple[Work, ...], clock: str) -> str:
    """Say how new messages are spread over a week, where that is not evenly."""
    week = [
        [sum(each.rate(MONDAY + timedelta(days=day, hours=hour)) for each in work) for hour in range(24)]
        for day in range(7)
    ]
    days, hours = [sum(each) for each in week], [sum(each) for each in zip(*week, strict=True)]
    least, most, busiest = min(days), max(days), max(hours)
    told = []
    if least < most:
        told.append(f"{most:,.0f} on a {day_name[days.index(most)]}, {least:,.0f} on a {day_name[days.index(least)]}")
    if min(hours) < busiest:
        told.append(f"{share(busiest / sum(hours))} from {hours.index(busiest)} to {hours.index(busiest) + 1} o'clock")
    return f" by weights of hours and weekdays ({clock}): {'; '.join(told)}" if told else ""


def _carrier(plan: CarrierPlan) -> str:
    outcomes = [(outcome, part) for outcome, part in shares_of(plan.outcomes) if part]
    total = sum(part for _, part in outcomes)
    told = ", ".join(
        outcome.name if part == total else f"{share(part / total)} {outcome.name}" for outcome, part in outcomes
    )
    delays = [f"{word} after {_delay(each)}" for word, each in _delays(plan, [outcome for outcome, _ in outcomes])]
    return "; ".join([told, *delays])


def _delays(plan: CarrierPlan, outcomes: Iterable[Outcome]) -> Iterator[tuple[str, Delay]]:
    """Yield how late reports are, word by word: as the plan says, or else as the outcomes have it."""
    usual: dict[str, set[float]] = {}
    for report in [each for outcome in outcomes for attempt in outcome.attempts for each in attempt]:
        if report.status in CHANNEL.statuses:
            usual.setdefault(report.status.name.lower(), set()).add(report.after)
    for word, seconds in usual.items():
        yield word, plan.delays.get(word, (min(seconds), max(seconds)))


def _delay(delay: Delay) -> str:
    if isinstance(delay, LongTail):
        return f"{delay.median:g} s for half, and up to {delay.p95:g} s for 95 of 100"
    return f"{delay[0]:g} s" if delay[0] == delay[1] else f"{delay[0]:g} to {delay[1]:g} s"

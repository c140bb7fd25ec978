"""What a forecast takes for granted, and how far it was held against the full simulation: printed with every result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .incident import NOTHING, STANDALONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .incident import Incident

PROVEN_HOURS = 6
PROVEN_MESSAGES = 300
PROOF = "tests/laboratory/forecast/test_agreement.py"


def assumptions(incident: Incident) -> list[str]:
    """Return, as sentences, what the numbers rest on."""
    return list(_assumptions(incident))


def _assumptions(incident: Incident) -> Iterator[str]:
    account = incident.rapidpro
    rates = ", ".join(
        f"{scope} {rate.limit} in {_window(rate.window.total_seconds())}" for scope, rate in account.all_rates.items()
    )
    yield f"RapidPro is of the generation {account.generation} with the rate profile {account.profile.name}: {rates}."
    groups: dict[tuple[str, str], int] = {}
    for each in incident.open:
        groups[each.state, each.answer] = groups.get((each.state, each.answer), 0) + each.count
    for (state, answer), count in groups.items():
        known = "the account does not know them" if answer == NOTHING else f"RapidPro calls them {answer} for good"
        yield f"{count:,} open messages are {state}; {known}."
    for consumer in incident.consumer:
        yield f"{consumer.name} asks every {consumer.every_minutes:g} minutes, a page each: {', '.join(consumer.asks)}."
    per_day = sum(each.per_day for each in incident.work)
    yield f"{per_day:g} new messages a day on average, at random instants by the weights of hours and weekdays."
    yield f"The carrier: {_carrier(incident)}"
    least, most = incident.latency.rapidpro
    yield f"A request to RapidPro takes {least:g} to {most:g} s; nothing fails, nobody restarts a server."
    yield "Messages of flows cost no requests; whatever else asks the workspace has to be a consumer of the file."
    if any(each.gateway == STANDALONE for each in incident.remedy) or incident.gateway == STANDALONE:
        yield "The standalone gateway has its usual settings, but for what a remedy says of messages that it inherits."
        yield "What it does with those was not held against the simulation."


def _carrier(incident: Incident) -> str:
    outcomes = incident.carrier.outcomes
    shares = outcomes if isinstance(outcomes, str) else ", ".join(f"{name} {part:g}" for name, part in outcomes.items())
    delays = ", ".join(f"{word} after {low:g} to {high:g} s" for word, (low, high) in incident.carrier.delays.items())
    return f"{shares}{f'; {delays}' if delays else ''}."


def _window(seconds: float) -> str:
    return {1.0: "a second", 60.0: "a minute", 3600.0: "an hour", 86_400.0: "a day"}[seconds]


def reach(incident: Incident) -> str:
    """Say which numbers come from the model, and how far the model was held against the simulation."""
    return (
        f"All numbers come from a queue model. It is held against the full simulation, hour by hour, over up to"
        f" {PROVEN_HOURS} hours and {PROVEN_MESSAGES} messages ({PROOF}); what lies beyond,"
        f" here {incident.days:g} days and {incident.open_count:,} messages, is extrapolated."
    )

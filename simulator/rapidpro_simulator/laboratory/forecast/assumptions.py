"""What a forecast takes for granted, and how far it was held against the full simulation: printed with every result."""

from __future__ import annotations

from calendar import day_name
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.gateway.polling import BATCH
from rapidpro_simulator.cht.gateway.sending import map_status
from rapidpro_simulator.cht.messages.states import POLLED_STATES
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.rapidpro.delivery.outcomes import shares_of
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus
from rapidpro_simulator.world.plurals import counted

from .incident import NOTHING, STANDALONE, LongTail
from .reports import CHANNEL
from .words import share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.delivery.outcomes import Outcome

    from .incident import CarrierPlan, Consumer, Delay, Dump, Incident, Latencies, OpenMessages, Work

PROVEN_HOURS = 6
PROVEN_MESSAGES = 300
PROOF = "tests/laboratory/forecast/test_agreement.py"
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)  # any Monday
WINDOWS = {1.0: "second", 60.0: "minute", 3600.0: "hour", 86_400.0: "day"}


def assumptions(incident: Incident) -> list[str]:
    """Return, as sentences, what the numbers rest on."""
    return [
        *_account(incident),
        *map(_dump, incident.dumps),
        *_messages(incident),
        *map(_consumer, incident.consumer),
        *_work(incident),
        f"The carrier: {_carrier(incident.carrier)}.",
        _pace(incident.latency),
        "Messages of flows cost no requests; whatever else asks the workspace has to be a consumer of the file.",
        *_gateways(incident),
    ]


def _account(incident: Incident) -> Iterator[str]:
    account = incident.rapidpro
    about = f"The workspace {account.workspace.name} is" if account.workspace else "RapidPro is"
    rates = ", ".join(
        f"{scope} {rate.limit:,} in {'an' if rate.window.total_seconds() == 3600 else 'a'}"
        f" {WINDOWS[rate.window.total_seconds()]}"
        for scope, rate in account.all_rates.items()
    )
    yield f"{about} of the generation {account.generation} with the rate profile {account.profile.name}: {rates}."


def _dump(dump: Dump) -> str:
    found = f"{dump.file} has {dump.documents:,} documents with {counted(f'{dump.open:,}', 'open message')}"
    to_come = f" and {dump.to_come:,} that are due in the time of the forecast" if dump.to_come else ""
    left = "".join(f" Left out: {count:,} {reason}." for reason, count in dump.left_out.items())
    return f"{found}{to_come}.{left}"


def _messages(incident: Incident) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter()
    for each in incident.open:
        if not each.is_to_come:
            counts[each.state, _known(each)] += each.count
    for (state, known), count in counts.items():
        yield f"{counted(f'{count:,}', 'open message is', 'open messages are')} {state}{known}."


def _known(group: OpenMessages) -> str:
    if group.state == "scheduled":
        return "; what is overdue is taken to become pending in the first five minutes"
    if group.state not in POLLED_STATES:
        return ""
    if not group.reference:
        return "; CHT has no gateway_ref of them, so it never asks about them"
    return (
        "; the account does not know them"
        if group.answer == NOTHING
        else f"; RapidPro calls them {group.answer} for good"
    )


def _consumer(of: Consumer) -> str:
    return f"{of.name} asks every {of.every_minutes:g} minutes, a page each: {', '.join(of.asks)}."


def _pace(latency: Latencies) -> str:
    rapidpro, couchdb = (f"{_delay(each)}" for each in (latency.rapidpro, latency.couchdb))
    return f"A request to RapidPro takes {rapidpro}, one to CouchDB {couchdb}; nothing fails, nobody restarts a server."


def _work(incident: Incident) -> Iterator[str]:
    per_day = sum(each.per_day for each in incident.work)
    yield f"{per_day:,g} new messages a day on average, at random instants{_pattern(incident.work, incident.clock)}."
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


def _gateways(incident: Incident) -> Iterator[str]:
    names = dict.fromkeys([incident.gateway, *[each.gateway for each in incident.remedy if each.gateway]])
    if {*names} != {STANDALONE}:
        seconds = f"{incident.interval_seconds:g} s"
        yield f"CHT's own gateway sends {BATCH} messages, and asks about all open ones, each {seconds}."
    for name in names:
        if name == STANDALONE:
            yield "The standalone gateway has its usual settings, but for messages that it inherits."
        else:
            yield from _about_release(name, incident)
    for each in incident.remedy:
        if each.gateway not in (None, STANDALONE, incident.gateway) and incident.gateway != STANDALONE:
            yield f"{each.name}: {_upgrade(incident, each.gateway)}."


def _about_release(name: str, incident: Incident) -> Iterator[str]:
    of = release(name.partition(":")[2])
    word = incident.rapidpro.its_generation.words.broadcast[BroadcastStatus.PENDING]
    if map_status(word, of) is None:
        yield f"CHT {of.name} takes RapidPro's word {word!r} for an error, so it sends such messages each minute anew."
    if not of.due_only_if_scheduled:
        yield (f"CHT {of.name} sends tasks again that share their instant with one that cannot be sent: not modelled.")


def _upgrade(incident: Incident, name: str) -> str:
    """Say what an upgrade changes that a forecast counts."""
    word = incident.rapidpro.its_generation.words.broadcast[BroadcastStatus.PENDING]
    before, after = (map_status(word, release(each.partition(":")[2])) for each in (incident.gateway, name))
    if before == after:
        return (
            f"what {incident.gateway} and {name} ask and send is the same, so the upgrade only begins their timers anew"
        )
    return f"{name} knows what RapidPro says of a new message, which {incident.gateway} does not"


def reach(incident: Incident) -> str:
    """Say which numbers come from the model, and how far the model was held against the simulation."""
    days, messages = counted(f"{incident.days:g}", "day"), counted(f"{incident.open_count:,}", "message")
    return (
        "All numbers come from a queue model. With each remedy, each kind of message and of carrier, and with random"
        " incidents it is held against the full simulation, hour by hour,"
        f" over up to {PROVEN_HOURS} hours and {PROVEN_MESSAGES} messages,"
        f" and once over 3 hours and 15,100 messages ({PROOF});"
        f" what lies beyond, here {days} and {messages}, is extrapolated."
    )

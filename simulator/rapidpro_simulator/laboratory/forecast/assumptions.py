"""What a forecast takes for granted, and how far it was held against the full simulation: printed with every result."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.gateway.polling import BATCH
from rapidpro_simulator.cht.gateway.sending import map_status
from rapidpro_simulator.cht.messages.states import POLLED_STATES
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus
from rapidpro_simulator.world.plurals import counted

from .doings import doing
from .dump import SILENT
from .incident import NOTHING, STANDALONE
from .surroundings import surroundings
from .words import open_messages, rates, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.cht.releases import Release

    from .incident import Dump, Incident, OpenMessages

PROVEN_HOURS = 6
PROVEN_MESSAGES = 300
PROOF = "tests/laboratory/forecast/test_agreement.py"


def assumptions(incident: Incident) -> list[str]:
    """Return, as sentences, what the numbers rest on."""
    return [
        *_account(incident),
        *map(_dump, incident.dumps),
        *_messages(incident),
        *surroundings(incident),
        *_gateways(incident),
        *map(doing, incident.remedy),
    ]


def _account(incident: Incident) -> Iterator[str]:
    account = incident.rapidpro
    about = f"The workspace {account.workspace.name} is" if account.workspace else "RapidPro is"
    quota = rates(account.all_rates)
    yield f"{about} of the generation {account.generation} with the rate profile {account.profile.name}: {quota}."


def _dump(dump: Dump) -> str:
    found = (
        f"{dump.file} has {counted(f'{dump.documents:,}', 'document')} with {counted(f'{dump.open:,}', 'open message')}"
    )
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
        return (
            "; what is overdue is taken to become pending in the first five minutes,"
            " unless it has been so for more than 7 days"
        )
    if group.state in SILENT:
        return f", {SILENT[group.state]}"
    if group.state not in POLLED_STATES:
        return ""
    if not group.reference:
        return "; CHT has no gateway_ref of them, so it never asks about them"
    return (
        "; the account does not know them"
        if group.answer == NOTHING
        else f"; RapidPro calls them {group.answer} for good"
    )


def _gateways(incident: Incident) -> Iterator[str]:
    names = dict.fromkeys([incident.gateway, *[each.gateway for each in incident.remedy if each.gateway]])
    if {*names} != {STANDALONE}:
        whose = "" if incident.gateway == STANDALONE else f" (now of CHT {_release(incident.gateway).name})"
        seconds = f"{incident.interval_seconds:g} s"
        yield f"CHT's own gateway{whose} sends {BATCH} messages, and asks about all open ones, each {seconds}."
    for name in names:
        if name == STANDALONE:
            yield "The standalone gateway has its usual settings, but for messages that it inherits."
        else:
            yield from _about_release(name, incident)
    for each in incident.remedy:
        if each.gateway not in (None, STANDALONE, incident.gateway) and incident.gateway != STANDALONE:
            yield f"{each.name}: {_upgrade(incident, each.gateway)}."


def _about_release(name: str, incident: Incident) -> Iterator[str]:
    of = _release(name)
    word = incident.rapidpro.its_generation.words.broadcast[BroadcastStatus.PENDING]
    if map_status(word, of) is None:
        yield f"CHT {of.name} takes RapidPro's word {word!r} for an error, so it sends such messages each minute anew."
    if not of.due_only_if_scheduled:
        yield (f"CHT {of.name} sends tasks again that share their instant with one that cannot be sent: not modelled.")


def _release(gateway: str) -> Release:
    return release(gateway.partition(":")[2])


def _upgrade(incident: Incident, name: str) -> str:
    """Say what an upgrade changes that a forecast counts."""
    word = incident.rapidpro.its_generation.words.broadcast[BroadcastStatus.PENDING]
    before, after = (map_status(word, _release(each)) for each in (incident.gateway, name))
    if before == after:
        return (
            f"what {incident.gateway} and {name} ask and send is the same, so the upgrade only begins their timers anew"
        )
    return f"{name} knows what RapidPro says of a new message, which {incident.gateway} does not"


def reach(incident: Incident) -> str:
    """Say which numbers come from the model, and how far the model was held against the simulation."""
    beyond = [span(incident)] if incident.hours > PROVEN_HOURS else []
    new = round(incident.new_count)
    if incident.open_count + new > PROVEN_MESSAGES:
        beyond += [open_messages(incident), counted(f"{new:,}", "new one")]
    here = f"what lies beyond, here {', '.join(beyond)}, is extrapolated" if beyond else "all is within that here"
    return (
        "All numbers come from a queue model. With each remedy, each kind of message and of carrier, and with random"
        " incidents it is held against the full simulation, hour by hour,"
        f" over up to {PROVEN_HOURS} hours and {PROVEN_MESSAGES} messages,"
        f" and once over 3 hours and 15,100 messages ({PROOF}); {here}."
    )

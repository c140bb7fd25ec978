"""What every gateway should keep: each message is sent once, comes to an end, and costs RapidPro little.

These sentences look at RapidPro and at CHT only, never into the gateway.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

from .expectations import expect
from .subjects import the_instance
from .time import DURATION, seconds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.journal import Exchange
    from simulator.simulation import Simulation

REQUESTS: Mapping[str, Mapping[str, str]] = {
    "requests": {"by": "gateway*", "path": "/api/v2/*"},
    "attempts to send": {"by": "gateway*", "path": "/api/v2/*", "method": "POST"},
    "questions": {"by": "gateway*", "path": "/api/v2/*", "method": "GET"},
}
WAY = ("scheduled", "pending", "forwarded-to-gateway", "received-by-gateway", "forwarded-by-gateway", "sent")
ENDS = ("delivered", "failed")
TOLERANCE = timedelta(seconds=1)  # Retry-After has whole seconds


@then(
    parsers.re(
        rf"in the next {DURATION} the gateway makes (?P<limit>no|at most \d+) (?P<what>{'|'.join(REQUESTS)}) of RapidPro"
    )
)
def makes_at_most(simulation: Simulation, duration: str, limit: str, what: str) -> None:
    """Time passes, and the gateway spares RapidPro; a gateway that does not is stopped at once.

    There are questions, attempts to send, and requests, which are both.

    Example: Then in the next 1 hour the gateway makes at most 20 questions of RapidPro
    """
    wanted = REQUESTS[what]
    most = int(limit.removeprefix("at most ").replace("no", "0"))
    before = len(simulation.journal.exchanges(**wanted))

    def made() -> int:
        return len(simulation.journal.exchanges(**wanted)) - before

    simulation.wait_until(lambda: made() > most, seconds=seconds_of(duration))
    expect(made() <= most, f"{limit} {what} in {duration}", f"there were {made()}", wanted=wanted)


@then(parsers.re(r"(?P<which>every|no) message has been sent (?P<often>once|twice)"))
def sent_once(simulation: Simulation, which: str, often: str) -> None:
    """Every message of CHT is one message of RapidPro's, to the same number with the same text; or none is two.

    Example: Then every message has been sent once
    """
    wanted = Counter((sent.message["to"], sent.message["message"]) for sent in the_instance(simulation).messages())
    found = _received(simulation)
    twice = {message: count for message, count in found.items() if count > wanted[message]}
    expect(not twice, "no message more than once", f"RapidPro has, of {sum(wanted.values())}: {_told(twice)}")
    missing = wanted - found if which == "every" else Counter()
    expect(not missing, "every message once", f"RapidPro has {sum(found.values())} and lacks {_told(missing)}")


def _received(simulation: Simulation) -> Counter[tuple[str, str]]:
    """Return what RapidPro was given to send: numbers and texts, and how often."""
    return Counter(
        (message.urn.partition(":")[2], message.text)
        for host in simulation.hosts.values()
        for workspace in host.installation.workspaces.values()
        for message in workspace.messages
        if not message.incoming
    )


def _told(messages: Mapping[tuple[str, str], int]) -> str:
    shown = [f"{count} times {text!r} to {number}" for (number, text), count in list(messages.items())[:3]]
    return "; ".join(shown) + (f" and {len(messages) - 3} more" if len(messages) > 3 else "")

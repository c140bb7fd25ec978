"""What goes wrong between the gateway and the services."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, when

from rapidpro_simulator.gateways.interface import InapplicableError
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .durations import DURATION, seconds_of

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

CHT = "cht.*"
COUCHDB = "couchdb.*"
GATEWAY = "gateway*"
ASKED_BY_ALL = frozenset({"database", "database-writing"})
ENDPOINTS: dict[str, dict[str, str]] = {
    "broadcast": {"by": GATEWAY, "method": "POST", "path": "/api/v2/broadcasts*"},
    "status": {"by": GATEWAY, "method": "GET", "path": "/api/v2/messages*"},
    "RapidPro": {"by": GATEWAY, "path": "/api/v2/*"},
    "CHT": {"by": GATEWAY, "to": CHT},
    "CouchDB": {"by": GATEWAY, "to": COUCHDB},
    "document-reading": {"by": GATEWAY, "to": COUCHDB, "method": "POST", "path": "/*/_all_docs"},
    "state-saving": {"by": GATEWAY, "to": COUCHDB, "method": "POST", "path": "/*/_bulk_docs"},
    "message-storing": {"by": "cht.*", "to": COUCHDB, "method": "POST", "path": "/*/_bulk_docs"},
    "database": {"to": COUCHDB},
    "database-writing": {"to": COUCHDB, "method": "POST", "path": "/*/_bulk_docs"},
    "webhook": {"method": "POST", "path": "/api/v?/sms/ra*/incoming-messages"},
    "record-saving": {"method": "POST", "path": "/api/v?/records"},
    "contact-finding": {"path": "/api/v1/contacts-by-phone"},
    "aggregator": {"by": "courier of *"},
    "flow-start": {"method": "POST", "path": "/api/v2/flow_starts*"},
}


def requests_of(simulation: Simulation, endpoint: str) -> dict[str, str]:
    """Return what tells requests of this kind. Raises `InapplicableError` where nobody sees them."""
    criteria = ENDPOINTS[endpoint]
    if simulation.remote is not None and criteria.get("to") == COUCHDB:
        raise InapplicableError(
            f"{endpoint} requests stay inside the CHT at {simulation.remote.base}: nobody sees or disturbs them there"
        )
    return criteria


# What the sentence says, and what the fault is; a named group becomes a field of the fault.
FAILURES: dict[str, dict[str, Any]] = {
    r"answered with (?P<status>\d{3})": {"kind": FaultKind.STATUS},
    r"answered with (?P<status>\d{3}) and Retry-After (?P<retry_after>\d+)": {"kind": FaultKind.STATUS},
    r"answered with (?P<status>\d{3}) and (?P<body>[\[{\"].*|null)": {
        "kind": FaultKind.BODY,
        "content_type": "application/json",
    },
    r"answered (?P<seconds>[\d.]+) seconds? late": {"kind": FaultKind.LATENCY},
    r"answered with nothing": {"kind": FaultKind.EMPTY},
    r"answered with an empty body": {"kind": FaultKind.EMPTY_BODY},
    r"answered with a truncated body": {"kind": FaultKind.TRUNCATED},
    r"answered with malformed JSON": {"kind": FaultKind.MALFORMED},
    r"answered with a web page": {"kind": FaultKind.HTML},
    r"answered as (?P<content_type>\S+/\S+)": {"kind": FaultKind.WRONG_TYPE},
    r"redirected with (?P<status>\d{3}) to \"(?P<location>[^\"]+)\"": {"kind": FaultKind.REDIRECT},
    r"never answered": {"kind": FaultKind.NO_ANSWER},
    r"refused": {"kind": FaultKind.REFUSED},
    r"reset": {"kind": FaultKind.RESET},
    r"fatal to the gateway": {"kind": FaultKind.CRASH},
}
CONVERTERS = {"status": int, "retry_after": int, "seconds": float}
LATE = re.compile(r"(?P<failure>(?!answered [\d.]+ ).+) (?P<seconds>[\d.]+) seconds? late")

SENTENCE = parsers.re(
    r"(?:the next (?P<count>\d+) |the (?P<first>\d+)(?:st|nd|rd|th) |(?P<one>the next )|)"
    rf"(?P<endpoint>{'|'.join(ENDPOINTS)}) requests? (?:is|are|(?P<maybe>may be)) (?P<failure>.+?)"
    rf"(?P<after> after (?:its|their) side effect)?(?: for {DURATION})?"
)


@given(SENTENCE)
@when(SENTENCE)
def requests_fail(
    simulation: Simulation,
    endpoint: str,
    failure: str,
    count: str | None,
    first: str | None,
    one: str | None,
    after: str | None,
    maybe: str | None,
    duration: str | None,
) -> None:
    """Requests of one kind go wrong: all, the next few, or one by its number; before their side effect or after it.

    Endpoints: broadcast, status, RapidPro (both, and all others), CouchDB, document-reading, state-saving (what the
    gateway asks for); CHT (what a gateway outside of CHT asks it for); message-storing (CHT stores what came in);
    database, database-writing (whoever it is); webhook, record-saving, contact-finding (what flows ask CHT for);
    flow-start (what outbound push asks RapidPro for); aggregator (what RapidPro asks the aggregator of an external
    channel for).

    Failures: answered with 500; answered with 429 and Retry-After 60; answered with 201 and {"id": 7}; answered 90
    seconds late; answered with nothing / an empty body / a truncated body / malformed JSON / a web page; answered as
    text/plain; redirected with 302 to "https://…"; never answered; refused; reset; fatal to the gateway.

    Each but the refusal and the missing answer may be late, too: answered with 503 20 seconds late. What is late before
    its side effect is done late; after its side effect it has been done at once, and only the answer is late. A refusal
    has no side effect; an empty or a truncated body, malformed JSON and another type are the service's own answer, so
    that the side effect has taken place in any case.

    A scenario whose fault never strikes fails, unless it says `may be` in place of `is` or `are`.

    Example: Given the next 3 broadcast requests are answered with 500 after their side effect
    """
    settings = _failure(failure)
    if after:
        settings["moment"] = FaultMoment.AFTER
    simulation.fault(
        **_callers(endpoint, requests_of(simulation, endpoint), settings),
        **settings,
        first=int(first or 1),
        count=int(count) if count else 1 if first or one else None,
        optional=maybe is not None,
        until=simulation.clock.now() + timedelta(seconds=seconds_of(duration)) if duration else None,
    )


DOWN = parsers.re(rf"RapidPro (?:is|(?P<maybe>may be)) down for {DURATION}")


@given(DOWN)
@when(DOWN)
def rapidpro_is_down(simulation: Simulation, maybe: str | None, duration: str) -> None:
    """Nobody listens at any RapidPro host: every request is refused, whoever makes it; the carriers go on.

    A scenario in which nobody meanwhile asks for anything fails, unless it says `may be`.

    Example: Given RapidPro is down for 2 hours
    """
    until = simulation.clock.now() + timedelta(seconds=seconds_of(duration))
    if not simulation.hosts:
        raise LookupError("the scenario has no RapidPro: say `Given a RapidPro workspace …`")
    for host in simulation.hosts:
        simulation.fault(kind=FaultKind.REFUSED, to=host, until=until, optional=maybe is not None)


@when("nothing goes wrong any more")
def faults_end(simulation: Simulation) -> None:
    """Every fault ends.

    Example: When nothing goes wrong any more
    """
    simulation.faults.clear()


@when(parsers.re(r"fault (?P<number>\d+) ends"))
def fault_ends(simulation: Simulation, number: str) -> None:
    """One fault ends, the others go on; the first that the scenario has is fault 1.

    Example: When fault 1 ends
    """
    added = simulation.faults.added
    if not 1 <= int(number) <= len(added):
        raise LookupError(f"there is no fault {number}; there are {len(added)}")
    if simulation.faults.is_planned(added[int(number) - 1]):
        simulation.faults.remove(added[int(number) - 1])


def _callers(endpoint: str, criteria: dict[str, str], settings: dict[str, Any]) -> dict[str, str]:
    """Return whose requests of this kind can go wrong like this: only the gateway's can be fatal to the gateway."""
    if settings["kind"] is not FaultKind.CRASH or criteria.get("by") == GATEWAY:
        return criteria
    if endpoint not in ASKED_BY_ALL:
        raise ValueError(f"{endpoint} requests are not the gateway's, so that they cannot be fatal to it")
    return {**criteria, "by": GATEWAY}


def _failure(text: str) -> dict[str, Any]:
    if match := LATE.fullmatch(text):
        return {**_failure(match["failure"]), "seconds": float(match["seconds"])}
    for pattern, settings in FAILURES.items():
        if match := re.fullmatch(pattern, text):
            found = {name: CONVERTERS.get(name, str)(value) for name, value in match.groupdict().items()}
            return {**settings, **found}
    known = ", ".join(re.sub(r"\(\?P<(\w+)>.*?\)", r"<\1>", pattern) for pattern in FAILURES)
    raise ValueError(f"{text!r} is no failure; possible are: {known}")

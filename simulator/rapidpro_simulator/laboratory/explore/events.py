"""What can happen in a random world, as sentences: work, faults and accidents, each with what puts it right again.

Every event that can break something names its `cause`: what differs in details only (the third answer is lost, or the
fourth; by a reset, or by a 502) is one cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WHATSAPP_GENERATION = "textit-2026"
QUOTA_PROFILE = "shared-2500"
ALL_WELL = "nothing goes wrong any more"
RESTART = "the gateway is restarted"
CRASHED = (ALL_WELL, RESTART)  # in this order: a fault that comes later would kill the next one


@dataclass(frozen=True)
class Event:
    """A sentence of a random world.

    `kind` is the keyword it is said with, `cause` what it disturbs (empty: it is work, or time that passes), `repairs`
    the sentences that end the disturbance, and `surroundings` what the world must have for it. `doubtful`: there may be
    nothing yet to do it to; then it does not happen.
    """

    text: str
    kind: str = "When"
    cause: str = ""
    repairs: tuple[str, ...] = ()
    surroundings: frozenset[str] = frozenset()
    doubtful: bool = False


@dataclass(frozen=True)
class FaultFamily:
    """Faults of one cause: requests of the kind `endpoint` that are answered in one of the ways of `failures`."""

    cause: str
    endpoint: str
    failures: tuple[str, ...]
    after: bool = False
    once: bool = False  # it strikes one request only
    repairs: tuple[str, ...] = (ALL_WELL,)

    def event(self, failure: str, amount: str, until: str) -> Event:
        """Return the fault that strikes `amount` requests (such as `next 3`, or empty: all), for a duration or not."""
        requests = "request" if amount in {"next", "2nd"} else "requests"
        their = "its" if requests == "request" else "their"
        effect = f" after {their} side effect" if self.after else ""
        which = f"the {amount} " if amount else ""
        duration = f" for {until}" if until else ""
        text = f"{which}{self.endpoint} {requests} may be {failure}{effect}{duration}"
        return Event(text, "Given", self.cause, self.repairs)


UNREADABLE = (
    "reset",
    "answered with nothing",
    "answered with 500",
    "answered with 504",
    "answered with a truncated body",
    "answered with malformed JSON",
    "answered with an empty body",
    "answered with a web page",
)
PONDERING = (
    'answered with 200 and {"next": null, "previous": null, "results": [{"id": 1, "broadcast": 1, '
    '"status": "pondering", "direction": "out", "created_on": "2026-03-02T08:01:00Z"}]}'
)
AWAY = ("refused", "reset", "answered with 500", "answered with 502", "answered with 503")

FAULTS: tuple[FaultFamily, ...] = (
    FaultFamily("the answer to a message is lost", "broadcast", UNREADABLE, after=True),
    FaultFamily("RapidPro does not take a message", "broadcast", AWAY),
    FaultFamily(
        "an answer is none",
        "broadcast",
        ("answered with a web page", "answered with 201 and {}", "answered with 201 and []"),
    ),
    FaultFamily("an answer names no broadcast", "broadcast", ('answered with 201 and {"status": "queued"}',)),
    FaultFamily(
        "RapidPro redirects",
        "broadcast",
        tuple(f'redirected with {status} to "https://textit.com/api/v2/broadcasts.json"' for status in (301, 302, 307)),
    ),
    FaultFamily(
        "RapidPro tells who sends to come back later",
        "broadcast",
        ("answered with 429 and Retry-After 600", "answered with 429 and Retry-After 1800"),
    ),
    FaultFamily(
        "RapidPro takes messages slowly", "broadcast", ("answered 3 seconds late", "answered 100 seconds late")
    ),
    FaultFamily("RapidPro never answers a message", "broadcast", ("never answered",), once=True),
    FaultFamily("RapidPro never answers a question", "status", ("never answered",), once=True),
    FaultFamily(
        "questions fail",
        "status",
        ("answered with 500", "answered with 404", "refused", "reset", "answered with malformed JSON"),
    ),
    FaultFamily("RapidPro tells who asks to come back later", "status", ("answered with 429 and Retry-After 1800",)),
    FaultFamily("RapidPro has a new status", "status", (PONDERING,)),
    FaultFamily("RapidPro is away", "RapidPro", AWAY),
    FaultFamily("RapidPro is slow", "RapidPro", ("answered 5 seconds late", "answered 70 seconds late")),
    FaultFamily("answers of RapidPro break off", "RapidPro", ("answered with a truncated body",)),
    FaultFamily("CHT cannot save", "database-writing", ("answered with 503", "refused")),
    FaultFamily("CHT has no database", "database", ("refused", "answered with 500")),
    FaultFamily("the gateway crashes at a message", "broadcast", ("fatal to the gateway",), once=True, repairs=CRASHED),
    FaultFamily(
        "the gateway crashes before it has an answer",
        "broadcast",
        ("fatal to the gateway",),
        after=True,
        once=True,
        repairs=CRASHED,
    ),
    FaultFamily("the gateway crashes at a question", "status", ("fatal to the gateway",), once=True, repairs=CRASHED),
    FaultFamily("CHT cannot store what comes in", "message-storing", ("answered with 503", "refused")),
    FaultFamily("CHT stores slowly what comes in", "message-storing", ("answered 1 second late",)),
)

# What only a gateway outside of CHT meets, and what only CHT's own one does.
FAULTS_OF: Mapping[str, tuple[FaultFamily, ...]] = {
    "standalone": (
        FaultFamily("CHT is away", "CHT", (*AWAY, "answered with 504")),
        FaultFamily("the answer of CHT is lost", "CHT", UNREADABLE, after=True),
        FaultFamily("CHT is slow", "CHT", ("answered 5 seconds late", "answered 70 seconds late")),
        FaultFamily("CHT never answers", "CHT", ("never answered",), once=True),
        FaultFamily(
            "the gateway crashes on its way to CHT", "CHT", ("fatal to the gateway",), once=True, repairs=CRASHED
        ),
        FaultFamily(
            "the gateway crashes before CHT has answered",
            "CHT",
            ("fatal to the gateway",),
            after=True,
            once=True,
            repairs=CRASHED,
        ),
    ),
    "cht": (
        FaultFamily("the gateway cannot save", "state-saving", ("answered with 503", "refused", "answered with 500")),
        FaultFamily("the answer to what is saved is lost", "state-saving", ("reset", "answered with 504"), after=True),
        FaultFamily("the gateway cannot read", "CouchDB", ("answered with 503", "refused")),
        FaultFamily(
            "the gateway crashes while it saves", "state-saving", ("fatal to the gateway",), once=True, repairs=CRASHED
        ),
    ),
}

DATABASE_FAULTS = frozenset(
    family.cause
    for family in (*FAULTS, *FAULTS_OF["cht"])
    if family.endpoint in {"database", "database-writing", "message-storing"}
)
"""Nobody can add or edit messages meanwhile."""

ACCOUNTS, HOSTS = frozenset({"accounts"}), frozenset({"hosts"})
OTHER = "the account is changed"
ACCIDENTS: tuple[Event, ...] = (
    Event(RESTART, cause="the gateway is restarted"),
    Event("the gateway crashes", cause="the gateway crashes", repairs=(RESTART,)),
    Event('the instance is switched to the workspace "Other"', cause=OTHER, surroundings=ACCOUNTS),
    Event('the instance is switched to the workspace "Main"', cause=OTHER, surroundings=ACCOUNTS),
    Event(
        'the token of the workspace "Main" is deactivated',
        cause="the key is revoked",
        repairs=('the token of the workspace "Main" is reactivated',),
    ),
    Event(
        'the workspace "Main" is suspended',
        cause="the workspace is suspended",
        repairs=('the workspace "Main" is restored',),
    ),
    Event(
        'the instance is switched to the workspace "Elsewhere"', cause="CHT moves to another host", surroundings=HOSTS
    ),
    Event('message 1 is set to "pending"', cause="somebody sets a message to pending"),
    Event('the carrier reports message 1 of the workspace "Main" as sent', cause="a report comes late", doubtful=True),
    Event('message 2 of the workspace "Main" becomes wired, failed', cause="a carrier fails one message"),
    Event('messages of the workspace "Main" become errored twice', cause="a carrier has a bad day"),
    Event(
        'messages of the workspace "Main" become nothing',
        cause="a carrier stands still",
        repairs=('messages of the workspace "Main" become delivered',),
    ),
    Event("the next 2 writes of message states meet a conflict", cause="somebody else edits the documents"),
)

# Where days pass the standalone gateway is told to be patient; with others that cannot be said, and need not.
STANDALONE = frozenset({"patient"})
CLOCK = "the gateway's clock is wrong"
CLOCKS: tuple[Event, ...] = (
    *(
        Event(f"the gateway's clock jumps {how}", cause=CLOCK, surroundings=STANDALONE)
        for how in ("1 hour ahead", "1 hour back", "1 day ahead", "1 day back", "10 days ahead", "10 days back")
    ),
    Event("the gateway's machine is booted", cause="the machine is booted"),
)

MESSAGES: tuple[Event, ...] = (
    Event("a pending message is added"),
    Event("3 pending messages are added"),
    Event("8 pending messages are added"),
    Event(
        'a pending message to "+254712345678" with the text "Your number is @urns.tel" is added',
        cause="a text looks like an expression",
    ),
)
FEVER, BETTER = "My baby has a fever", "She is better"
TEXTS: tuple[Event, ...] = (
    Event(f'a flow hands over "{FEVER}" from +254712345678 as "in-1"'),
    Event(f'a flow hands over "{BETTER}" from +254712345678 as "in-2"'),
    Event(f'a flow hands over "{FEVER}" from +254712345678 as "in-1" twice', cause="a flow hands over a text twice"),
    Event(
        f'a flow hands over "{BETTER}" from +254712345678 as "in-2" in 4 calls at the same time',
        cause="a flow hands over copies at the same time",
    ),
    Event(f'a flow hands over "{BETTER}" from +254712345678 as 1', cause="a text has the id of a broadcast"),
)
PAUSES: tuple[Event, ...] = (  # the long ones are rarer
    *map(Event, ("1 minute passes", "10 minutes pass", "30 seconds pass")),
    *map(Event, ("10 minutes pass", "1 minute passes", "10 minutes pass")),
    *map(Event, ("1 hour passes", "3 hours pass", "1 hour passes")),
    Event("1 day passes", surroundings=STANDALONE),
)

SETTINGS: tuple[Event, ...] = (
    Event('messages of the workspace "Main" become wired, sent', "Given", "a carrier does not tell of the delivery"),
    Event('messages of the workspace "Main" become failed', "Given", "a carrier delivers nothing"),
    Event(
        'the workspace "Main" sends through an aggregator without delivery reports',
        "Given",
        "a carrier reports nothing",
    ),
    Event('making messages takes the workspace "Main" 10 minutes', "Given", "RapidPro is busy"),
    *(
        Event(f'messages of the workspace "Main" become {outcome}', "Given", "reports come in a strange order")
        for outcome in ("sent late", "failed late", "delivered late")
    ),
    Event(
        'messages of the workspace "Main" become wired, sent, read',
        "Given",
        "a message is read",
        surroundings=frozenset({"whatsapp"}),
    ),
    Event(
        'the workspace "Main" may make 20 requests an hour in the scope "v2"',
        "Given",
        "the quota is small",
        surroundings=frozenset({"quota"}),
    ),
    Event(
        'another system polls the workspace "Main" every 10 minutes',
        "Given",
        "another system uses up the quota",
        surroundings=frozenset({"quota", "little"}),
    ),
)
CLOCKS_OF_HOSTS: tuple[Event | None, ...] = (
    *(None,) * 16,  # most often all are right
    *(
        Event(f'the clock of "{host}" is {wrong}', "Given", cause, surroundings=STANDALONE)
        for host, cause in (("textit.com", "RapidPro's clock is wrong"), ("cht.example.org", "CHT's clock is wrong"))
        for wrong in ("5 minutes ahead", "5 minutes behind", "1 day ahead", "1 day behind")
    ),
)
"""Said before there are hosts."""

UNHURRIED = Event("the gateway asks CHT for messages every 10 minutes", "Given")
PACES: Mapping[str, tuple[Event | None, ...]] = {"standalone": (None, UNHURRIED, UNHURRIED, UNHURRIED)}
"""How often a gateway of a kind looks for work; without an end of such visits, hours pass sooner."""

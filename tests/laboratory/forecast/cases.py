"""Incidents with a remedy that are played both ways: each remedy, each kind of open message, each kind of account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.messages.states import POLLED_STATES
from rapidpro_simulator.laboratory.forecast.assumptions import PROVEN_HOURS, PROVEN_MESSAGES
from rapidpro_simulator.laboratory.forecast.incident import (
    Account,
    CarrierPlan,
    Consumer,
    Inherited,
    Latencies,
    LongTail,
    OpenMessages,
    Remedy,
)
from rapidpro_simulator.rapidpro.generations.rates import Rate

from .incidents import OTHERS, SLOW, shared, small

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import Incident

WAIT = Remedy("wait")
HOUR = 3600.0
UNKNOWN = (OpenMessages("sent", 60, age_days=2), OpenMessages("received-by-gateway", 60, age_days=0.5))
KNOWN = (OpenMessages("sent", 60, age_days=2, answer="sent"), OpenMessages("sent", 40, age_days=2, answer="delivered"))
OF_EACH_STATE = (
    OpenMessages("pending", 30, age_days=2),
    OpenMessages("forwarded-to-gateway", 20, age_days=0.2),
    OpenMessages("forwarded-by-gateway", 20, answer="wired"),
    OpenMessages("sent", 40, reference=False),
    OpenMessages("scheduled", 20, age_days=9),
    *[OpenMessages("scheduled", due=500.0 * number) for number in range(1, 15)],
)
TO_COME = tuple(OpenMessages("scheduled", due=600.0 * number) for number in range(1, 12))
ALL = ("scheduled", "pending", "forwarded-to-gateway", *POLLED_STATES)
RETIRED = Consumer("reports", 20, ("runs", "messages", "flows"))
LATE = CarrierPlan("delivered", {"sent": (20, 20), "delivered": (1500, 1500)})
MIXED = CarrierPlan({"delivered": 0.6, "sent": 0.3, "failed": 0.1})


def standalone(**inherited: str) -> Remedy:
    """Return the remedy of a switch to the standalone gateway after an hour."""
    return Remedy("standalone", 1, gateway="standalone", inherited=Inherited(**inherited))  # type: ignore[arg-type]


def roomy(*messages: OpenMessages, gateway: str = "cht:5.2", limit: int = 1500) -> Incident:
    """Return an incident of some messages in an account that has room for all questions."""
    return replace(small(shared(limit), gateway=gateway, per_day=240, hours=2), open=messages)


SPREAD = CarrierPlan("good", {"sent": (2, 300), "delivered": (10, 3000)})
TAILED = CarrierPlan("poor", {"sent": LongTail(5, 120), "delivered": LongTail(60, 5400)})
SCOPES = Account("community", "community", {"v2.messages": Rate(400)})
CASES: dict[str, tuple[Incident, Remedy]] = {
    # The account
    "a shared quota that is used up": (small(shared()), WAIT),
    "the same with slow answers": (small(shared(), latency=SLOW), WAIT),
    "scopes of their own": (small(SCOPES), WAIT),
    "a scope for broadcasts": (
        small(Account("textit-2025", rates={"v2.broadcasts": Rate(12), "v2.messages": Rate(300)}), hours=3, count=60),
        WAIT,
    ),
    "a day's quota and a minute's": (
        small(Account("v7", "shared-2500", {"v2": Rate.parse("20/minute")}), hours=2, count=60),
        WAIT,
    ),
    # The gateway, and what it asks about
    "a release that takes new words for errors": (small(shared(300), gateway="cht:4.10", count=50, per_day=240), WAIT),
    "the release before the vault": (small(shared(), gateway="cht:3.17", hours=2, count=120), WAIT),
    "timers of 20 seconds": (replace(small(shared(600), hours=2, count=60), interval_seconds=20.0), WAIT),
    "messages that the account knows": (roomy(*KNOWN, limit=600), WAIT),
    "messages of each state": (roomy(*OF_EACH_STATE), WAIT),
    "the standalone gateway": (small(shared(400), gateway="standalone"), WAIT),
    "the standalone gateway with little room": (small(shared(60), gateway="standalone"), WAIT),
    "the standalone gateway and messages of each state": (roomy(*OF_EACH_STATE, gateway="standalone"), WAIT),
    # The carrier, and others
    "a carrier that errs first": (
        replace(small(shared(200), count=40), carrier=CarrierPlan("errored once")),
        WAIT,
    ),
    "a carrier that is late": (replace(roomy(), carrier=LATE), WAIT),
    "a carrier that loses some": (replace(roomy(), carrier=MIXED), WAIT),
    "a carrier that is sometimes late": (replace(roomy(), carrier=SPREAD), WAIT),
    "a carrier with a long tail": (replace(roomy(), carrier=TAILED), WAIT),
    "a carrier that has a long tail where the quota is used up": (
        replace(small(shared(200), count=60), carrier=TAILED),
        WAIT,
    ),
    "a carrier that rejects some": (replace(roomy(), carrier=CarrierPlan({"rejected": 0.5, "read": 0.5})), WAIT),
    "a carrier that rejects some for an older RapidPro": (
        replace(roomy(), carrier=CarrierPlan({"rejected": 0.5, "read": 0.5}), rapidpro=shared(1500, "community")),
        WAIT,
    ),
    "a long tail and the standalone gateway": (replace(roomy(gateway="standalone"), carrier=TAILED), WAIT),
    "two others": (replace(small(shared(), hours=3, count=60), consumer=(OTHERS, RETIRED)), WAIT),
    # The remedies
    "set to failed": (small(shared()), Remedy("failed", after_hours=1, set_state="failed")),
    "set to scheduled": (small(shared()), Remedy("scheduled", after_hours=1, set_state="scheduled")),
    "what is to come is set to pending": (roomy(*TO_COME), Remedy("now", 1, set_state="pending", of_states=ALL)),
    "what is to come is set to failed": (roomy(*TO_COME), Remedy("never", 0.5, set_state="failed", of_states=ALL)),
    "what is to come is muted": (roomy(*TO_COME), Remedy("silence", 0.5, set_state="muted", of_states=ALL)),
    "a higher quota": (small(shared(), hours=3, count=60), Remedy("more", 1, rates={"v2": Rate(4000)})),
    "a lower quota": (roomy(*UNKNOWN), Remedy("less", 1, rates={"v2": Rate(90)})),
    "slower timers": (small(shared(), hours=3, count=120), Remedy("slower", 1, interval_seconds=300)),
    "others ask less often": (
        replace(small(shared(), hours=3, count=60), consumer=(replace(OTHERS, every_minutes=1), RETIRED)),
        Remedy("less", 1, consumer_minutes=15),
    ),
    "an upgrade": (small(shared(400), gateway="cht:4.10", count=40, hours=3), Remedy("up", 1, gateway="cht:5.2")),
    "an upgrade that changes the timers": (
        small(shared(), gateway="cht:4.14", count=60, hours=3),
        Remedy("up", 1, gateway="cht:5.2", interval_seconds=120),
    ),
    "the standalone gateway leaves what it inherits": (roomy(*UNKNOWN), standalone()),
    "the standalone gateway fails what it inherits": (roomy(*UNKNOWN), standalone(unsent="fail", sent="fail")),
    "the standalone gateway asks about what nobody knows": (roomy(*UNKNOWN), standalone(unsent="ask", sent="ask")),
    "the standalone gateway asks about what is known": (
        roomy(*[replace(each, answer="delivered") for each in UNKNOWN]),
        standalone(unsent="ask", sent="ask"),
    ),
    "the standalone gateway sends what it inherits": (roomy(*UNKNOWN), standalone(unsent="send")),
    "the standalone gateway inherits all kinds": (roomy(*OF_EACH_STATE), standalone(unsent="send", sent="fail")),
    "a switch where the quota is used up": (small(shared(), hours=3), standalone(unsent="fail", sent="leave")),
    "a quota that is lowered below what was used, of which RapidPro does not say when it is back": (
        roomy(*UNKNOWN),
        replace(standalone(), rates={"v2": Rate(300)}),
    ),
    "a switch at once where all is slow": (
        replace(roomy(OpenMessages("forwarded-to-gateway", 20)), latency=Latencies((1.0, 4.0), (1.0, 4.0))),
        replace(standalone(), after_hours=0, set_state="failed"),
    ),
    "the standalone gateway fails what has waited for a day": (
        roomy(OpenMessages("pending", 90, age_days=3), limit=30),
        standalone(),
    ),
    "back to CHT's own gateway where the quota is used up": (
        roomy(*UNKNOWN, gateway="standalone"),
        Remedy("back", 1, gateway="cht:5.2"),
    ),
    "back to CHT's own gateway": (
        replace(roomy(OpenMessages("sent", 9), gateway="standalone"), carrier=CarrierPlan("sent")),
        Remedy("back", 1, gateway="cht:5.2"),
    ),
    "back to CHT's own gateway with other timers": (
        roomy(*UNKNOWN[:1], gateway="standalone", limit=600),
        Remedy("back", 1, gateway="cht:3.11", interval_seconds=20),
    ),
    "set to failed under the standalone gateway": (
        replace(roomy(*UNKNOWN, gateway="standalone"), carrier=CarrierPlan("sent")),
        Remedy("failed", after_hours=1, set_state="failed"),
    ),
    "set to scheduled under the standalone gateway": (
        replace(roomy(*UNKNOWN, gateway="standalone"), carrier=CarrierPlan("sent")),
        Remedy("scheduled", after_hours=1, set_state="scheduled"),
    ),
    "all at once": (
        small(shared(), hours=3, count=120),
        Remedy("all", 1, set_state="failed", interval_seconds=120, consumer_minutes=30, rates={"v2": Rate(200)}),
    ),
    "as long as it was tried": (small(shared(), count=PROVEN_MESSAGES, hours=PROVEN_HOURS), WAIT),
}

RELEASES = ("3.11", "4.13", "4.17", "5.2")
CASES |= {
    f"CHT {release} with {generation}": (
        small(shared(300, generation), gateway=f"cht:{release}", count=50, per_day=240, hours=2),
        WAIT,
    )
    for release in RELEASES
    for generation in ("community", "textit-2026")
}
CASES |= {
    f"an upgrade from {before} to {after}": (
        small(shared(300), gateway=f"cht:{before}", count=40, per_day=240, hours=2),
        Remedy("up", 1, gateway=f"cht:{after}"),
    )
    for number, before in enumerate(RELEASES)
    for after in RELEASES[number + 1 :]
}

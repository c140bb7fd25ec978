"""Small incidents that both the model and the full simulation can play."""

from __future__ import annotations

from rapidpro_simulator.laboratory.forecast.incident import (
    Account,
    CarrierPlan,
    Consumer,
    Incident,
    Latencies,
    OpenMessages,
    Work,
)
from rapidpro_simulator.rapidpro.generations.rates import Rate

FAST = Latencies((0.002, 0.008), (0.002, 0.008))
SLOW = Latencies((0.2, 0.5), (0.2, 0.5))
OTHERS = Consumer("another system", 5, ("contacts", "messages"))


def shared(limit: int = 100, generation: str = "textit-2026") -> Account:
    """Return an account with one quota for everything."""
    return Account(generation, "shared-2500", {"v2": Rate(limit)})


def small(
    account: Account,
    *,
    gateway: str = "cht:5.2",
    latency: Latencies = FAST,
    count: int = 240,
    per_day: float = 480,
    hours: float = 4,
    outcomes: str = "delivered",
) -> Incident:
    """Return an incident of `count` open messages, half of them older than the sentinel looks back."""
    return Incident(
        days=hours / 24,
        seeds=1,
        gateway=gateway,
        rapidpro=account,
        open=(OpenMessages("sent", count // 2, age_days=14), OpenMessages("received-by-gateway", count // 2)),
        consumer=(OTHERS,),
        work=(Work(per_day),),
        latency=latency,
        carrier=CarrierPlan(outcomes),
    )

"""Random incidents and remedies, small enough for the full simulation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from rapidpro_simulator.laboratory.forecast.consistency import check_consistency
from rapidpro_simulator.laboratory.forecast.incident import (
    NOTHING,
    STANDALONE,
    Account,
    CarrierPlan,
    Consumer,
    Incident,
    Inherited,
    Latencies,
    LongTail,
    OpenMessages,
    Remedy,
    Work,
)
from rapidpro_simulator.laboratory.forecast.reading import LEFT_SENT, OPEN_STATES
from rapidpro_simulator.rapidpro.delivery.outcomes import OUTCOMES, PROFILES, shares_of
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.generations.rates import RATE_PROFILES, WINDOWS, Rate
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITS = {"s": (1, 4), "m": (2, 60), "h": (20, 700), "d": (50, 1500)}  # requests in a second, a minute …
RELEASES = ("3.11", "3.17", "4.0", "4.4", "4.13", "4.14", "4.16", "4.17", "4.22", "5.1", "5.1.1", "5.2")
GATEWAYS = st.one_of(st.sampled_from([f"cht:{each}" for each in RELEASES]), st.just(STANDALONE))
INTERVALS = st.sampled_from([60.0, 20.0, 45.0, 300.0])
ANSWERS = st.sampled_from([NOTHING, "wired", "sent", "delivered", "failed"])  # what the full simulation can arrange
ENDPOINTS = st.sampled_from(["messages", "contacts", "runs", "flows", "broadcasts"])
REPORTS = st.sampled_from(["wired", "sent", "delivered", "failed", "errored"])
SECONDS = st.one_of(
    st.tuples(st.floats(0, 60), st.floats(0, 2400)).map(lambda pair: (pair[0], sum(pair))),
    st.tuples(st.floats(1, 100), st.floats(1, 90)).map(lambda pair: LongTail(pair[0], pair[0] * pair[1])),
)
PACES = st.sampled_from([(0.002, 0.008), (0.2, 0.5), (1.0, 4.0)])  # at the last one, batches of CHT's overlap


def _that_come(plan: CarrierPlan) -> CarrierPlan:
    """Return a plan less the delays of reports that none of its outcomes has."""
    attempts = [attempt for outcome, _ in shares_of(plan.outcomes) for attempt in outcome.attempts]
    words = {report.status.name.lower() for attempt in attempts for report in attempt if report.status}
    return replace(plan, delays={word: delay for word, delay in plan.delays.items() if word in words})


CARRIERS = st.builds(
    CarrierPlan,
    st.one_of(
        st.sampled_from([*OUTCOMES, *PROFILES]),
        st.dictionaries(st.sampled_from(list(OUTCOMES)), st.floats(0.1, 1), min_size=2, max_size=4),
    ),
    st.dictionaries(REPORTS, SECONDS, max_size=3),
).map(_that_come)
CONSUMERS = st.lists(
    st.builds(
        Consumer,
        st.sampled_from(["dashboard", "reports"]),
        st.integers(1, 30).map(float),
        st.lists(ENDPOINTS, min_size=1, max_size=4).map(tuple),
    ),
    max_size=2,
    unique_by=lambda each: each.name,
)


def _open(most: int) -> st.SearchStrategy[list[OpenMessages]]:
    states = st.sampled_from(OPEN_STATES[:6])  # the others are silent
    group = st.builds(OpenMessages, states, st.integers(1, most), st.floats(0, 9), ANSWERS, st.booleans())
    return st.lists(group, max_size=3)


@st.composite
def _rates(draw: st.DrawFn, profile: str) -> Mapping[str, Rate]:
    scopes = draw(st.lists(st.sampled_from(list(RATE_PROFILES[profile].rates)), unique=True))
    periods = {scope: draw(st.sampled_from(list(LIMITS))) for scope in scopes}
    return {scope: Rate(draw(st.integers(*LIMITS[each])), WINDOWS[each]) for scope, each in periods.items()}


@st.composite
def _accounts(draw: st.DrawFn) -> Account:
    account = Account(draw(st.sampled_from(list(GENERATIONS))), draw(st.sampled_from([None, *RATE_PROFILES])))
    return replace(account, rates=draw(_rates(account.profile.name)))


@st.composite
def _remedies(draw: st.DrawFn, incident: Incident) -> Remedy:
    leave = st.sampled_from(LEFT_SENT)
    possible: dict[str, st.SearchStrategy[Any]] = {
        "set_state": st.sampled_from(["failed", "scheduled", "pending", "delivered", "sent", "cleared"]),
        "gateway": GATEWAYS,
        "inherited": st.builds(Inherited, st.one_of(leave, st.just("send")), leave, st.integers(50, 900)),
        "interval_seconds": INTERVALS,
        "consumer_minutes": st.integers(1, 60).map(float),
        "rates": _rates(incident.rapidpro.profile.name),
    }
    chosen = draw(st.lists(st.sampled_from(list(possible)), unique=True, max_size=3))
    if "inherited" in chosen:
        possible["gateway"] = st.just(STANDALONE)
        chosen.append("gateway")
    return Remedy("remedy", draw(st.sampled_from([0.0, 0.25, 0.5])), **{each: draw(possible[each]) for each in chosen})


@st.composite
def incidents(draw: st.DrawFn, hours: int, most_open: int) -> tuple[Incident, Remedy]:
    """Draw an incident of some hours, with up to thrice `most_open` messages, and a remedy that its file could have."""
    gateway = draw(GATEWAYS)
    incident = Incident(
        days=hours / 24,
        seeds=1,
        gateway=gateway,
        interval_seconds=60.0 if gateway == STANDALONE else draw(INTERVALS),
        rapidpro=draw(_accounts()),
        open=tuple(draw(_open(most_open))),
        consumer=tuple(draw(CONSUMERS)),
        work=(Work(draw(st.integers(0, 900))),),
        latency=Latencies(pace := draw(PACES), pace),
        carrier=draw(CARRIERS),
    )
    remedy = draw(_remedies(incident))
    try:
        check_consistency(Path("drawn"), replace(incident, remedy=(remedy,)))
    except UsageError:
        reject()
    return incident, remedy

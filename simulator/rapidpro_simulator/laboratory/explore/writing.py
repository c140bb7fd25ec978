"""A broken rule as a scenario: the fewest sentences that lead to it, and a last one that fails."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.recording.scenario import Scenario, Step
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.steps.durations import SECONDS
from rapidpro_simulator.steps.rules import INVARIANTS
from rapidpro_simulator.testing.invariants import find_breaches
from rapidpro_simulator.testing.narrator import Narrator
from rapidpro_simulator.testing.sentences import SentenceError
from rapidpro_simulator.world.loop import AdvanceLimitError
from rapidpro_simulator.world.plurals import counted

from .judging import ASKS_LESS, ENDED, LIMITS, PASSING, SEED, SENT_ONCE, WORKS, ended_sentence, quiet_gateway, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .judging import Found
    from .random_worlds import RandomWorld

TITLES = {
    ENDED: "Every message comes to an end",
    SENT_ONCE: "Every message is sent once",
    WORKS: "The gateway still works",
    ASKS_LESS: "Open messages are asked about less and less",
}
HAMMERS = "RapidPro is not asked again and again"
PAUSE_UNITS = tuple((unit, int(SECONDS[unit])) for unit in ("day", "hour", "minute", "second"))
MOST_COUNTED = 120  # units of a pause: nobody would speak of 1441 minutes


def title_of(rule: str) -> str:
    """Return what a rule asks for, as the title of a feature."""
    title = TITLES.get(rule) or (HAMMERS if "makes at most" in rule else rule)
    return title[0].upper() + title[1:]


def write(world: RandomWorld, found: Found, gateway: str) -> tuple[Scenario, str] | None:
    """Return the scenario in which `gateway` breaks the rule as in `world`, and what is wrong in the end.

    None where no telling of it fails. Faults that strike are told as facts; what puts things right again is told only
    where the rule needs it.
    """
    causes = ", and ".join(sorted(world.causes)) or "nothing goes wrong"
    name = causes[0].upper() + causes[1:]
    first = Step("Given", world.messages)
    for steps, outcome in _tellings(world, found, gateway):
        for told in _wordings(steps, first):
            scenario = Scenario(name, world.background(), told, outcome, {})
            what = failure_at_the_end(scenario, gateway)
            if what is not None:
                remark = f"Found with the gateway {gateway}: {what.partition(chr(10))[0]}"
                return replace(scenario, remarks=(remark,)), what
    return None


def feature_text(scenario: Scenario, rule: str) -> str:
    """Return the text of the feature of a scenario: the rule is its title."""
    return f"Feature: {title_of(rule)}\n{scenario.feature().partition(chr(10))[2]}"


def failure_at_the_end(scenario: Scenario, gateway: str) -> str | None:
    """Return what is wrong if every sentence of a scenario can be said, and the last one is not true, as pytest would.

    None where that is not so.
    """
    *steps, last = (*scenario.background, *scenario.steps, *scenario.outcome)
    with quiet_gateway(), Simulation(seed=SEED, gateway=gateway, limits=LIMITS, freeze_datetime=True) as simulation:
        narrator = Narrator(simulation)
        try:
            for step in steps:
                say(narrator, step)
        except (AssertionError, AdvanceLimitError, SentenceError):
            return None
        try:
            say(narrator, last)
        except AssertionError as error:
            if all(fault.struck or fault.optional for fault in simulation.faults.added):
                return _what(simulation, last.text, error)
        except (AdvanceLimitError, SentenceError):
            return None
    return None


def _what(simulation: Simulation, rule: str, error: AssertionError) -> str:
    """Return what is wrong: an invariant has the shorter words for it."""
    breaches = find_breaches(simulation) if rule in INVARIANTS else ()
    return next((breach.what for breach in breaches if breach.invariant == rule), str(error))


def _tellings(world: RandomWorld, found: Found, gateway: str) -> Iterator[tuple[tuple[Step, ...], tuple[Step, ...]]]:
    steps, repairs = world.steps(), world.repairs()
    outcome = Step("Then", found.outcome)
    if found.step is not None:
        yield steps[: found.step], (outcome,)
        return
    ended = Step("Then", ended_sentence(gateway.partition(":")[0]))
    hour, once = Step("When", "1 hour passes"), Step("Then", SENT_ONCE)
    if found.rule in INVARIANTS:
        yield steps, (outcome,)
        yield (*steps, repairs[0]), (outcome,)
    if found.rule == ASKS_LESS:
        day = Step("When", "1 day passes")
        yield (*steps, day), (outcome,)
        yield (*steps, *repairs, day), (outcome,)
        yield (*steps, *repairs, hour, day), (outcome,)
        return
    yield (*steps, *repairs[1:]), (outcome,)
    yield (*steps, *repairs), (outcome,)
    yield (*steps, *repairs, hour), (outcome,)
    for before in ((ended,), (ended, once), (hour, once)):
        yield (*steps, *repairs), (*before, outcome)


def _wordings(steps: tuple[Step, ...], first: Step) -> Iterator[tuple[Step, ...]]:
    """Yield what may be told, the shortest first: the `first` messages may not matter, nor how a pause is divided.

    Nor may the shorter ones of several pauses in a row.
    """
    facts = tuple(map(_as_fact, steps))
    without = tuple(step for step in facts if step != first)
    shortest = (in_one_breath(told, in_all) for told in (without, facts) for in_all in (max, sum))
    yield from dict.fromkeys((*shortest, facts, in_one_breath(steps), steps))


def in_one_breath(steps: tuple[Step, ...], in_all: Callable[[Iterator[int]], int] = sum) -> tuple[Step, ...]:
    """Return the sentences with one pause in place of several in a row, which is as long as they are `in_all`."""
    told: list[Step] = []
    for is_pause, group in groupby(steps, lambda step: PASSING.fullmatch(step.text) is not None):
        row = tuple(group)
        told += _one_pause(row, in_all) if is_pause else row
    return tuple(told)


def _one_pause(pauses: tuple[Step, ...], in_all: Callable[[Iterator[int]], int]) -> tuple[Step, ...]:
    """Return one pause, or all of them where nobody would say how long they are."""
    seconds = in_all(map(_seconds, pauses))
    unit, length = next((unit, length) for unit, length in PAUSE_UNITS if seconds % length == 0)
    count = seconds // length
    if count > MOST_COUNTED:
        return pauses
    return (replace(pauses[0], text=f"{counted(count, unit)} {'passes' if count == 1 else 'pass'}"),)


def _seconds(pause: Step) -> int:
    match = PASSING.fullmatch(pause.text)
    assert match is not None
    return int(match["amount"]) * int(SECONDS[match["unit"]])


def _as_fact(step: Step) -> Step:
    return replace(step, text=re.sub(r"(requests?) may be ", lambda match: f"{match[1]} {_verb(match[1])} ", step.text))


def _verb(noun: str) -> str:
    return "are" if noun.endswith("s") else "is"

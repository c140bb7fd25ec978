"""A broken rule as a scenario: the fewest sentences that lead to it, and a last one that fails."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.recording.scenario import Scenario, Step
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.steps.durations import SECONDS
from rapidpro_simulator.steps.rules import INVARIANTS
from rapidpro_simulator.testing.narrator import Narrator
from rapidpro_simulator.testing.sentences import SentenceError
from rapidpro_simulator.world.loop import AdvanceLimitError
from rapidpro_simulator.world.plurals import counted

from .judging import ASKS_LESS, ENDED, LIMITS, PASSING, SEED, SENT_ONCE, WORKS, ended_sentence, quiet_gateway, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .judging import Found
    from .random_worlds import RandomWorld

TITLES = {
    ENDED: "Every message comes to an end",
    SENT_ONCE: "Every message is sent once",
    WORKS: "The gateway still works",
    ASKS_LESS: "Open messages are asked about less and less",
}
HAMMERS = "RapidPro is not asked again and again"
PAUSE_UNITS = tuple((unit, SECONDS[unit]) for unit in ("day", "hour", "minute", "second"))


def title_of(rule: str) -> str:
    """Return what a rule asks for, as the title of a feature."""
    title = TITLES.get(rule) or (HAMMERS if "makes at most" in rule else rule)
    return title[0].upper() + title[1:]


def write(world: RandomWorld, found: Found, gateway: str) -> Scenario | None:
    """Return the scenario in which `gateway` breaks the rule as in `world`; None where no telling of it fails.

    Faults that strike are told as facts; what puts things right again is told only where the rule needs it.
    """
    causes = ", and ".join(sorted(world.causes)) or "nothing goes wrong"
    name = causes[0].upper() + causes[1:]
    first = Step("Given", world.messages)
    remarks = (f"Found with the gateway {gateway}: {found.what.splitlines()[0]}",)
    for steps, outcome in _tellings(world, found, gateway):
        for told in _wordings(steps, first):
            scenario = Scenario(name, world.background(), told, outcome, {}, remarks)
            if fails_at_the_end(scenario, gateway):
                return scenario
    return None


def feature_text(scenario: Scenario, rule: str) -> str:
    """Return the text of the feature of a scenario: the rule is its title."""
    return f"Feature: {title_of(rule)}\n{scenario.feature().partition(chr(10))[2]}"


def fails_at_the_end(scenario: Scenario, gateway: str) -> bool:
    """Say whether every sentence of a scenario can be said, and the last one is not true, as pytest would see it."""
    *steps, last = (*scenario.background, *scenario.steps, *scenario.outcome)
    with quiet_gateway(), Simulation(seed=SEED, gateway=gateway, limits=LIMITS, freeze_datetime=True) as simulation:
        narrator = Narrator(simulation)
        try:
            for step in steps:
                say(narrator, step)
        except (AssertionError, AdvanceLimitError, SentenceError):
            return False
        try:
            say(narrator, last)
        except AssertionError:
            return all(fault.struck or fault.optional for fault in simulation.faults.added)
        except (AdvanceLimitError, SentenceError):
            return False
    return False


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
    """Yield what may be told, the shortest first: the `first` messages may not matter, nor how a pause is divided."""
    facts = tuple(map(_as_fact, steps))
    without = tuple(step for step in facts if step != first)
    yield from dict.fromkeys((in_one_breath(without), in_one_breath(facts), facts, in_one_breath(steps), steps))


def in_one_breath(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the sentences with one pause in place of several in a row."""
    told: list[Step] = []
    for step in steps:
        before = PASSING.fullmatch(told[-1].text) if told else None
        pause = PASSING.fullmatch(step.text)
        if before and pause:
            told[-1] = replace(told[-1], text=_pause(_seconds(before) + _seconds(pause)))
        else:
            told.append(step)
    return tuple(told)


def _seconds(pause: re.Match[str]) -> int:
    return int(pause["amount"]) * int(SECONDS[pause["unit"]])


def _pause(seconds: int) -> str:
    unit, length = next((unit, length) for unit, length in PAUSE_UNITS if seconds % length == 0)
    count = seconds // length
    return f"{counted(count, unit)} {'passes' if count == 1 else 'pass'}"


def _as_fact(step: Step) -> Step:
    return replace(step, text=re.sub(r"(requests?) may be ", lambda match: f"{match[1]} {_verb(match[1])} ", step.text))


def _verb(noun: str) -> str:
    return "are" if noun.endswith("s") else "is"

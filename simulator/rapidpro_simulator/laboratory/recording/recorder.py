"""A story becomes a scenario: what was done, how time passed between, and what was seen; as few sentences as do it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.served.story import Told, Visit
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.gherkin_text import block, rows
from rapidpro_simulator.testing.narrator import Narrator
from rapidpro_simulator.testing.sentences import SentenceError, read_sentences
from rapidpro_simulator.world.output_files import write_json

from .durations import SHORTEST, passing
from .merging import all_merged
from .outcomes import outcomes_of
from .scenario import Scenario, Step
from .visits import sentences_of, surroundings_of
from .worlds import background_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.served.live import LiveSimulation

    from .visits import Surroundings

Seen = TypeVar("Seen")
MOST_TRIED = 60  # sentences that are left out by trial
TRIAL_SECONDS = 20.0  # real, for all trials together


@dataclass(frozen=True)
class Recording:
    """A scenario, and what was true in the world that it tells of."""

    scenario: Scenario
    seen: tuple[Step, ...]
    seed: int


def record(live: LiveSimulation) -> Recording:
    """Return what was done to a served world, as it was told, not yet shortened. Call it in the thread of the world."""
    files = dict(live.files.documents)
    background = background_of(live.plan, files)
    steps = list(_steps(live, files))
    given = [step for step in steps if step.kind == "Given"]
    if not background and given:  # a world that sentences have made
        end = next((number for number, step in enumerate(steps) if step.kind != "Given"), len(steps))
        background, steps = steps[:end], steps[end:]
    remarks = (
        f"What happened in the world {live.clock.start:%d %B %Y %H:%M} until {live.clock.now():%d %B %Y %H:%M} UTC.",
    )
    scenario = Scenario("What happened", tuple(background), tuple(all_merged(steps)), (), files, remarks)
    return Recording(scenario, tuple(outcomes_of(live.simulation)), live.plan.seed)


def finished(recording: Recording, *, shorten: bool = True) -> Scenario:
    """Return the scenario with its outcome, which has been replayed in frozen time; steps that change nothing left out.

    Where the replay ends otherwise than the world did, the remarks say how. Raises `SentenceError` where it cannot be
    replayed at all.
    """
    scenario = recording.scenario
    outcome = say_all(scenario, recording.seed)
    if shorten:
        scenario = _shortened(scenario, outcome, recording.seed)
    missed = [step.text for step in recording.seen if step not in outcome]
    remarks = scenario.remarks + tuple(f"# in the world it was otherwise: {text}" for text in missed)
    return replace(scenario, outcome=tuple(outcome), remarks=remarks, files=_needed(scenario))


def _steps(live: LiveSimulation, files: dict[str, Any]) -> Iterator[Step]:
    now = 0.0
    around = surroundings_of(live.simulation)
    for part in live.story.parts:
        found = list(_sentences(around, part, files))
        if not found:
            continue
        gap = part.begun - now
        if gap >= SHORTEST:
            rounded = round(gap)
            yield Step("When", passing(rounded))
            now += rounded
        yield from found
        now = max(now, part.ended if isinstance(part, Told) else part.begun)
    rest = round(live.clock.seconds() - now)
    if rest >= SHORTEST:
        yield Step("When", passing(rest))


def _sentences(around: Surroundings, part: Told | Visit, files: dict[str, Any]) -> Iterator[Step]:
    if isinstance(part, Visit):
        yield from sentences_of(around, part, files)
        return
    sentence = part.sentence
    if sentence.kind == "then":
        return  # somebody looked: what is seen in the end is told there
    table = rows(sentence.table or ())
    text = [] if sentence.docstring is None else block(sentence.docstring)
    yield Step(sentence.kind.capitalize(), sentence.text, (*table, *text))


def say_all(scenario: Scenario, seed: int) -> list[Step]:
    """Say all sentences in a new simulation, and return what is true of it then. Raises `SentenceError`."""
    return replayed(scenario, seed, outcomes_of)


def replayed(scenario: Scenario, seed: int, look: Callable[[Simulation], Seen]) -> Seen:
    """Say all sentences in a new simulation, and return what is to be seen of it then. Raises `SentenceError`."""
    with (
        tempfile.TemporaryDirectory(prefix="rapidpro-simulator-replay-") as folder,
        Simulation(seed=seed) as simulation,
    ):
        write_files(scenario, Path(folder))
        narrator = Narrator(simulation, Path(folder))
        for sentence in read_sentences(scenario.sentences()):
            narrator.say(sentence)
        return look(simulation)


def write_files(scenario: Scenario, folder: Path) -> None:
    """Write the files that the sentences of `scenario` name."""
    for name, document in scenario.files.items():
        write_json(folder / name, document)


def _shortened(scenario: Scenario, outcome: list[Step], seed: int) -> Scenario:
    """Leave out, from the last to the first, each step without which the same is seen in the end."""
    began = time.monotonic()
    number = len(scenario.steps)
    if number > MOST_TRIED:
        return scenario
    while number > 0 and time.monotonic() - began < TRIAL_SECONDS:
        number -= 1
        shorter = scenario.without(number)
        try:
            if say_all(shorter, seed) == outcome:
                scenario = shorter
        except SentenceError:
            continue  # others need it
    return scenario


def _needed(scenario: Scenario) -> dict[str, Any]:
    said = scenario.sentences()
    return {name: document for name, document in scenario.files.items() if f'"{name}"' in said}

"""A world is lived through and judged: by the rules of gateways, and by the invariants of every scenario."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rapidpro_simulator.laboratory.recording.scenario import Step
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.steps.durations import SECONDS
from rapidpro_simulator.steps.rules import INVARIANTS
from rapidpro_simulator.testing.invariants import find_breaches
from rapidpro_simulator.testing.narrator import Narrator
from rapidpro_simulator.testing.sentences import Sentence, SentenceError
from rapidpro_simulator.world.loop import AdvanceLimitError, Limits
from rapidpro_simulator.world.plurals import counted

from .events import DATABASE_FAULTS, RESTART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .random_worlds import RandomWorld

T = TypeVar("T")
SEED = 0  # as pytest has it, so that what is found fails there as well
MOST_REQUESTS = 100  # to RapidPro in an hour: a gateway with few messages needs no more,
MOST_REQUESTS_EACH = 20  # nor one with many; who asks every minute makes 60
MOST_EXCHANGES = 6_000  # of everybody in an hour: then the world is stopped
LIMITS = Limits(exchanges=MOST_EXCHANGES)

ENDED = "every message has come to an end"
PATIENCE = {"cht": "2 hours"}  # CHT's own gateway tries everything every minute, others may pause
USUAL_PATIENCE = "8 hours"
SENT_ONCE = "20 minutes later every message has been sent once"
WORKS = "the gateway still works"
ASKS_LESS = "in the next 1 hour the gateway makes at most 10 status requests"  # a day later
TWICE = "no message is sent twice"
NOT_BACK = "no message has gone back"
INCOMING = "CHT has every incoming message once"
TOLD = "the flow has been told each time that its text was taken"
PASSING = re.compile(r"(?P<amount>\d+) (?P<unit>second|minute|hour|day)s? pass(?:es)?")
HANDED_OVER = re.compile(r'a flow hands over "(?P<text>[^"]*)" from \S+ as (?P<id>\S+)')
UNSENT = frozenset({"a carrier reports nothing", "a carrier stands still"})  # what never comes to an end, and need not
SCARCE = frozenset({"the quota is small", "another system uses up the quota"})  # a new message may have to wait an hour
UNREPORTED = UNSENT | {"a carrier does not tell of the delivery"}
STOPPED = "was stopped"
SET_BY_HAND = "somebody sets a message to pending"
AMBIGUOUS = frozenset(
    {"the account is changed", "CHT moves to another host"}
)  # nobody can say which account has to send what

# Rules that are not judged in worlds with these causes: what is broken there is nobody's fault.
UNJUDGED = {
    TWICE: AMBIGUOUS,
    "a final state is never left": frozenset({SET_BY_HAND}),
    # Another account has another quota, and an injected refusal does not say whose it is.
    "no request comes before Retry-After is over": AMBIGUOUS,
}


@dataclass(frozen=True)
class Found:
    """A rule that a gateway has broken: the sentence that says so, the evidence, and where in the world it was.

    `rule` is the sentence of the rule, `outcome` the sentence that fails in this world. `step` is the number of the
    event while which it was broken; None: it showed in the end. `by_simulator` is a defect of the simulator itself.
    """

    rule: str
    outcome: str
    what: str
    step: int | None = None
    by_simulator: bool = False


class _UnsayableError(Exception):
    """Nobody can do what the event of this number says: CHT's database is away, or there is nothing to do it to."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def live_through(world: RandomWorld, gateway: str) -> list[Found]:
    """Return the rules that `gateway` breaks in a world. Raises `SentenceError` for what cannot be said to it."""
    return _live(world, gateway, None, list)[1]


def first_breach(world: RandomWorld, gateway: str, rule: str) -> tuple[RandomWorld, Found] | None:
    """Return how `gateway` breaks one rule in a world, and the world as it was told.

    What comes after the breach is not lived through any more.
    """
    told, found = _live(
        world, gateway, rule, lambda breaches: next((found for found in breaches if found.rule == rule), None)
    )
    return None if found is None else (told, found)


def _live(
    world: RandomWorld, gateway: str, wanted: str | None, read: Callable[[Iterator[Found]], T]
) -> tuple[RandomWorld, T]:
    """Return the world without what nobody can say in it, and what `read` makes of what is found there."""
    while True:
        try:
            with quiet_gateway(), _simulation(gateway) as simulation:
                return world, read(_Life(world, simulation, wanted).found())
        except _UnsayableError as error:
            world = world.without_event(error.number)


def _simulation(gateway: str) -> Simulation:
    return Simulation(seed=SEED, gateway=gateway, limits=LIMITS, freeze_datetime=True)


def ended_sentence(kind: str) -> str:
    """Return what is said of a world with a gateway of a kind, when everything is well again."""
    return f"within {PATIENCE.get(kind, USUAL_PATIENCE)} {ENDED}"


@contextmanager
def quiet_gateway() -> Iterator[None]:
    """Keep the standalone gateway's log off the terminal: in a random world it has much to complain of."""
    log = logging.getLogger("cht_rapidpro_gateway")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


class _Life:
    """A world that is lived through; where only one rule is `wanted`, no longer than that rule needs."""

    def __init__(self, world: RandomWorld, simulation: Simulation, wanted: str | None = None) -> None:
        self._world = world
        self._wanted = wanted
        self._simulation = simulation
        self._narrator = Narrator(simulation)
        self._ended = ended_sentence(simulation.gateway.kind)

    def found(self) -> Iterator[Found]:
        for step in self._world.background():
            self._say(step)
        hammering: dict[str, Found] = {}
        for number, step in enumerate(self._world.steps()):
            found = self._say_counting(step, number)
            if found is None:
                continue
            yield hammering.setdefault(found.rule, found)
            if found.what.endswith(STOPPED):
                return
        if self._wanted == _most():
            return
        try:
            yield from self._judged()
        except AdvanceLimitError as error:
            yield Found(_most("1 hour"), _most("1 hour"), f"{error}, after everything was repaired")

    def _judged(self) -> Iterator[Found]:
        for step in self._world.repairs():
            self._say(step)
        causes = self._world.causes
        if self._world.has_moved or not causes & UNSENT:
            ended = list(self._check(ENDED, self._ended))
            yield from ended
        else:
            ended = []
            self._say(Step("When", "1 hour passes"))
        if self._wanted == ENDED:
            return
        broken = [found for found in self._invariants() if not causes & UNJUDGED.get(found.rule, frozenset())]
        yield from broken
        if self._wanted in INVARIANTS:
            return
        if SET_BY_HAND not in causes:
            yield from self._check(NOT_BACK)
        if not broken and not ended and not causes & (AMBIGUOUS | {SET_BY_HAND}):
            yield from self._check(SENT_ONCE)
        if self._wanted == SENT_ONCE:
            return
        yield from self._incoming()
        if not causes & SCARCE:
            yield from self._check(WORKS)
        if causes & UNREPORTED and self._wanted in {None, ASKS_LESS}:
            self._say(Step("When", "1 day passes"))
            yield from self._check(ASKS_LESS)

    def _invariants(self) -> Iterator[Found]:
        for breach in find_breaches(self._simulation):
            yield Found(breach.invariant, breach.invariant, breach.what, by_simulator=breach.by_simulator)

    def _incoming(self) -> Iterator[Found]:
        texts = {match.groups() for each in self._world.events if (match := HANDED_OVER.match(each.text))}
        dies = any(RESTART in event.repairs for event in self._world.events)
        if texts and not dies:
            number = f"CHT has {counted(len(texts), 'incoming message')}"
            yield from self._check(INCOMING, f"within 2 hours {number}")
            if not self._world.causes & {"CHT cannot store what comes in", "CHT has no database", "CHT cannot save"}:
                yield from self._check(TOLD)

    def _say_counting(self, step: Step, number: int) -> Found | None:
        duration = PASSING.fullmatch(step.text)
        if duration is None:
            return self._say_at_once(step, number)
        spoken = step.text.rpartition(" ")[0]
        hours = max(1.0, int(duration["amount"]) * SECONDS[duration["unit"]] / 3600)
        most = round(max(MOST_REQUESTS, MOST_REQUESTS_EACH * self._world.message_count) * hours)
        outcome = _most(spoken, most)
        last = self._simulation.journal.latest(1)
        after = last[-1].number if last else 0
        try:
            self._say(step)
        except AdvanceLimitError:
            return Found(_most(), outcome, f"it asked without an end, and {STOPPED}", number)
        made = len(self._simulation.journal.exchanges(after=after, by="gateway*", path="/api/v2/*"))
        return Found(_most(), outcome, f"there were {made}", number) if made > most else None

    def _say_at_once(self, step: Step, number: int) -> Found | None:
        """Say what takes no time, or next to none; what nobody can do at the moment is left out."""
        try:
            self._say(step)
        except AdvanceLimitError:
            return Found(_most(), _most(), f"it asked without an end, and {STOPPED}", number)
        except (AssertionError, SentenceError):
            event = number - len(self._world.settings) - 1
            if event < 0 or not (self._world.events[event].doubtful or self._world.causes & DATABASE_FAULTS):
                raise
            raise _UnsayableError(event) from None
        return None

    def _check(self, rule: str, sentence: str = "") -> Iterator[Found]:
        try:
            self._say(Step("Then", sentence or rule))
        except AssertionError as error:
            yield Found(rule, sentence or rule, str(error))

    def _say(self, step: Step) -> None:
        say(self._narrator, step)


def say(narrator: Narrator, step: Step) -> None:
    """Say a sentence. Raises `AssertionError` where it is not true, `AdvanceLimitError` where there is no end."""
    try:
        narrator.say(Sentence(step.kind, step.kind.lower(), step.text, 0))
    except SentenceError as error:
        if isinstance(error.__cause__, AssertionError | AdvanceLimitError):
            raise error.__cause__ from None
        raise


def _most(duration: str = "1 hour", limit: int = MOST_REQUESTS) -> str:
    return f"in the next {duration} the gateway makes at most {limit} RapidPro requests"

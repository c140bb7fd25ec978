"""The clock of a world: paused, made faster, and moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource, done
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import INSTANT, NUMBER, TEXT, array, described, record
from rapidpro_simulator.laboratory.recording.durations import passing

if TYPE_CHECKING:
    from rapidpro_simulator.served.live import LiveSimulation

RESOURCE = Resource("clock")

CLOCK = record({"now": INSTANT, "speed": NUMBER, "outsiders": array(TEXT)})
SPEED = described(NUMBER, "seconds of the world a second; 0 pauses it", minimum=0, maximum=1_000_000)
UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
MOST_SECONDS = 100 * 365 * 86_400  # at once
DURATION = record(
    {}, {unit: {"type": "number", "minimum": 0, "maximum": MOST_SECONDS // size} for unit, size in UNITS.items()}
) | {"minProperties": 1}


@RESOURCE.get("/worlds/{world}/clock", CLOCK)
async def show_clock(call: Call) -> Any:
    """Show what time it is."""
    return await call.read(clock)


@RESOURCE.patch("/worlds/{world}/clock", record({"speed": SPEED}), CLOCK)
async def turn_clock(call: Call) -> Any:
    """Let time pass at another speed, or pause it."""
    await done(call.world.turn(call.body["speed"]))
    return await call.read(clock)


@RESOURCE.post("/worlds/{world}/clock/advance", DURATION, CLOCK)
async def advance(call: Call) -> Any:
    """Let so much time pass, at once. Refused (409) where somebody outside lives in that time."""
    outsiders = await call.read(lambda live: live.outsiders)
    if outsiders:
        raise ProblemError(
            409,
            f"time cannot jump: {', '.join(outsiders)} lives in it, in another process; "
            "PATCH the speed of the clock, and wait",
            outsiders=outsiders,
        )
    await call.say(f"When {passing(seconds_of(call.body))}")
    return await call.read(clock)


def seconds_of(duration: dict[str, float]) -> float:
    """Return how many seconds a duration of `DURATION` has."""
    return sum(UNITS[unit] * amount for unit, amount in duration.items())


def clock(live: LiveSimulation) -> dict[str, Any]:
    """Return what time it is in a world."""
    return {"now": live.clock.now().isoformat(), "speed": live.clock.speed, "outsiders": live.outsiders}

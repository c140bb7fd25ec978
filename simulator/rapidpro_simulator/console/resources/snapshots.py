"""Snapshots: a world that is saved, and told again elsewhere; and its story as a feature."""

from __future__ import annotations

import asyncio
from typing import Any

from rapidpro_simulator.console.endpoints import Call, Resource, done
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import ANY_OBJECT, TEXT, record
from rapidpro_simulator.laboratory.recording import recorder
from rapidpro_simulator.served.snapshot import SnapshotError, plan_of_snapshot, snapshot_of, tell_again

RESOURCE = Resource("snapshots")


@RESOURCE.get("/worlds/{world}/snapshot", ANY_OBJECT)
async def save(call: Call) -> Any:
    """Save a world: its plan, and all that was done to it, each at its instant. `POST /worlds` tells it again."""
    return await call.read(snapshot_of)


@RESOURCE.get("/worlds/{world}/story", record({"feature": TEXT, "files": ANY_OBJECT}))
async def tell_story(call: Call) -> Any:
    """Return what was done as a feature that can be run with pytest, and the files that it names; it was replayed."""
    recording = await call.read(recorder.record)
    scenario = await asyncio.to_thread(recorder.finished, recording)
    return {"feature": scenario.feature(), "files": scenario.files}


async def restore(call: Call, name: str, snapshot: dict[str, Any]) -> None:
    """Make the world of a snapshot, its time paused. Raises `ProblemError` where it is none, or too new."""
    folder = call.worlds.folder
    try:
        plan = plan_of_snapshot(snapshot, folder)
        world = await asyncio.to_thread(call.worlds.add, name, plan)
        await done(world.drive(lambda live: tell_again(live, snapshot, folder)))
    except SnapshotError as error:
        raise ProblemError(422, str(error)) from None

"""Snapshots: a world that is saved, and told again elsewhere; and its story as a feature."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.schemas import ANY_OBJECT, TEXT, record
from rapidpro_simulator.served.snapshot import snapshot_of, tell_again

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from rapidpro_simulator.served.world import ServedWorld

RESOURCE = Resource("snapshots")


@RESOURCE.get("/worlds/{world}/snapshot", ANY_OBJECT)
async def save(call: Call) -> Any:
    """Save a world: its plan, and all that was done to it, each at its instant. `POST /worlds` tells it again."""
    return await call.read(snapshot_of)


@RESOURCE.get("/worlds/{world}/story", record({"feature": TEXT, "files": ANY_OBJECT}))
async def tell_story(call: Call) -> Any:
    """Return what was done as a feature that can be run with pytest, and the files that it names; it was replayed."""
    from rapidpro_simulator.laboratory.recording import recorder  # with all sentences, as the narrator is

    recording = await call.read(recorder.record)
    scenario = await asyncio.to_thread(recorder.finished, recording)
    return {"feature": scenario.feature(), "files": scenario.files}


def restoring(call: Call, snapshot: dict[str, Any]) -> Callable[[ServedWorld], Future[None]]:
    """Return what tells the story of a snapshot in a new world."""
    return lambda world: world.drive(lambda live: tell_again(live, snapshot, call.worlds.folder))

"""Worlds: made, looked at, and ended."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource, done
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import (
    ANY_OBJECT,
    COUNT,
    FLAG,
    INSTANT,
    NUMBER,
    TEXT,
    array,
    described,
    optional,
    record,
    results,
)
from rapidpro_simulator.served.configuration import plan_of
from rapidpro_simulator.served.snapshot import plan_of_snapshot
from rapidpro_simulator.served.world import WorldEndedError

from .snapshots import restoring

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.served.plan import Plan
    from rapidpro_simulator.served.world import ServedWorld

RESOURCE = Resource("worlds")
EVERYWHERE = "//0.0.0.0:"

WORKSPACE = record(
    {
        "name": TEXT,
        "host": TEXT,
        "country": optional(TEXT),
        "token": described(TEXT, "of an administrator"),
        "channels": array(record({"uuid": TEXT, "name": TEXT, "kind": TEXT})),
        "contacts": COUNT,
        "messages": COUNT,
        "flows": array(TEXT),
    }
)
HOST = record({"name": TEXT, "generation": TEXT, "url": TEXT, "workspaces": array(WORKSPACE)})
INSTANCE = record(
    {
        "name": TEXT,
        "release": TEXT,
        "url": TEXT,
        "couchdb_url": TEXT,
        "database": TEXT,
        "user": TEXT,
        "password": TEXT,
        "gateway": TEXT,
        "without": array(TEXT),
    }
)
WORLD = record(
    {
        "name": TEXT,
        "seed": {"type": "integer"},
        "now": INSTANT,
        "speed": NUMBER,
        "outsiders": described(array(TEXT), "who lives in the time of this world, so that it cannot jump"),
        "entries": described(COUNT, "of the journal, so far"),
        "rapidpro": array(HOST),
        "cht": array(INSTANCE),
    }
)
NEW_WORLD = record(
    {},
    {
        "name": described(TEXT, "small letters, digits and hyphens; default: one that is free"),
        "sentences": described(TEXT, 'what is said in it first, such as: Given a RapidPro workspace "Main"'),
        "snapshot": described(ANY_OBJECT, "a world that was saved; nothing else is given then but a name"),
        "address": TEXT,
        "speed": described(NUMBER, "seconds a second; 0 (default): time is paused, and jumps where it is told to"),
        "seed": {"type": "integer"},
        "generation": TEXT,
        "gateway": TEXT,
        "journal": described(TEXT, "a file that it is written to"),
        "flows": array(TEXT),
        "lenient": FLAG,
        "rapidpro": described(array(ANY_OBJECT), "as in the configuration file of `serve`; default: none"),
        "cht": described(array(ANY_OBJECT), "as in the configuration file of `serve`; default: none"),
    },
)


@RESOURCE.get("/worlds", results(WORLD))
async def list_worlds(call: Call) -> Any:
    """List the worlds of this server."""
    found = []
    for world in call.worlds:
        with suppress(WorldEndedError):  # just now
            found.append(await describe(call, world))
    return {"results": found}


@RESOURCE.post("/worlds", NEW_WORLD, WORLD, status=201)
async def make_world(call: Call) -> Any:
    """Make a world: of a plan, of sentences, or of a snapshot."""
    values: dict[str, Any] = dict(call.body)
    name = values.pop("name", None)
    sentences = values.pop("sentences", "")
    snapshot = values.pop("snapshot", None)
    if snapshot is not None:
        if values or sentences:
            raise ProblemError(422, "the snapshot says all about the world; give nothing else but a name")
        return await _make(call, name, plan_of_snapshot(snapshot, call.worlds.folder), restoring(call, snapshot))
    usual = {"address": call.worlds.address, "speed": 0, "rapidpro": [], "cht": []}
    plan = plan_of({**usual, **values}, call.worlds.folder)
    return await _make(call, name, plan, lambda world: world.say(sentences))


async def _make(call: Call, name: str | None, plan: Plan, begin: Callable[[ServedWorld], Future[Any]]) -> Any:
    """Make a world and let it begin, whole or not at all; also where the caller has gone."""
    return await asyncio.shield(_made(call, name, plan, begin))


async def _made(call: Call, name: str | None, plan: Plan, begin: Callable[[ServedWorld], Future[Any]]) -> Any:
    world = await asyncio.to_thread(call.worlds.add, name, plan)
    try:
        await done(begin(world))
        return await describe(call, world)
    except BaseException:
        await asyncio.to_thread(call.worlds.end, world.name)
        raise


@RESOURCE.get("/worlds/{world}", WORLD)
async def show_world(call: Call) -> Any:
    """Show a world: its hosts and instances with their addresses, tokens and passwords, which are fakes."""
    return await describe(call, call.world)


@RESOURCE.delete("/worlds/{world}")
async def end_world(call: Call) -> None:
    """End a world; its ports are free then."""
    await asyncio.to_thread(call.worlds.end, call.parameter("world"))


async def describe(call: Call, world: ServedWorld) -> dict[str, Any]:
    """Return what the API tells of a world; what listens everywhere is where the caller has found this server."""
    found = await done(world.read(lambda live: {"name": world.name, **_world(live)}))
    for place in (*found["rapidpro"], *found["cht"]):
        for name in {"url", "couchdb_url"} & place.keys():
            place[name] = place[name].replace(EVERYWHERE, f"//{call.host}:")
    return found


def _world(live: LiveSimulation) -> dict[str, Any]:
    simulation = live.simulation
    return {
        "seed": simulation.seed.value,
        "now": simulation.clock.now().isoformat(),
        "speed": simulation.clock.speed,
        "outsiders": live.outsiders,
        "entries": simulation.journal.count,
        "rapidpro": [_host(host) for host in simulation.hosts.values()],
        "cht": [_instance(live, name) for name in simulation.instances],
    }


def _host(host: RapidProHost) -> dict[str, Any]:
    return {
        "name": host.name,
        "generation": host.installation.generation.name,
        "url": host.live_url,
        "workspaces": [_workspace(host, each) for each in host.installation.workspaces.values()],
    }


def _workspace(host: RapidProHost, workspace: Workspace) -> dict[str, Any]:
    return {
        "name": workspace.name,
        "host": host.name,
        "country": workspace.database.country,
        "token": workspace.token.key,
        "channels": [{"uuid": each.uuid, "name": each.name, "kind": each.kind.name} for each in workspace.channels],
        "contacts": len(workspace.contacts),
        "messages": len(workspace.messages),
        "flows": [flow.name for flow in workspace.flows if not flow.system],
    }


def _instance(live: LiveSimulation, name: str) -> dict[str, Any]:
    instance = live.simulation.instances[name]
    user, password = instance.administrator
    return {
        "name": name,
        "release": instance.release.name,
        "url": instance.host.live_url,
        "couchdb_url": instance.couch_host.live_url,
        "database": instance.database,
        "user": user,
        "password": password,
        "gateway": live.simulation.gateway.name,
        "without": sorted(instance.without),
    }

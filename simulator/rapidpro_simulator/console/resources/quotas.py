"""Quotas: how much of each is used, and the history of the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.schemas import COUNT, NAME, TEXT, array, described, optional, record, results
from rapidpro_simulator.pictures.requests import requests_a_minute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.served.live import LiveSimulation

RESOURCE = Resource("quotas")

QUOTA = record(
    {
        "host": TEXT,
        "workspace": TEXT,
        "scope": TEXT,
        "used": described(COUNT, "in the hour until now"),
        "limit": described(optional(COUNT), "null: there is none"),
        "answered": described(array(COUNT), "requests a minute in the last hour, the oldest minute first"),
        "refused": described(array(COUNT), "with 429, likewise"),
    }
)


@RESOURCE.get("/worlds/{world}/quotas", results(QUOTA))
async def list_quotas(call: Call) -> Any:
    """List the quotas of all workspaces, by throttle scope."""
    return {"results": await call.read(quotas)}


@RESOURCE.put(
    "/worlds/{world}/workspaces/{workspace}/quota",
    record({"scope": described(NAME, "v2, v2.messages, v2.broadcasts, …"), "an_hour": COUNT}),
)
async def set_quota(call: Call) -> None:
    """Give a workspace a rate of its own in a throttle scope."""
    amount, scope = call.body["an_hour"], call.body["scope"]
    workspace = call.parameter("workspace")
    await call.say(f'Given the workspace "{workspace}" may make {amount} requests an hour in the scope "{scope}"')


def quotas(live: LiveSimulation) -> list[dict[str, Any]]:
    """Return the quotas of a world."""
    return [each for host in live.simulation.hosts.values() for each in _of(host, live)]


def _of(host: RapidProHost, live: LiveSimulation) -> Iterator[dict[str, Any]]:
    scope_of = host.installation.rate_profile.scope_of
    minutes = requests_a_minute(live.simulation.journal, host.name, live.clock.now(), scope_of)
    for workspace in host.installation.workspaces.values():
        for scope, (used, limit) in host.api.quota(workspace).items():
            answered, refused = minutes.of(workspace.name, scope)
            yield {
                "host": host.name,
                "workspace": workspace.name,
                "scope": scope,
                "used": used,
                "limit": limit,
                "answered": answered,
                "refused": refused,
            }

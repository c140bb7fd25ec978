"""The endpoint `definitions`: flows and campaigns as an export, with what they depend on (rapidpro 4.8, flows 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calls import RapidProResponse
from .errors import RapidProApiError

if TYPE_CHECKING:
    from .calls import RapidProCall

DEPENDENCIES = ("none", "flows", "all")
NOT_ONE = "dependencies must be one of {}"


async def show(call: RapidProCall) -> RapidProResponse:
    """Answer `GET definitions`: one object, not a page."""
    dependencies = call.parameter("dependencies") or "all"
    if dependencies not in DEPENDENCIES:
        raise RapidProApiError.detail(400, NOT_ONE.format(", ".join(DEPENDENCIES)))
    workspace = call.workspace
    wanted = (workspace.flows.get(uuid) for uuid in call.uuids("flow"))
    flows = [flow for flow in wanted if flow is not None and not flow.system]
    campaigns = [
        workspace.database.campaigns[uuid] for uuid in call.uuids("campaign") if uuid in workspace.database.campaigns
    ]
    return RapidProResponse(200, workspace.export_definitions(flows, campaigns, dependencies))

"""What anybody, or any user, may know about the instance (cht 9.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from .call import ChtCall
    from .context import ApiContext

API_VERSION = "0.1.0"  # of the api's package, the same in every release


async def info(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the version of the api's package, which is not CHT's."""
    return json_response({"version": API_VERSION})


async def deploy_info(context: ApiContext, call: ChtCall) -> web.Response:
    """Return what is deployed, from the design document, to any user."""
    await context.access.require(call, context.settings)
    return json_response(await deployed(context))


async def deployed(context: ApiContext) -> dict[str, Any]:
    """Return `build_info` and `deploy_info` of the design document; without them, the release.

    Raises `CouchClientError`.
    """
    design = await context.couch.get("_design/medic") or {}
    found = {**(design.get("build_info") or {}), **(design.get("deploy_info") or {})}
    return {"version": context.release.name, **found}


async def setup_poll(context: ApiContext, call: ChtCall) -> web.Response:
    """Say that the instance is ready."""
    ready = {"ready": True, "handler": "medic-api", "version": API_VERSION}
    return json_response({**ready, "detail": "All required services are running normally"})

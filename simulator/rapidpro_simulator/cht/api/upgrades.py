"""The upgrade API: another release takes the place of this one. Modelled on the public reference of CHT's API.

What becomes of the processes is the affair of whoever runs them; CouchDB keeps all that it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.releases import release

from .contacts_writing import require_json
from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from .call import ChtCall
    from .context import ApiContext

PERMISSION = "can_upgrade"
OK = {"ok": True}


async def upgrade(context: ApiContext, call: ChtCall) -> web.Response:
    """Upgrade to the build in the body: download it, index its views, and restart with it; the answer does not wait."""
    version = await _requested(context, call)
    context.on_upgrade(version)
    return json_response(OK)


async def stage(context: ApiContext, call: ChtCall) -> web.Response:
    """Download a build and index its views, and go on with the release there is."""
    await _requested(context, call)
    return json_response(OK)


async def progress(context: ApiContext, call: ChtCall) -> web.Response:
    """Say which upgrade is under way: none, as each takes only a moment here."""
    await context.access.require(call, context.settings, PERMISSION)
    return json_response({"upgradeDoc": None, "indexers": []})


async def _requested(context: ApiContext, call: ChtCall) -> str:
    """Return the version that the caller asks for. Raises `ChtApiError`."""
    await context.access.require(call, context.settings, PERMISSION)
    require_json(call)
    build = as_object(as_object(call.body).get("build"))
    if not all(build.get(name) for name in ("namespace", "application", "version")):
        raise ChtApiError(400, "You must provide a build: its namespace, application and version.")
    try:
        wanted = release(str(build["version"]))
    except ValueError as error:
        raise ChtApiError(404, f"Build not found: {error}") from None
    if wanted.version < context.release.version:
        raise ChtApiError(400, f"CHT {context.release.name} cannot go back to {wanted.name}")
    return wanted.name

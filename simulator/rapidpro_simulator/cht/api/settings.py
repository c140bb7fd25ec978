"""The settings API, and its legacy paths under the design document (cht 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.transitions.loading import deprecated_transitions

from .configuration import merge
from .errors import ChtApiError, NotLoggedInError
from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext


async def get_settings(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the stored settings to any user."""
    await _require(context, call)
    return json_response(await context.configuration.read())


async def put_settings(context: ApiContext, call: ChtCall) -> web.Response:
    """Merge the body into the settings, or replace them; the flags count when they have any text, `false` too."""
    await _require(context, call, "can_edit", "can_configure")
    exact = call.headers.get("Content-Type") == "application/json"
    body = call.body if exact else {}
    query = call.query

    def change(settings: Document) -> Document:
        if query.get("overwrite"):
            return as_object(body)
        if query.get("replace"):
            return {**settings, **as_object(body)}
        return merge(settings, body)

    return json_response({"success": True, "updated": await context.configuration.update(change)})


async def get_legacy_settings(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the settings, or the part of them at a path, as releases of long ago did."""
    await _require(context, call)
    part: Any = await context.configuration.read()
    for name in filter(None, call.parameters.get("rest", "").split("/")):
        part = part.get(unquote(name)) if isinstance(part, dict) else None
    return json_response({"settings": part, "meta": {}, "schema": {}})


async def get_deprecated_transitions(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the transitions that are deprecated, in use or not."""
    await _require(context, call)
    found = deprecated_transitions(context.release)
    return json_response([_deprecated(each.name, each.deprecated_in) for each in found])


def _deprecated(name: str, since: str | None) -> Document:
    message = f'"{name}" transition deprecated in "{since}".'
    return {"name": name, "deprecated": True, "deprecatedIn": since, "deprecationMessage": message}


async def _require(context: ApiContext, call: ChtCall, *permissions: str) -> None:
    try:
        await context.access.require(call, context.settings, *permissions)
    except ChtApiError as error:
        if error.status == 401:
            raise NotLoggedInError(always_challenge=True) from error
        raise

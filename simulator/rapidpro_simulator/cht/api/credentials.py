"""`PUT /api/v1/credentials/:key`: the one way to give CHT a key (cht 3.1)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from rapidpro_simulator.cht.couch.vault import BLOCK_BYTES, encrypt

from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from .call import ChtCall
    from .context import ApiContext


async def put_credential(context: ApiContext, call: ChtCall) -> web.Response:
    """Store the body, byte for byte, as a credential; a trailing newline makes it useless (H13)."""
    user = await context.access.require_online(call)
    if not call.body:
        raise ChtApiError(400, "Missing required request body")
    if not user.is_admin:
        raise ChtApiError(403, "Insufficient permissions")
    await _store(context, unquote(call.parameters["key"]), call.body)
    return json_response({"ok": True})


async def _store(context: ApiContext, key: str, value: str) -> None:
    vault = f"{context.database}-vault"
    encoded = quote(key, safe="!'()*-._~") if context.release.credential_keys_encoded else key
    document, secret = await asyncio.gather(
        context.couch.get(f"credential:{key}", vault), context.couch.config_secret()
    )
    # The body of a new credential carries the encoded id; CouchDB takes the one in the path (cht 3.2).
    body = document or {"_id": f"credential:{encoded}"}
    vector = context.stream.randbytes(BLOCK_BYTES)
    await context.couch.request(
        "PUT", f"{vault}/credential:{encoded}", body={**body, "password": encrypt(value, secret, vector)}
    )

"""What CHT does with paths that are not its own: it hands them to CouchDB, for those who may (cht 0.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp import hdrs, web
from multidict import CIMultiDict
from yarl import URL

from rapidpro_simulator.cht.origin import marked

from .access import BREAKING_FETCH
from .errors import ChtApiError
from .response_headers import add_headers

if TYPE_CHECKING:
    from .call import ChtCall
    from .context import ApiContext

SESSION = "/_session"
OF_PHONES = ("_bulk_docs", "_bulk_get")
"""What the app of an offline user asks of the main database."""
WRITING = frozenset({"PUT", "POST", "DELETE"})

# Both connections frame their own bodies; the proxy's client has unpacked what was compressed.
_CONNECTION = BREAKING_FETCH | {"host", "connection", "content-length", "accept-encoding"}
_REFRAMED = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive"})


async def proxy(context: ApiContext, call: ChtCall) -> web.StreamResponse:
    """Forward `call` for an online user; writing to the main database needs `can_edit`. Raises `ChtApiError`."""
    if call.path != SESSION:
        main = f"/{context.database}"
        is_of_phones = call.method == "POST" and call.path in {f"{main}/{name}" for name in OF_PHONES}
        access = context.access
        user = await (access.recognise(call) if is_of_phones else access.require_online(call))
        writes = call.method in WRITING and (call.path == main or call.path.startswith(f"{main}/"))
        if writes and not user.may("can_edit", context.settings):
            raise ChtApiError(403, "Insufficient privileges")
    return await forward(context, call)


async def forward(context: ApiContext, call: ChtCall) -> web.StreamResponse:
    """Ask CouchDB the same as the caller did, as the caller, and return its very answer."""
    passed = CIMultiDict((name, value) for name, value in call.headers.items() if name.lower() not in _CONNECTION)
    url = URL(context.couch.url + call.url, encoded=True)
    data = call.raw or None
    try:
        async with context.couch.http.request(
            call.method,
            url,
            data=data,
            headers=marked(passed),
            allow_redirects=False,
            skip_auto_headers=("Content-Type",),
        ) as answer:
            kept = CIMultiDict((name, value) for name, value in answer.headers.items() if name.lower() not in _REFRAMED)
            if hdrs.CONTENT_LENGTH not in answer.headers:  # a feed, perhaps without an end
                return await _pass_on(context, call, answer, web.StreamResponse(status=answer.status, headers=kept))
            return web.Response(body=await answer.read(), status=answer.status, headers=kept)
    except aiohttp.ClientError as error:
        raise ChtApiError(500, "Server error") from error


async def _pass_on(
    context: ApiContext, call: ChtCall, answer: aiohttp.ClientResponse, response: web.StreamResponse
) -> web.StreamResponse:
    """Write what CouchDB says as it says it; whichever side hangs up ends it."""
    add_headers(response, context.clock)
    try:
        await response.prepare(call.request)
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
    except (ConnectionError, aiohttp.ClientError):
        # What broke off must not look complete to the other side.
        if call.request.transport is not None:
            call.request.transport.abort()
    return response

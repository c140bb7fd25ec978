"""Login with a name and a password, for a cookie (cht 11.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from rapidpro_simulator.cht.javascript import compact

from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from .call import ChtCall
    from .context import ApiContext

PAGE = '<!DOCTYPE html><html><head><title>Login</title></head><body><form id="form"></form></body></html>'
YEAR = 365 * 24 * 60 * 60  # seconds


async def page(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the login page: where whoever follows the redirect of a 401 ends up."""
    return web.Response(text=PAGE, content_type="text/html", charset="utf-8")


async def log_in(context: ApiContext, call: ChtCall) -> web.Response:
    """Give a user the cookies of a session; who must change the password first gets none."""
    body = call.body if isinstance(call.body, dict) else {}
    name, password = str(body.get("user", "")), str(body.get("password", ""))
    url = f"{context.couch.url}/_session"
    async with context.couch.http.post(url, json={"name": name, "password": password}) as answer:
        known = json.loads(await answer.text() or "null") if answer.status == 200 else None
        cookies = answer.headers.getall("Set-Cookie", [])
    if answer.status == 401:
        return json_response({"error": "Not logged in"}, 401)
    if known is None:
        raise ChtApiError(500, "Server error")
    if await _must_change_password(context, name):
        return web.Response(status=302, headers={"Location": f"/{context.database}/password-reset"})
    response = web.Response(status=302, headers={"Location": str(body.get("redirect") or "/")})
    for cookie in cookies:
        response.headers.add("Set-Cookie", cookie)
    user = {"name": name, "roles": known.get("roles") or []}
    response.headers.add("Set-Cookie", f"userCtx={quote(compact(user), safe='')}; Max-Age={YEAR}; Path=/")
    return response


async def _must_change_password(context: ApiContext, name: str) -> bool:
    user = await context.couch.get(f"org.couchdb.user:{name}", "_users")
    return bool(user and user.get("password_change_required"))

"""The files of archives: whoever has a signed address can download one, for a day (rapidpro 4.15)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.archives import Archive
    from rapidpro_simulator.rapidpro.runtime.platform import Platform
    from rapidpro_simulator.rapidpro.workspace import Workspace

FOLDER = "/archives/"
LIFETIME = timedelta(days=1)
REFUSAL = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>{}</Message></Error>'
REFUSALS = {
    "AccessDenied": (403, "Request has expired"),
    "NoSuchKey": (404, "The specified key does not exist."),
    "SignatureDoesNotMatch": (403, "The request signature we calculated does not match the signature you provided."),
}


def signed(archive: Archive, workspace: Workspace) -> str:
    """Return the path at which the file of an archive can be downloaded for a day, with its signature."""
    platform = workspace.runtime.platform
    path = f"{FOLDER}{workspace.id}/{archive.file_name}"
    expires = str(int((workspace.runtime.now() + LIFETIME).timestamp()))
    return f"{path}?{urlencode({'Expires': expires, 'Signature': _signature(path, expires, platform)})}"


def download(request: web.BaseRequest, rapidpro: RapidPro) -> web.Response:
    """Answer with the file of an archive, or as storage does that refuses."""
    expires, signature = request.query.get("Expires", ""), request.query.get("Signature", "").encode(errors="replace")
    if not hmac.compare_digest(_signature(request.path, expires, rapidpro.platform), signature):
        return _refusal("SignatureDoesNotMatch")
    if rapidpro.clock.now().timestamp() > int(expires):
        return _refusal("AccessDenied")
    content = _find(request.path.removeprefix(FOLDER), rapidpro)
    if content is None:
        return _refusal("NoSuchKey")
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment;"}
    return web.Response(body=content, headers=headers)


def _find(path: str, rapidpro: RapidPro) -> bytes | None:
    number, _, name = path.partition("/")
    known = (
        archive
        for workspace in rapidpro.workspaces.values()
        if str(workspace.id) == number
        for archive in workspace.database.archives.listed()
    )
    return next((archive.content for archive in known if archive.hash and archive.file_name == name), None)


def _refusal(code: str) -> web.Response:
    status, message = REFUSALS[code]
    body = REFUSAL.format(code, message).encode()
    return web.Response(status=status, body=body, headers={"Content-Type": "application/xml"})


def _signature(path: str, expires: str, platform: Platform) -> bytes:
    secret = platform.context.seed.stream(f"rapidpro/{platform.name}/archives").hex(32)
    return hmac.digest(secret.encode(), f"{path} {expires}".encode(), hashlib.sha256).hex().encode()

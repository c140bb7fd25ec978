"""What every answer of CHT bears, whoever made it: headers, and compression for those who ask for it (cht 0.2)."""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import TYPE_CHECKING

from aiohttp import hdrs, web
from aiohttp.web_response import ContentCoding

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import Clock

    from .call import ChtCall

HEADERS = {
    "Server": "nginx",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
"""The content security policy is not simulated."""

SMALLEST = 1024  # bytes; what is smaller is not worth compressing

_COMPRESSIBLE = re.compile(r"text/|application/json")
_REFUSED = re.compile(r"q\s*=\s*0(?:\.0*)?\s*$")


def add_headers(response: web.StreamResponse, clock: Clock) -> None:
    """Give `response` the headers that it lacks."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Set here, because aiohttp would take it from the wall.
    response.headers[hdrs.DATE] = format_datetime(clock.now(), usegmt=True)


def compress(response: web.StreamResponse, call: ChtCall) -> None:
    """Have the body compressed on its way out, if it is worth it and `call` asks for that."""
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes) or not _COMPRESSIBLE.match(response.content_type):
        return
    response.headers.add(hdrs.VARY, hdrs.ACCEPT_ENCODING)
    if len(body) >= SMALLEST and call.method != hdrs.METH_HEAD and _accepts_gzip(call):
        response.enable_compression(ContentCoding.gzip)


def _accepts_gzip(call: ChtCall) -> bool:
    for part in call.headers.get(hdrs.ACCEPT_ENCODING, "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return not _REFUSED.search(quality)
    return False

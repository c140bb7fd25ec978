"""The parameters of a request to courier: those of its form come before those of its query, as Go reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from rapidpro_simulator.rapidpro.api import bodies

from .answers import CourierError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aiohttp import web

FORM_METHODS = frozenset({"POST", "PUT", "PATCH"})
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)


async def read_parameters(request: web.BaseRequest) -> dict[str, str]:
    """Return the first value of each parameter. Raises `CourierError` for an escape that is none.

    JSON is no form: what it says is not heard.
    """
    raw = await request.read() if request.method in FORM_METHODS else b""
    return {**_query(request.url.raw_query_string), **_form(raw, request.headers.get("Content-Type", ""))}


def first_of(parameters: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the first of these parameters that says something, else nothing."""
    return next((value for name in names if (value := parameters.get(name, ""))), "")


def _form(raw: bytes, content_type: str) -> dict[str, str]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == bodies.FORM:
        return _query(raw.decode("utf-8", "ignore"))
    if kind == bodies.MULTIPART:
        form = bodies.read(raw, content_type)
        return {name: values[0] for name, values in form.items() if isinstance(values[0], str)}
    return {}


def _query(text: str) -> dict[str, str]:
    broken = _BAD_ESCAPE.search(text)
    if broken is not None:
        raise CourierError(f'invalid URL escape "{broken[0]}"')
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, errors="ignore"):
        parameters.setdefault(name, value.replace("\0", ""))
    return parameters

"""The endpoint `globals`: values that every template of a workspace can name (rapidpro 4.9)."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .calls import RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields, text
from .named import check_limit, check_unique
from .pagination import Listing
from .rendering import moment

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import Global

    from .calls import RapidProCall

MOST_CHARACTERS = 10_000
NEEDS_NAME = "Name is required when creating new global."
BAD_NAME = "Name contains illegal characters."
BAD_KEY = "Name creates Key that is invalid"

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z0-9_ -]*")
_short_text = text(36)


def key_of(name: str) -> str:
    """Return the key under which templates name a global."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _name(value: Any, call: RapidProCall) -> str:
    name = str(_short_text(value, call))
    if not _NAME.fullmatch(name):
        raise Invalid(BAD_NAME)
    if not _KEY.fullmatch(key_of(name)):
        raise Invalid(BAD_KEY)
    return name


FIELDS = {"name": BodyField(_name), "value": BodyField(text(MOST_CHARACTERS), required=True)}


def render(each: Global, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a global."""
    return {"key": each.key, "name": each.name, "value": each.value, "modified_on": moment(each.modified_on)}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET globals`, the last modified first."""
    key = call.parameter("key")
    rows = [each for each in call.workspace.globals.values() if not key or each.key == key]
    return call.page(Listing(sorted(rows, key=attrgetter("modified_on")), "modified_on"), render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST globals`: a new one, or a new value for the one that the query names."""
    body = call.read_body()
    workspace = call.workspace
    key = call.parameter("key")
    if key is not None and key not in workspace.globals:
        raise call.missing("Global")
    if key is None:
        check_limit(workspace.globals, call)
    values = read_fields(FIELDS, call.writable(body), call)
    if key is not None:
        return RapidProResponse(200, render(workspace.globals.set(key, values["value"]), call))
    if "name" not in values:
        raise RapidProApiError.overall(NEEDS_NAME)
    check_unique(values["name"], [each.name for each in workspace.globals.values()])
    return RapidProResponse(
        201, render(workspace.globals.set(key_of(values["name"]), values["value"], values["name"]), call)
    )

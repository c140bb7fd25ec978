"""The endpoint `globals`: values that every template of a workspace can name (rapidpro 4.9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .calls import RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .named import check_limit, unique
from .rendering import moment
from .scalars import text

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import Global

    from .calls import RapidProCall

MOST_CHARACTERS = 10_000
NEEDS_NAME = "Name is required when creating new global."
BAD_NAME = "Name contains illegal characters."
BAD_KEY = "Name creates Key that is invalid"

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z0-9_ -]*")


def key_of(name: str) -> str:
    """Return the key under which templates name a global."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _makes_key(name: str, _call: RapidProCall) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid(BAD_NAME)
    if not _KEY.fullmatch(key_of(name)):
        raise Invalid(BAD_KEY)


_only_one = unique(lambda call: call.workspace.globals.values())

FIELDS = {
    "name": BodyField(text(36, also=(_only_one,)), validators=(_makes_key,)),
    "value": BodyField(text(MOST_CHARACTERS), required=True),
}


def render(each: Global, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a global."""
    return {"key": each.key, "name": each.name, "value": each.value, "modified_on": moment(each.modified_on)}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET globals`, the last modified first."""
    key = call.text("key")
    rows = [each for each in call.workspace.globals.values() if not key or each.key == key]
    return call.page_by_modification(rows, render)


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST globals`: a new one, or a new value for the one that the query names."""
    body = call.read_body()
    workspace = call.workspace
    key = call.text("key")
    if key is None:
        check_limit(workspace.globals, call)
    elif key in workspace.globals:
        call.instance = workspace.globals[key]
    else:
        raise call.missing("Global")
    values = read_fields(FIELDS, call.writable(body), call)
    if key is not None:
        return RapidProResponse(200, render(workspace.globals.set(key, values["value"]), call))
    if "name" not in values:
        raise RapidProApiError.overall(NEEDS_NAME)
    return RapidProResponse(
        201, render(workspace.globals.set(key_of(values["name"]), values["value"], values["name"]), call)
    )

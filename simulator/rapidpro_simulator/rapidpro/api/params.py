"""What a flow is started with: `params`, and what they were called before, `extra` (rapidpro 4.5)."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from .errors import Invalid, ServerError
from .scalars import surrogate

if TYPE_CHECKING:
    from .calls import RapidProCall

NO_OBJECT = "Must be a valid JSON object"
TOO_LONG = "Cannot exceed 10,000 characters encoded."

MOST_LEVELS = 200
MOST_VALUES = 256
MOST_KEY_CHARACTERS = 255
MOST_VALUE_CHARACTERS = 640
_KEY_SIGNS = re.compile(r"[^A-Za-z0-9_]")


def params(value: Any, call: RapidProCall) -> dict[str, Any]:
    """Read params: as they are, in the generations where they have a limit, else as `extra` is read."""
    limit = call.generation.api.params_limit
    if limit is None:
        return extra(value, call)
    given = _object(value)
    if len(json.dumps(given, ensure_ascii=False)) > limit:
        raise Invalid(TOO_LONG)
    return given


def extra(value: Any, call: RapidProCall) -> dict[str, Any]:
    """Read params as older RapidPros keep them."""
    return normalized(_object(value))


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(NO_OBJECT)
    if not storable(value):
        raise ServerError
    return value


def storable(value: Any, levels: int = MOST_LEVELS) -> bool:
    """Say whether a database can keep `value`: JSON can say a NUL, half a character and infinity, which it cannot.

    Modelled: nor can it keep what is nested deeper than `levels`.
    """
    if isinstance(value, str):
        return "\x00" not in value and surrogate(value) is None
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return not isinstance(value, list) or (levels > 0 and all(storable(each, levels - 1) for each in value))


def normalized(params: dict[str, Any]) -> dict[str, Any]:
    """Return params as older RapidPros keep them: simple keys, short texts, no lists, 256 values at most."""
    left = MOST_VALUES

    def entries(pairs: Any) -> dict[str, Any]:
        nonlocal left
        kept: dict[str, Any] = {}
        for key, value in pairs:
            if left <= 0:
                break
            kept[_KEY_SIGNS.sub("_", str(key))[:MOST_KEY_CHARACTERS]] = read(value)
        return kept

    def read(value: Any) -> Any:
        nonlocal left
        if isinstance(value, dict):
            return entries(value.items())
        if isinstance(value, list):
            return entries(enumerate(value))
        left -= 1
        if value is None:
            return ""
        return value[:MOST_VALUE_CHARACTERS] if isinstance(value, str) else value

    return entries(params.items())

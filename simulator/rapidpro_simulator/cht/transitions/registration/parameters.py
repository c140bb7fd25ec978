"""The events of a registration, and the `params` of their triggers (cht-sentinel 5.3)."""

from __future__ import annotations

import json
from typing import Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.transitions.errors import ConfigurationError

Json = dict[str, Any]
Parameters = Json | list[Any]


def parse_parameters(params: Any) -> Parameters:
    """Return `params` as an object or a list: JSON where it begins as JSON does, else split at commas, not trimmed.

    Raises `ValueError` where it begins like JSON and is none.
    """
    if not is_truthy(params):
        return {}
    if isinstance(params, (dict, list)):
        return params
    text = str(params)
    if text[0] in "{[":
        parsed = json.loads(text)
        return parsed if isinstance(parsed, (dict, list)) else {}
    return text.split(",")


def checked_parameters(form: Any, event: Json) -> Parameters:
    """Return the parameters of an event. Raises `ConfigurationError` where they cannot be read."""
    params = event.get("params")
    try:
        return parse_parameters(params)
    except ValueError:
        place = f"{form}.{event.get('trigger')}: '{params}'"
        error = f"Error: SyntaxError: {params} is not valid JSON"
        raise ConfigurationError(f"Configuration error. Unable to parse params for {place}. {error}") from None


def named(parameters: Parameters, name: str) -> Any:
    """Return the parameter called `name`; None where the parameters are a list."""
    return parameters.get(name) if isinstance(parameters, dict) else None


def listed(parameters: Parameters) -> list[Any]:
    """Return the parameters that are a list; none where they are an object."""
    return parameters if isinstance(parameters, list) else []

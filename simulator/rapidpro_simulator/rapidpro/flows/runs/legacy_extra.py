"""`@legacy_extra`: what was `@extra`, the params of the trigger and the extra of results (flows 5.2)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.excellent.jsons import value_of
from rapidpro_simulator.rapidpro.flows.excellent.values import Object
from rapidpro_simulator.rapidpro.flows.texts.strings import lower, snakify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.flows.core.results import Result
    from rapidpro_simulator.rapidpro.flows.core.triggers import SessionTrigger
    from rapidpro_simulator.rapidpro.flows.excellent.values import Property

_NOT_IN_KEY = re.compile(r"[^a-zA-Z0-9_]")


def legacy_extra_object(trigger: SessionTrigger, results: Mapping[str, Result]) -> Object:
    """Return the params and, in the order in which results were saved, their extra; later keys win."""

    def properties() -> dict[str, Property]:
        found: dict[str, Property] = {}
        _add(found, trigger.context_params)
        for result in sorted(results.values(), key=lambda result: result.created_on):
            if result.extra is not None:
                found[snakify(result.name)] = result.extra_source or _compact(result.extra)
                _add(found, result.extra)
        return found

    return Object(properties)


def _compact(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _add(found: dict[str, Property], document: Any) -> None:
    pairs = (
        enumerate(document) if isinstance(document, list) else document.items() if isinstance(document, dict) else ()
    )
    for key, value in pairs:
        found[_NOT_IN_KEY.sub("_", lower(str(key)))] = value_of(value)

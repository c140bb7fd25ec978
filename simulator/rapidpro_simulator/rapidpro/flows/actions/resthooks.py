"""Resthooks: the payload that their subscribers get, and which of several answers counts (flows 4.7, 4.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core.webhooks import SUBSCRIBER_GONE, SUCCESS
from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.rendering import to_json
from rapidpro_simulator.rapidpro.flows.excellent.values import Object, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookCall
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

_CONTACT = ("uuid", "name", "urn", "language")
_RUN = ("uuid", "created_on")
_RESULT = ("category", "category_localized", "created_on", "input", "name", "node_uuid", "value")
_INPUT = ("channel", "created_on", "text", "type", "uuid")

# A failure hides successes, and anything hides that a subscriber is gone: the last of the highest counts.
_WEIGHTS = {SUBSCRIBER_GONE: 0, SUCCESS: 1}
_FAILURE = 2


def payload(environment: Environment, context: Object) -> str:
    """Return the JSON that subscribers get, of the context of a run (flows 4.8)."""
    run, message = context.get("run"), context.get("input")
    assert isinstance(run, Object)
    results = run.get("results")
    assert isinstance(results, Object)
    document = Object(
        {
            "contact": _picked(run.get("contact"), _CONTACT),
            "flow": run.get("flow"),
            "path": run.get("path"),
            "results": Object({key: _picked(result, _RESULT) for key, result in results.items()}),
            "run": _picked(run, _RUN),
            "input": _input(environment, message) if isinstance(message, Object) else None,
            "channel": message.get("channel") if isinstance(message, Object) else None,
        }
    )
    text = to_json(document)
    assert isinstance(text, str)
    return text


def decisive(resthook: str, calls: Iterable[WebhookCall]) -> WebhookCall | None:
    """Return the call that decides the result: the last failure, else the last success, else the last 410."""
    return max(reversed(list(calls)), key=lambda call: _WEIGHTS.get(call.status(resthook), _FAILURE), default=None)


def _picked(value: Value, names: Iterable[str]) -> Value:
    return Object({name: value.get(name) for name in names}) if isinstance(value, Object) else None


def _input(environment: Environment, message: Object) -> Object:
    urn, attachments = message.get("urn"), message.get("attachments")
    parts: Value = None
    if urn is not None:
        named = FUNCTIONS["urn_parts"].call(environment, urn)
        assert isinstance(named, Object)
        display = FUNCTIONS["format_urn"].call(environment, urn)
        parts = Object({"display": display, "path": named.get("path"), "scheme": named.get("scheme")})
    assert isinstance(attachments, list)
    shown: list[Value] = [FUNCTIONS["attachment_parts"].call(environment, attachment) for attachment in attachments]
    return Object({**{name: message.get(name) for name in _INPUT}, "attachments": shown, "urn": parts})

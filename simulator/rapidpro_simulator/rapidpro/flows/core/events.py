"""The events of a session as the wire has them (flows 3.10). `Run.log` gives them their UUID and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference

    from .services import LlmAnswer
    from .webhooks import WebhookCall

Event = dict[str, Any]

# What may be wrong, in a word (flows 3.10).
ACTION_UNSUPPORTED: Final = "action:unsupported"
DEPENDENCY_MISSING: Final = "dependency:missing"
DEPRECATED_CONTEXT: Final = "context:deprecated"
EXPRESSION: Final = "expression"
EXPRESSION_TOO_COMPLEX: Final = "expression:too_complex"
GROUP_MISSING: Final = "group:missing"
LABEL_MISSING: Final = "label:missing"
TIMEZONE_INVALID: Final = "timezone:invalid"
URL_BLOCKED: Final = "url:blocked"
URL_INVALID: Final = "url:invalid"
URN_INVALID: Final = "urn:invalid"
URN_TAKEN: Final = "urn:taken"
USER_MISSING: Final = "user:missing"
WEBHOOK_REQUEST_SIZE: Final = "webhook:request_size"
WEBHOOK_RESPONSE_SIZE: Final = "webhook:response_size"


def run_started(flow: Mapping[str, Any], run_uuid: str, parent_uuid: str = "", *, terminal: bool = False) -> Event:
    event: Event = {"type": "run_started", "flow": flow, "run_uuid": run_uuid}
    if parent_uuid:
        event["parent_uuid"] = parent_uuid
    if terminal:
        event["terminal"] = True
    return event


def run_ended(run_uuid: str, flow: Mapping[str, Any], status: str) -> Event:
    return {"type": "run_ended", "run_uuid": run_uuid, "flow": flow, "status": status}


def run_result_changed(
    name: str, value: str, category: str, extra: Any = None, previous: Mapping[str, str] | None = None
) -> Event:
    event: Event = {"type": "run_result_changed", "name": name, "value": value, "category": category}
    if extra is not None:
        event["extra"] = extra
    return _with(event, previous=previous)


def msg_created(msg: Mapping[str, Any]) -> Event:
    return {"type": "msg_created", "msg": msg}


def ivr_created(msg: Mapping[str, Any]) -> Event:
    return {"type": "ivr_created", "msg": msg}


def msg_wait(expires_on: str, timeout_seconds: int | None = None, hint: Mapping[str, Any] | None = None) -> Event:
    """Say that an answer is waited for until `expires_on`, perhaps only for so many seconds."""
    event = _with({"type": "msg_wait"}, timeout_seconds=timeout_seconds)
    event["expires_on"] = expires_on
    return _with(event, hint=hint)


def dial_wait(urn: str, dial_limit_seconds: int, call_limit_seconds: int, expires_on: str) -> Event:
    return {
        "type": "dial_wait",
        "urn": urn,
        "dial_limit_seconds": dial_limit_seconds,
        "call_limit_seconds": call_limit_seconds,
        "expires_on": expires_on,
    }


def error(text: str, code: str = "", extra: Mapping[str, str] | None = None) -> Event:
    """Say that something went wrong that does not stop the run."""
    return _with({"type": "error", "text": text}, code=code, extra=extra)


def warning(text: str, code: str = "", extra: Mapping[str, str] | None = None) -> Event:
    return _with({"type": "warning", "text": text}, code=code, extra=extra)


def failure(text: str) -> Event:
    """Say why the run failed."""
    return {"type": "failure", "text": text}


def missing_dependency(reference: Reference) -> Event:
    """Say that what a definition refers to does not exist (flows 2.2)."""
    extra = {"type": reference.type, "identity": reference.identity}
    return error(f"Missing dependency: {reference}", DEPENDENCY_MISSING, extra)


def contact_name_changed(name: str) -> Event:
    return {"type": "contact_name_changed", "name": name}


def contact_language_changed(language: str) -> Event:
    return {"type": "contact_language_changed", "language": language}


def contact_timezone_changed(timezone: str) -> Event:
    return {"type": "contact_timezone_changed", "timezone": timezone}


def contact_status_changed(status: str) -> Event:
    return {"type": "contact_status_changed", "status": status}


def contact_urns_changed(urns: Sequence[str]) -> Event:
    return {"type": "contact_urns_changed", "urns": list(urns)}


def contact_field_changed(field: Reference, value: Mapping[str, Any] | None) -> Event:
    return {"type": "contact_field_changed", "field": field.to_json(), "value": value}


def contact_groups_changed(added: Iterable[Reference], removed: Iterable[Reference]) -> Event:
    return _with(
        {"type": "contact_groups_changed"}, groups_added=_references(added), groups_removed=_references(removed)
    )


def webhook_called(call: WebhookCall, resthook: str = "") -> Event:
    """Report a webhook call, perhaps one of a resthook's (flows 4.4)."""
    event: Event = {"type": "webhook_called", **call.trace(), "status": call.status(resthook)}
    return _with(event, resthook=resthook)


def request_too_large(size: int, limit: int) -> Event:
    """Say that a webhook is not called for the size of its request in bytes (flows 4.1)."""
    text = f"Webhook request evaluated to {size} bytes, exceeding the limit of {limit}"
    return error(text, WEBHOOK_REQUEST_SIZE, {"size": str(size), "limit": str(limit)})


def response_too_large(limit: int) -> Event:
    """Say that a webhook's response has more bytes than the limit (flows 4.3)."""
    text = f"Webhook response exceeded the limit of {limit} bytes"
    return warning(text, WEBHOOK_RESPONSE_SIZE, {"limit": str(limit)})


def resthook_called(resthook: str, payload: Any) -> Event:
    return {"type": "resthook_called", "resthook": resthook, "payload": payload}


def broadcast_created(
    translations: Mapping[str, Mapping[str, Any]], base_language: str, recipients: Mapping[str, Any], **template: Any
) -> Event:
    """Report a broadcast; `recipients` are its groups, contacts, contact_query and urns, empty ones are left out."""
    event: Event = {"type": "broadcast_created", "translations": translations, "base_language": base_language}
    return _with(event, **recipients, **template)


def session_triggered(
    flow: Reference,
    recipients: Mapping[str, Any],
    run_summary: Mapping[str, Any],
    history: Mapping[str, Any],
    *,
    exclusions: Mapping[str, bool],
    create_contact: bool = False,
) -> Event:
    """Report that other sessions are to be started; `recipients` as those of a broadcast."""
    event: Event = {"type": "session_triggered", "flow": flow.to_json(), "exclusions": exclusions}
    _with(event, **recipients, create_contact=create_contact)
    return event | {"run_summary": run_summary, "history": history}


def email_sent(to: Sequence[str], subject: str, body: str) -> Event:
    return {"type": "email_sent", "to": list(to), "subject": subject, "body": body}


def input_labels_added(input_uuid: str, labels: Iterable[Reference]) -> Event:
    return {"type": "input_labels_added", "input_uuid": input_uuid, "labels": _references(labels)}


def llm_called(llm: Reference, instructions: str, input_: str, answer: LlmAnswer, *, elapsed_ms: int) -> Event:
    return {
        "type": "llm_called",
        "llm": llm.to_json(),
        "instructions": instructions,
        "input": input_,
        "output": answer.output,
        "tokens": {"input": answer.tokens_read, "output": answer.tokens_written},
        "elapsed_ms": elapsed_ms,
    }


def airtime_created(transfer: Mapping[str, Any]) -> Event:
    """Report a transfer: external_id, sender, recipient, currency, amount, http_logs."""
    return {"type": "airtime_created", **transfer}


def ticket_opened(ticket: Mapping[str, Any]) -> Event:
    return {"type": "ticket_opened", "ticket": ticket}


def ticket_note_added(ticket_uuid: str, note: str) -> Event:
    return {"type": "ticket_note_added", "ticket_uuid": ticket_uuid, "note": note}


def _references(references: Iterable[Reference]) -> list[dict[str, Any]]:
    return [reference.to_json() for reference in references]


def _with(event: Event, **optional: Any) -> Event:
    """Add what is not empty."""
    for key, value in optional.items():
        if value:
            event[key] = value
    return event

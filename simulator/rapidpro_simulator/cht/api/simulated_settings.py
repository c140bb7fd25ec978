"""Which settings of CHT something acts on here, and which of an instance's do nothing (cht 4, 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.transitions.loading import is_enabled

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from rapidpro_simulator.cht.couch.client import Document

ALL: Mapping[str, Any] = {}
SIMULATED: Mapping[str, Mapping[str, Any]] = {
    "accept_case_reports": ALL,
    "alerts": ALL,
    "app_url": ALL,
    "contact_types": ALL,
    "date_format": ALL,
    "death_reporting": ALL,
    "default_country_code": ALL,
    "default_responses": ALL,
    "forms": ALL,
    "forms_only_mode": ALL,
    "gateway_number": ALL,
    "locale": ALL,
    "locale_outgoing": ALL,
    "multi_report_alerts": ALL,
    "multipart_sms_limit": ALL,
    "muting": ALL,
    "notifications": ALL,
    "outbound": ALL,
    "outgoing_deny_list": ALL,
    "outgoing_deny_shorter_than": ALL,
    "outgoing_deny_with_alphas": ALL,
    "outgoing_phone_filters": ALL,
    "outgoing_phone_replace": ALL,
    "patient_reports": ALL,
    "permissions": ALL,
    "phone_validation": ALL,
    "registrations": ALL,
    "reminders": ALL,
    "reported_date_format": ALL,
    "roles": ALL,
    "schedule_evening_hours": ALL,
    "schedule_evening_minutes": ALL,
    "schedule_morning_hours": ALL,
    "schedule_morning_minutes": ALL,
    "schedules": ALL,
    "self_report": ALL,
    "sms": {
        "clear_failing_schedules": ALL,
        "default_to_sender": ALL,
        "duplicate_limit": ALL,
        "outgoing_service": ALL,
        "rapidpro": {"url": ALL},
    },
    "synthetic_date": ALL,
    "token_login": ALL,
    "update_clinics": ALL,
}
"""By section; where only members of a section are simulated, those."""
TRANSITIONS = "transitions"
SERVICES = ("medic-gateway", "rapidpro")
"""Values of `sms.outgoing_service`."""


def enabled_transitions(settings: Document) -> list[str]:
    """Return the names of the transitions that `settings` enable."""
    transitions = settings.get(TRANSITIONS)
    found = transitions.items() if isinstance(transitions, dict) else ()
    return [name for name, value in found if is_enabled(value)]


def not_simulated(settings: Document, transitions: Container[str]) -> list[str]:
    """Return the names of settings that nothing acts on, such as `outbound` and `transitions.muting`, sorted.

    `transitions` are the names of those that are simulated. What is empty or switched off needs nothing that acts.
    """
    sections = {name: value for name, value in settings.items() if name != TRANSITIONS}
    names = [
        *_unknown(sections, SIMULATED),
        *(f"{TRANSITIONS}.{name}" for name in enabled_transitions(settings) if name not in transitions),
        *_service(settings.get("sms")),
    ]
    return sorted(names)


def _unknown(settings: Document, known: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in settings.items():
        if not is_truthy(value) or value in ({}, []):
            continue
        if name not in known:
            yield prefix + name
        elif known[name] and isinstance(value, dict):
            yield from _unknown(value, known[name], f"{prefix}{name}.")


def _service(sms: Any) -> Iterator[str]:
    service = sms.get("outgoing_service") if isinstance(sms, dict) else None
    if is_truthy(service) and service not in SERVICES:
        yield f"sms.outgoing_service {service}"

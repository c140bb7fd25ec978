"""What the values in sentences are: a line for the catalogue, and a sample. A step can have its own (`step.name`)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER = "a whole number"
HTTP = "a status of HTTP, such as 429"
STATE = (
    "scheduled, pending, forwarded-to-gateway, received-by-gateway, forwarded-by-gateway, sent, delivered, failed, "
    "denied, duplicate, muted, cleared, clear or unrecognised"
)
ENDPOINT = (
    "broadcast, status, RapidPro, CHT, CouchDB, document-reading, state-saving, message-storing, database-writing, "
    "webhook, record-saving, contact-finding, aggregator or flow-start"
)
OUTCOME = (
    "wired, sent, delivered, read, errored or failed, several of them separated by commas; or one of: nothing, "
    "rejected, undelivered, errored once, errored twice, sent late, failed late, delivered late"
)
DURATION = "a number, `a` or `an`, and seconds, minutes, hours, days or weeks: `90 minutes`, `an hour`"

TEMPLATE = ("the name of a message template", "visit")
WORKER = ("the name of a health worker of the scenario", "Joyce")

MEANINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "about": ("the name of a contact that CHT has", "Grace Banda"),
        "amount": (NUMBER, "7"),
        "authorization": ("a header of HTTP", "Token wrong"),
        "body": ('an error text in quotes, or JSON: `"Incorrect token"`', '"Incorrect token"'),
        "category": ("a category of the result", "Number"),
        "classifier": ("a name", "Helpline"),
        "condition": ("what any other `Then` says", 'the message is in the state "delivered"'),
        "contact": ("the name of a contact that CHT has", "Grace Banda"),
        "content_type": ("a content type", "text/plain"),
        "copies": (NUMBER, "4"),
        "count": (NUMBER, "7"),
        "days": (NUMBER, "2"),
        "duration": (DURATION, "90 minutes"),
        "endpoint": (ENDPOINT, "status"),
        "failure": ("one of the failures above", "refused"),
        "file": ("the name of a file", "registration.json"),
        "first": (NUMBER, "1"),
        "flow": ("the name of a flow that is imported", "Registration"),
        "folder": ("the folder of a CHT project", "my-config"),
        "form": ("the code of a form in CHT's settings", "PREG"),
        "generation": ("community, textit-2025, textit-2026, v7 or v8", "textit-2026"),
        "group": ("the name of a group that there is", "Mothers"),
        "campaign_given.other": ("the name of another group", "Fathers"),
        "host": ("the name of a host", "textit.com"),
        "hour": ("an hour, 0 to 23", "8"),
        "id": ('JSON: `"in-1"`, `7`', '"in-1"'),
        "intents": ("names in quotes, separated by commas", '"fever", "appointment"'),
        "key": ("a key", "due_date"),
        "keyword": ("a word", "JOIN"),
        "kind": (
            "an aggregator, an aggregator without delivery reports, an external channel, an Android phone or WhatsApp",
            "an Android phone",
        ),
        "languages": ("codes of ISO 639-3, separated by commas", "eng, nya"),
        "limit": (NUMBER, "20"),
        "left": (NUMBER, "7"),
        "locale": ("a language (ISO 639-3), or it with a country: eng-US", "eng-US"),
        "method": ("a method of HTTP, such as PUT", "PUT"),
        "minute": ("a minute, in two digits", "30"),
        "model": ("the name of a language model", "GPT-4"),
        "name": ("the name of a workspace", "Main"),
        "names": ('one name in quotes, or several with `and` between them: `"Old" and "New"`', '"Old" and "New"'),
        "number": (f"{NUMBER}; the first message is 1", "1"),
        "numbers": ("numbers from 0 to below 1, separated by commas", "0.17, 0.83"),
        "sends_file.url": ("a kind, a colon and an address", "image/jpeg:https://files.example.org/photo.jpg"),
        "subscribes_to_resthook.url": ("an address of the web", "https://clinic.example.org/visits"),
        "output": ("any text", "Flights"),
        "offset": (NUMBER, "3"),
        "password": ("a password", "Kisumu-Road-7"),
        "place": ("the name of a place that CHT has", "Area 25"),
        "path": ("a path of a URL", "/api/v2/messages.json"),
        "period": ("a duration, or a unit alone: `minute`", "90 minutes"),
        "phone": ("a phone number with a plus and the code of its country", "+265991234567"),
        "phones": ("phone numbers, separated by commas", "+265991234567, +265997654321"),
        "problem": ("what went wrong", "quota exceeded"),
        "profile": ("legacy-1200, legacy-2500-shared, community, textit-2025, textit-2026 or shared-2500", "community"),
        "reference": ('JSON: `7`, `"7"`', "7"),
        "release": ("a release of CHT, such as 4.10", "4.10"),
        "replies": ("texts in quotes, separated by commas", '"English", "Chichewa"'),
        "role": ("a role of CHT's own or of its settings, such as data_entry", "data_entry"),
        "said": ("texts in quotes, separated by commas", '"JOIN", "English"'),
        "schemes": ("kinds of addresses, separated by commas", "telegram, facebook"),
        "scope": ("v2, or v2. and an endpoint that the host counts apart, such as v2.messages", "v2.messages"),
        "seconds": (NUMBER, "30"),
        "sender": ("a phone number with a plus, a short code such as 60396, or a name such as SAFARICOM", "60396"),
        "state": (STATE, "delivered"),
        "states": ("states of CHT, separated by commas", "pending, sent"),
        "slug": ("the name of a resthook", "new-visit"),
        "status": (HTTP, "429"),
        "statuses": (OUTCOME, "wired, sent"),
        "text": ("any text", "Visit tomorrow"),
        "times": (NUMBER, "2"),
        "title": ("the name of a task", "Visit"),
        "to": ("a number as CHT has it, right or wrong", "+254712345678"),
        "weekday": ("a day of the week, such as Friday", "Friday"),
        "url": ("a URL", "https://textit.com"),
        "user": ("the name of a user of CHT", "akinyi"),
        "value": ("any text", "2"),
        "carrier_reports_now.status": ("wired, sent, delivered, read, errored or failed", "sent"),
        "has_answered.endpoint": ("status or broadcast", "status"),
        "has_messages_with_status.status": ("a word of the generation for messages, such as wired", "wired"),
        "message_has_status.status": ("a word of the generation for messages, such as wired", "wired"),
        "start_is.status": ("a word of the generation for flow starts, such as completed", "completed"),
        "classifier_is.kind": ("wit, luis or bothub", "wit"),
        "campaign_event.key": ("a field of contacts with a date, created_on or last_seen_on", "due_date"),
        "phone_does.name": WORKER,
        "template_says.name": TEMPLATE,
        "template_was_sent.name": TEMPLATE,
        "form_submitted.name": WORKER,
        "task_completed.name": WORKER,
        "worker_has_tasks.name": WORKER,
        "task_is_created.name": WORKER,
        "task_is.name": WORKER,
        "form_submitted.form": ("the name of a form of the app", "follow_up"),
        "task_is.state": ("Draft, Ready, Completed, Failed or Cancelled", "Ready"),
        "refusal_says.seconds": (NUMBER, "3000"),
    }
)
WHOLE = frozenset(
    {
        "duration",
        "period",
        "phone",
        "phones",
        "schemes",
        "sender",
        "names",
        "said",
        "replies",
        "intents",
        "endpoint",
        "statuses",
    }
)
"""Values that are shown as one, whatever the parser makes of their parts."""


def meaning(step: str, name: str) -> str:
    """Return what a value of a step is."""
    return _found(step, name)[0]


def sample(step: str, name: str) -> str:
    """Return a value that the step takes."""
    return _found(step, name)[1]


def _found(step: str, name: str) -> tuple[str, str]:
    return MEANINGS.get(f"{step}.{name}") or MEANINGS[name]

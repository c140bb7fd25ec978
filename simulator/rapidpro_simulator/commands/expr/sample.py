"""A contact in the middle of a flow: the context of expressions that are tried without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, run_to_end
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.excellent.values import Object
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


def sample_context(environment: Environment) -> Object:
    """Return what expressions see of Asha, who has told her age and is asked for her village now."""
    assets = Assets.from_json(ASSETS)
    new_uuid = Seed().stream("sample").uuid4
    engine = Engine(now=environment.now, new_uuid=new_uuid, random=environment.random)
    contact = Contact.from_json(CONTACT, assets, environment)
    session, _ = run_to_end(engine.start(assets, environment, contact, read_trigger(TRIGGER)))
    return session.runs[-1].context()


def _uuid(number: int) -> str:
    return f"5a3b1e00-0000-4000-8000-{number:012}"


FLOW = {"uuid": _uuid(1), "name": "Registration"}
CHANNEL = {"uuid": _uuid(2), "name": "Clinic line", "address": "+254700000001", "schemes": ["tel"]}
GROUP = {"uuid": _uuid(3), "name": "Mothers"}
URN = "tel:+254712345678"

CONTACT: dict[str, Any] = {
    "uuid": _uuid(4),
    "id": 1,
    "name": "Asha Mwangi",
    "language": "eng",
    "status": "active",
    "created_on": "2026-02-14T06:30:00Z",
    "urns": [URN],
    "groups": [GROUP],
    "fields": {
        "age": {"text": "29", "number": 29},
        "due_date": {"text": "14-05-2026", "datetime": "2026-05-14T09:00:00+03:00"},
    },
}
TRIGGER: dict[str, Any] = {
    "type": "msg",
    "flow": FLOW,
    "triggered_on": "2026-03-02T08:00:00Z",
    "event": {
        "type": "msg_received",
        "uuid": _uuid(5),
        "created_on": "2026-03-02T08:00:00Z",
        "msg": {"text": "I am 29", "urn": URN, "channel": {"uuid": CHANNEL["uuid"], "name": CHANNEL["name"]}},
    },
    "keyword_match": {"type": "first_word", "keyword": "i"},
}


def _asked(number: int, result: str, test: str, following: str | None) -> dict[str, Any]:
    """Return a node that waits for an answer and saves it."""
    fits, other = _uuid(number + 1), _uuid(number + 2)
    return {
        "uuid": _uuid(number),
        "actions": [],
        "router": {
            "type": "switch",
            "wait": {"type": "msg"},
            "result_name": result,
            "operand": "@input.text",
            "cases": [{"uuid": _uuid(number + 3), "type": test, "arguments": [], "category_uuid": fits}],
            "categories": [
                {"uuid": fits, "name": "Valid", "exit_uuid": _uuid(number + 4)},
                {"uuid": other, "name": "Other", "exit_uuid": _uuid(number + 5)},
            ],
            "default_category_uuid": other,
        },
        "exits": [{"uuid": _uuid(number + 4), "destination_uuid": following}, {"uuid": _uuid(number + 5)}],
    }


ASSETS: dict[str, Any] = {
    "channels": [{**CHANNEL, "roles": ["send", "receive"], "country": "KE"}],
    "fields": [
        {"uuid": _uuid(6), "key": "age", "name": "Age", "type": "number"},
        {"uuid": _uuid(7), "key": "due_date", "name": "Due date", "type": "datetime"},
        {"uuid": _uuid(8), "key": "village", "name": "Village", "type": "text"},
    ],
    "globals": [{"key": "clinic", "name": "Clinic", "value": "Kisumu North"}],
    "groups": [GROUP],
    "flows": [
        {
            **FLOW,
            "spec_version": "14.4.2",
            "language": "eng",
            "type": "messaging",
            "revision": 1,
            "localization": {},
            "nodes": [_asked(20, "Age", "has_number", _uuid(30)), _asked(30, "Village", "has_text", None)],
        }
    ],
}

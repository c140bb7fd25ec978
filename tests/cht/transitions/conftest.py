"""A CHT without HTTP, with a health worker and her patient, to run one transition in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cht.vectors.sentinel_world import SentinelWorld
from tests.support.document_store import run

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = "2026-03-02T09:00:00+00:00"
REPORTED = 1772442000000
WORKER, SUPERVISOR = "+254711000003", "+254711000002"
PLACES = {"_id": "home", "parent": {"_id": "center", "parent": {"_id": "west"}}}
CONTACTS: tuple[dict[str, Any], ...] = (
    {"_id": "west", "type": "district_hospital", "name": "West", "contact": {"_id": "manager"}},
    {"_id": "manager", "type": "person", "name": "Maryam", "phone": "+254711000001", "parent": {"_id": "west"}},
    {
        "_id": "center",
        "type": "health_center",
        "name": "Kisii",
        "place_id": "90002",
        "parent": {"_id": "west"},
        "contact": {"_id": "supervisor"},
    },
    {"_id": "supervisor", "type": "person", "name": "Sam", "phone": SUPERVISOR, "parent": PLACES["parent"]},
    {
        "_id": "home",
        "type": "clinic",
        "name": "Home",
        "place_id": "90003",
        "parent": PLACES["parent"],
        "contact": {"_id": "worker"},
    },
    {"_id": "worker", "type": "person", "name": "Akinyi", "patient_id": "80003", "phone": WORKER, "parent": PLACES},
    {"_id": "patient", "type": "person", "name": "Baraka", "patient_id": "20001", "parent": PLACES},
)
TEXTS = {
    "en": {
        "ok": "Thanks {{contact.name}}: {{patient_name}} {{patient_id}}",
        "no": "Nobody is {{patient_id}}",
        "mute": "Muted {{patient.name}}{{place.name}}",
        "sms_received": "Received",
        "empty": "Empty",
        "form_not_found": "Unknown form",
    }
}


class Office:
    """Documents, settings and sentinel: `save` writes documents and lets sentinel process them."""

    def __init__(self, settings: dict[str, Any], release: str = "5.2", now: str = NOW) -> None:
        forms: dict[str, Any] = {code: {} for code in ("F", "P", "V", "M", "U")}
        self.world = SentinelWorld(release, now, {"forms": forms, **settings}, TEXTS, "UTC")
        for contact in CONTACTS:
            self.world.put(contact)
        self.world.begin()

    def save(self, *documents: dict[str, Any]) -> dict[str, Any]:
        """Return the last document, as it is after all transitions."""

        async def save() -> None:
            await self.world.save(documents)
            await self.world.drain()

        run(save())
        return self.get(documents[-1]["_id"])

    def receive(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a record that the api has taken, as it was saved."""
        run(self.world.receive([document]))
        return self.get(document["_id"])

    def get(self, identifier: str) -> dict[str, Any]:
        return self.world.database.get(identifier)

    def info(self, identifier: str) -> dict[str, Any]:
        return self.world.store.couch.database("medic-sentinel").get(f"{identifier}-info")


def report(form: str = "F", identifier: str = "r1", **more: Any) -> dict[str, Any]:
    """Return a report of the health worker."""
    return {
        "_id": identifier,
        "type": "data_record",
        "form": form,
        "from": WORKER,
        "contact": {"_id": "worker", "parent": PLACES},
        "reported_date": REPORTED,
        "fields": {},
        **more,
    }


def messages(document: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return number and text of every immediate message."""
    tasks = document.get("tasks", [])
    return [(each.get("to"), each.get("message")) for task in tasks for each in task["messages"]]


def states(document: dict[str, Any]) -> list[str]:
    """Return the states of the scheduled tasks."""
    return [task["state"] for task in document.get("scheduled_tasks", [])]


@pytest.fixture
def office() -> Callable[..., Office]:
    """Build a CHT with settings: `office({"transitions": …}, release="4.1")`."""
    return Office

"""Reminders of reports go to the places that should send one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import SentinelWorld

DAILY = {
    "form": "VPD",
    "cron": "30 8 2-5 * *",
    "message": "Report of week {{week}} of {{year}} please, {{contact.name}}",
}
PLACES: list[dict[str, Any]] = [
    {"_id": "cl1", "type": "clinic", "name": "Otieno", "contact": {"_id": "chw1", "parent": {"_id": "cl1"}}},
    {"_id": "chw1", "type": "person", "name": "Akinyi", "phone": "+254711000003", "parent": {"_id": "cl1"}},
    {"_id": "cl2", "type": "clinic", "name": "Nobody"},
    {"_id": "cl3", "type": "clinic", "name": "Muted", "muted": "2026-01-01", "contact": {"_id": "chw1"}},
    {"_id": "hc1", "type": "health_center", "name": "Kisii", "contact": {"_id": "chw1"}},
]


@pytest.fixture
def places(world: SentinelWorld) -> SentinelWorld:
    for place in PLACES:
        world.medic.put(place)
    return world


def reminders(world: SentinelWorld) -> list[dict[str, Any]]:
    return [each for each in world.medic.documents() if each.get("type") == "reminder"]


def remind(world: SentinelWorld, **entry: Any) -> None:
    world.administrator.change_settings(reminders=[{**DAILY, **entry}])


def test_a_reminder_goes_to_the_contact_of_a_place(places: SentinelWorld) -> None:
    """Household by household, to whoever is its primary contact; muted ones and those without contact are left out."""
    remind(places)
    places.advance(minutes=36)

    [reminder] = reminders(places)
    [task] = reminder["tasks"]
    assert reminder["_id"] == "reminder:VPD:1772440200000:cl1"
    assert (task["type"], task["state"], task["timestamp"]) == ("reminder", "pending", "2026-03-02T08:30:00.000Z")
    assert task["messages"][0]["message"] == "Report of week 10 of 2026 please, Akinyi"
    assert task["messages"][0]["to"] == "+254711000003"


def test_each_time_is_served_once(places: SentinelWorld) -> None:
    """A log in sentinel's database keeps a time from being served again, the next day it is served anew."""
    remind(places)
    places.advance(hours=24)
    assert len(reminders(places)) == 1

    places.advance(hours=1)
    assert len(reminders(places)) == 2
    assert [each for each in places.infos.ids if each.startswith("reminderlog:")] == [
        *("reminderlog:VPD:1772440200000", "reminderlog:VPD:1772526600000"),
    ]


def test_only_the_latest_time_is_made_up_for(places: SentinelWorld) -> None:
    """After three days without sentinel one reminder is sent, for the last of the times."""
    remind(places)
    places.instance.stop_sentinel()
    places.advance(days=3)
    places.instance.start_sentinel()
    places.advance(minutes=1)

    assert [each["_id"] for each in reminders(places)] == ["reminder:VPD:1772613000000:cl1"]


@pytest.mark.parametrize(("within", "expected"), [("1 day", 0), ("1 hour", 1), ("soon", 1)])
def test_who_has_reported_is_not_reminded(places: SentinelWorld, within: str, expected: int) -> None:
    """A report of the form by somebody of the place makes the reminder unnecessary for as long as the settings say."""
    contact = {"_id": "chw1", "parent": {"_id": "cl1"}}
    places.put(_id="v", type="data_record", form="VPD", reported_date=1772440200000 - 7_200_000, contact=contact)
    remind(places, mute_after_form_for=within)
    places.advance(minutes=36)

    assert len(reminders(places)) == expected


def test_the_types_of_places_can_be_chosen(places: SentinelWorld) -> None:
    """Without a choice it is the places under which there are no others."""
    remind(places, contact_types=["health_center"])
    places.advance(minutes=36)

    assert [each["place"]["_id"] for each in reminders(places)] == ["hc1"]


@pytest.mark.parametrize(
    "entry", [{"cron": ""}, {"contact_types": []}, {"contact_types": ["nowhere"]}, {"message": ""}]
)
def test_a_wrong_entry_is_skipped(places: SentinelWorld, entry: dict[str, Any]) -> None:
    """An entry that is not right is told in the log, and skipped."""
    remind(places, **entry)
    places.advance(minutes=36)

    assert reminders(places) == []
    assert "Reminder configuration is not valid" in places.log[0]


def test_a_text_that_is_not_understood_is_told(places: SentinelWorld) -> None:
    """A text that is not understood sends nothing, and says so."""
    remind(places, text_expression="every other full moon")
    places.advance(minutes=36)

    assert (reminders(places), "not understood" in places.log[0]) == ([], True)

"""Muting and unmuting (cht-sentinel 5.10, 5.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PLACES, WORKER, messages, report, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Office

EVENTS = ("mute", "unmute", "already_muted", "already_unmuted", "contact_not_found")
SETTINGS: dict[str, Any] = {
    "transitions": {"muting": True},
    "registrations": [{"form": "P"}],
    "muting": {
        "mute_forms": ["M"],
        "unmute_forms": ["U"],
        "messages": [{"event_type": each, "message": f"{each} {{{{patient.name}}}}"} for each in EVENTS],
    },
}
NOTIFICATIONS: dict[str, Any] = {
    "transitions": {"update_notifications": True},
    "registrations": [{"form": "P"}],
    "notifications": {
        "off_form": "M",
        "on_form": "U",
        "messages": [{"event_type": each, "message": each} for each in ("on_mute", "on_unmute", "patient_not_found")],
    },
}
TASKS = [
    {"due": "2026-03-01T08:00:00.000Z", "state": "pending"},
    {"due": "2026-03-04T08:00:00.000Z", "state": "scheduled"},
    {"due": "2026-02-01T08:00:00.000Z", "state": "sent"},
]


def prepared(cht: Office) -> Office:
    cht.world.put(report("P", "old", fields={"patient_id": "20001"}, scheduled_tasks=TASKS))
    cht.world.begin()
    return cht


def test_a_person(office: Callable[..., Office]) -> None:
    """Messages about the person rest; unmuted, those that are due today or later are scheduled again."""
    cht = prepared(office(SETTINGS))
    muted = cht.save(report("M", "m", fields={"patient_id": "20001"}))
    assert messages(muted) == [(WORKER, "mute Baraka")]
    assert (cht.get("patient")["muted"], states(cht.get("old"))) == (
        "2026-03-02T09:00:00.000Z",
        ["muted", "muted", "sent"],
    )
    unmuted = cht.save(report("U", "u", fields={"patient_id": "20001"}))
    assert messages(unmuted) == [(WORKER, "unmute Baraka")]
    assert ("muted" in cht.get("patient"), states(cht.get("old"))) == (False, ["muted", "scheduled", "sent"])
    assert [each["muted"] for each in cht.info("patient")["muting_history"]] == [True, False]


def test_a_place(office: Callable[..., Office]) -> None:
    """All below a muted place are muted; unmuting one of them unmutes the place and all below it."""
    cht = prepared(office(SETTINGS))
    cht.save(report("M", "m", fields={"place_id": "90002"}))
    assert ["muted" in cht.get(each) for each in ("center", "home", "patient", "west")] == [True, True, True, False]
    cht.save(report("U", "u", fields={"patient_id": "20001"}))
    assert not any("muted" in cht.get(each) for each in ("center", "home", "patient"))


@pytest.mark.parametrize(("form", "text"), [("U", "already_unmuted Baraka"), ("M", "mute Baraka")])
def test_twice(office: Callable[..., Office], form: str, text: str) -> None:
    """Who is in the wanted state already is only told so."""
    cht = office(SETTINGS)
    assert messages(cht.save(report(form, "a", fields={"patient_id": "20001"})))[0][1] == text
    if form == "M":
        again = cht.save(report(form, "b", fields={"patient_id": "20001"}))
        assert messages(again) == [(WORKER, "already_muted Baraka")]


@pytest.mark.parametrize(("release", "date"), [("3.12", "2026-03-02"), ("3.13", "2026-02-01")])
def test_muted_before(office: Callable[..., Office], release: str, date: str) -> None:
    """Who is muted already when a place is muted keeps the date; before 3.13 it is set anew."""
    cht = office(SETTINGS, release)
    cht.world.put({**cht.get("patient"), "muted": "2026-02-01T00:00:00.000Z"})
    cht.world.begin()
    cht.save(report("M", "m", fields={"place_id": "90003"}))
    assert cht.get("patient")["muted"][:10] == date


def test_messages_are_not_repeated(office: Callable[..., Office]) -> None:
    """A report that is processed once more says nothing again."""
    cht = office(SETTINGS)
    task = {"state": "sent", "messages": [{"to": WORKER, "message": "mute Baraka"}]}
    saved = cht.save(report("M", "m", fields={"patient_id": "20001"}, tasks=[task]))
    assert messages(saved) == [(WORKER, "mute Baraka")]


def test_nobody(office: Callable[..., Office]) -> None:
    """A report about nobody has an error, in words of the settings or else of CHT."""
    saved = office(SETTINGS).save(report("M"))
    assert saved["errors"] == [{"message": "contact_not_found ", "code": "invalid_report"}]
    silent = {**SETTINGS, "muting": {"mute_forms": ["M"]}}
    [error] = office(silent).save(report("M"))["errors"]
    assert error["message"] == 'Failed to complete muting request, event type "contact_not_found" misconfigured.'


def test_a_new_contact(office: Callable[..., Office]) -> None:
    """Who is added under a muted place is muted, because of the report that muted the place."""
    cht = office(SETTINGS)
    cht.save(report("M", "m", fields={"place_id": "90003"}))
    cht.world.move_to("2026-03-02T10:00:00+00:00")
    saved = cht.save({"_id": "new", "type": "person", "name": "Newborn", "parent": PLACES})
    assert saved["muted"] == "2026-03-02T10:00:00.000Z"
    assert cht.info("new")["muting_history"][0]["report_id"] == "m"


def test_muted_on_a_phone(office: Callable[..., Office]) -> None:
    """What a phone has muted already, the server does for the messages, and says that it did."""
    cht = prepared(office(SETTINGS))
    events = [{"muted": True, "date": "2026-03-01T00:00:00.000Z", "report_id": "m"}]
    history = {"last_update": "client_side", "client_side": events}
    saved = cht.save({**cht.get("patient"), "muted": "2026-03-01T00:00:00.000Z", "muting_history": history})
    assert (saved["muting_history"]["last_update"], states(cht.get("old"))) == (
        "server_side",
        ["muted", "muted", "sent"],
    )


def test_notifications(office: Callable[..., Office]) -> None:
    """The older forms on and off do the same."""
    cht = prepared(office(NOTIFICATIONS))
    assert messages(cht.save(report("M", "m", fields={"patient_id": "20001"}))) == [(WORKER, "on_mute")]
    assert states(cht.get("old")) == ["muted", "muted", "sent"]
    assert messages(cht.save(report("U", "u", fields={"patient_id": "20001"}))) == [(WORKER, "on_unmute")]
    assert "muted" not in cht.get("patient")
    assert [each["code"] for each in cht.save(report("M", "x"))["errors"]] == ["invalid_report"]

"""Registration: patients, places, dates, schedules, replies (cht-sentinel 5.3, 7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PLACES, WORKER, messages, report, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Office

REPLY = {"translation_key": "ok", "event_type": "report_accepted", "recipient": "reporting_unit"}


def settings(*events: dict[str, Any], form: str = "P", **more: Any) -> dict[str, Any]:
    named = [{"name": "on_create", "params": "", **event} for event in events]
    return {
        "transitions": {"registration": True},
        "registrations": [{"form": form, "events": named, "messages": [REPLY], **more.pop("registration", {})}],
        **more,
    }


def created(cht: Office, source: str = "r1") -> list[dict[str, Any]]:
    return [each for each in cht.world.database.documents() if each.get("source_id") == source]


def test_add_patient(office: Callable[..., Office]) -> None:
    """The person has a number, a name and the sender's place; the report has the number, the sender a reply."""
    cht = office(settings({"trigger": "add_patient"}))
    saved = cht.save(report("P", fields={"patient_name": "Zuri"}))
    [person] = created(cht)
    assert (person["name"], person["type"], person["parent"], person["created_by"]) == (
        "Zuri",
        "person",
        PLACES,
        "worker",
    )
    assert saved["patient_id"] == person["patient_id"]
    assert messages(saved) == [(WORKER, f"Thanks Akinyi: Zuri {person['patient_id']}")]
    assert "patient" not in saved


def test_birth_date_and_phone(office: Callable[..., Office]) -> None:
    """A date of birth that an event before it has set, and the form's phone number, go to the person."""
    forms = {"P": {"fields": {"tel": {"type": "phone_number"}, "n": {"type": "string"}}}}
    events = ({"trigger": "add_birth_date"}, {"trigger": "add_patient", "params": "n"})
    cht = office(settings(*events, forms=forms, default_country_code=254))
    cht.save(report("P", fields={"age_in_months": "5", "tel": "+254722333444", "n": "Tatu"}))
    [person] = created(cht)
    assert (person["name"], person["phone"], person["date_of_birth"]) == (
        "Tatu",
        "+254722333444",
        "2025-10-02T00:00:00.000Z",
    )


@pytest.mark.parametrize(
    ("params", "fields", "code"),
    [
        ({"patient_id_field": "id"}, {}, "no_provided_patient_id"),
        ({"patient_id_field": "id"}, {"id": "20001"}, "provided_patient_id_not_unique"),
        ({"parent_id": "place"}, {}, "parent_field_not_provided"),
        ({"parent_id": "place"}, {"place": "1"}, "parent_not_found"),
        ({"parent_id": "place"}, {"place": "20001"}, "parent_invalid"),
    ],
)
def test_refusals(office: Callable[..., Office], params: Any, fields: dict[str, Any], code: str) -> None:
    """What keeps a person from being as wished is said in an error and a message; other messages come all the same."""
    saved = office(settings({"trigger": "add_patient", "params": params})).save(report("P", fields=fields))
    assert [each["code"] for each in saved["errors"]] == [code]
    assert len(messages(saved)) == 2


def test_given_number(office: Callable[..., Office]) -> None:
    """A number that the report brings is the person's."""
    cht = office(settings({"trigger": "add_patient", "params": '{"patient_id_field": "id"}'}))
    cht.save(report("P", fields={"id": "77777"}))
    assert [each["patient_id"] for each in created(cht)] == ["77777"]


def test_add_place(office: Callable[..., Office]) -> None:
    """A place stands under the sender's place, if its type may."""
    params = {"contact_type": "clinic", "parent_id": "under"}
    cht = office(settings({"trigger": "add_place", "params": params}))
    cht.save(report("P", fields={"place_name": "New home", "under": "90002"}))
    [place] = created(cht)
    assert (place["type"], place["name"], place["parent"]) == ("clinic", "New home", PLACES["parent"])


def test_add_case(office: Callable[..., Office]) -> None:
    """A case has a number, and belongs to the sender's place."""
    saved = office(settings({"trigger": "add_case"})).save(report("P"))
    assert (len(saved["case_id"]), saved["fields"]["place_uuid"]) == (5, "home")


@pytest.mark.parametrize(
    ("fields", "release", "lmp", "expected"),
    [
        ({"weeks_since_lmp": "4"}, "5.2", "2026-02-02", "2026-11-09"),
        ({"lmp": 0}, "5.2", None, None),
        ({}, "5.2", None, None),
        ({}, "3.14", "2026-03-02", "2026-12-07"),
        ({"lmp_date": "1770000000000"}, "5.2", "2026-02-02", "2026-11-09"),
        ({"lmp_date": "1770000000000", "lmp": 1}, "3.14", "2026-02-23", "2026-11-30"),
    ],
)
def test_expected_date(
    office: Callable[..., Office], fields: dict[str, Any], release: str, lmp: str | None, expected: str | None
) -> None:
    """Forty weeks after the last menstrual period, of which releases know in different ways."""
    saved = office(settings({"trigger": "add_expected_date"}), release).save(report("P", fields=fields))
    dates = [saved[name] and saved[name][:10] for name in ("lmp_date", "expected_date")]
    assert dates == [lmp, expected]


def test_unknown_subject(office: Callable[..., Office]) -> None:
    """A report about nobody is refused, and nothing else is done with it."""
    cht = office(settings({"trigger": "add_expected_date"}))
    saved = cht.save(report("P", fields={"patient_id": "1"}))
    assert [each["code"] for each in saved["errors"]] == ["registration_not_found"]
    assert "lmp_date" not in saved


@pytest.mark.parametrize(("form", "runs"), [("p", True), ("P.", True), ("WP", True), ("PX", False)])
def test_form(office: Callable[..., Office], form: str, runs: bool) -> None:
    """The form is the same in any case, before what is no word, and after letters W."""
    cht = office(settings(form="P", forms={form: {}}))
    assert (cht.save(report(form))["_rev"][:2] == "2-") is runs


@pytest.mark.parametrize(
    ("change", "runs"),
    [
        ({"contact": {"_id": "nobody"}}, False),
        ({"contact": {"_id": "nobody"}, "content_type": "xml"}, True),
        ({"form": "X"}, False),
    ],
)
def test_who_may(office: Callable[..., Office], change: dict[str, Any], runs: bool) -> None:
    """People who are known may send a form by SMS, whoever has the app may from there."""
    cht = office(settings(form="P|X", forms={"P": {}}))
    assert (cht.save({**report("P"), **change})["_rev"][:2] == "2-") is runs


def test_conditions(office: Callable[..., Office]) -> None:
    """An event's condition sees the fields as well, and one that throws is false; a message's only the report."""
    events = (
        {"trigger": "add_expected_date", "bool_expr": "doc.weeks > 3"},
        {"trigger": "add_birth_date", "bool_expr": "doc.a.b"},
    )
    saved = office(settings(*events)).save(report("P", fields={"weeks": 4}))
    assert ("lmp_date" in saved, "birth_date" in saved) == (True, False)


def schedule(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    listed = [{"translation_key": "ok", "recipient": "clinic", **each} for each in entries]
    return settings(
        {"trigger": "assign_schedule", "params": "Visits"}, schedules=[{"name": "Visits", "messages": listed, **more}]
    )


@pytest.mark.parametrize(
    ("entry", "due"),
    [
        ({"offset": "1 month"}, "2026-04-02T09:00:00.000Z"),
        ({"offset": "2 days", "send_time": "08:30"}, "2026-03-04T08:30:00.000Z"),
        ({"offset": "36 hours", "send_time": "09:00 +05:45"}, "2026-03-04T03:15:00.000Z"),
        ({"offset": "1 week", "send_day": "Wednesday"}, "2026-03-11T09:00:00.000Z"),
        ({"offset": "12 days", "send_day": "monday"}, "2026-03-09T09:00:00.000Z"),
        ({"offset": "12 days", "send_day": "nonsense"}, "2026-03-08T09:00:00.000Z"),
        ({"offset": "2 days", "send_time": "9"}, "2026-03-04T09:00:00.000Z"),
    ],
)
def test_due(office: Callable[..., Office], entry: dict[str, Any], due: str) -> None:
    """The offset from the report, then the time of the day, then the day within its own week."""
    saved = office(schedule(entry)).save(report("P"))
    assert [each["due"] for each in saved["scheduled_tasks"]] == [due]


def test_due_at_this_very_moment(office: Callable[..., Office]) -> None:
    """What is due now is not late."""
    saved = office(schedule({"offset": "0 days"})).save(report("P"))
    assert states(saved) == ["scheduled"]


def test_events_of_messages(office: Callable[..., Office]) -> None:
    """A message without an event, or for accepted reports, is sent; one for anything else is not."""
    events = [{}, {"event_type": ""}, {"event_type": "report_accepted"}, {"event_type": "other"}]
    listed = [{"message": str(number), **each} for number, each in enumerate(events)]
    saved = office(settings(registration={"messages": listed})).save(report("P"))
    assert [text for _, text in messages(saved)] == ["0", "1", "2"]


def test_report_with_a_number(office: Callable[..., Office]) -> None:
    """A report that has the number of a place already creates none."""
    cht = office(settings({"trigger": "add_place", "params": {"contact_type": "clinic"}}))
    cht.save(report("P", fields={"place_name": "A"}, place_id="90003"))
    assert created(cht) == []


@pytest.mark.parametrize(("mid_group", "groups"), [(False, [2]), (True, [1, 2])])
def test_groups_that_have_begun(office: Callable[..., Office], mid_group: bool, groups: list[int]) -> None:
    """A message that is late takes the rest of its group with it, unless a group may begin in its middle."""
    entries = (
        {"group": 1, "offset": "0 days", "send_time": "08:00"},
        {"group": 1, "offset": "2 days"},
        {"group": 2, "offset": "3 days"},
        {"group": 3, "offset": "soon"},
    )
    saved = office(schedule(*entries, start_mid_group=mid_group)).save(report("P"))
    assert [each["group"] for each in saved["scheduled_tasks"]] == groups


@pytest.mark.parametrize(
    ("start_from", "release", "fields", "due"),
    [
        ("fields.edd", "5.2", {"edd": "2026-03-20"}, ["2026-03-22T00:00:00.000Z"]),
        ("fields.edd", "5.2", {}, []),
        ("fields.edd", "5.2", {"edd": None}, []),
        (["lmp_date", "fields.edd"], "4.5", {"edd": "2026-03-20"}, ["2026-03-22T00:00:00.000Z"]),
        (["lmp_date", "fields.edd"], "4.4", {"edd": "2026-03-20"}, []),
        (None, "4.1", {}, ["2026-03-04T00:00:00.000Z"]),
        ("fields.edd", "5.2", {"edd": "unreadable"}, [None]),
    ],
)
def test_start(
    office: Callable[..., Office], start_from: Any, release: str, fields: dict[str, Any], due: list[str | None]
) -> None:
    """A schedule starts from what the report has there; nothing comes of what is not there."""
    more = {} if start_from is None else {"start_from": start_from}
    saved = office(schedule({"offset": "2 days"}, **more), release).save(report("P", fields=fields))
    assert [each["due"] for each in saved.get("scheduled_tasks", [])] == due


@pytest.mark.parametrize(
    ("change", "state"), [({}, "scheduled"), ({"muted": True}, "muted"), ({"sender": "800"}, "denied")]
)
def test_state_at_the_beginning(office: Callable[..., Office], change: dict[str, Any], state: str) -> None:
    """Tasks about somebody in a muted place are muted, those of a sender who is denied are denied."""
    cht = office({**schedule({"offset": "2 days"}), "outgoing_deny_shorter_than": 6})
    if change.get("muted"):
        cht.world.put({**cht.get("center"), "muted": "2026-02-01T00:00:00.000Z"})
    sent = report("P", fields={"patient_id": "20001"}, **{"from": change.get("sender", WORKER)})
    assert states(cht.save(sent)) == [state]


def test_clear_schedule(office: Callable[..., Office]) -> None:
    """The tasks of the named schedules are cleared on every registration about the patient."""
    cht = office({**settings({"trigger": "clear_schedule", "params": "Visits"}), "forms": {"P": {}}})
    tasks = [{"type": "Visits", "state": "scheduled"}, {"type": "Other", "state": "scheduled"}]
    old = report("P", "old", fields={"patient_id": "20001"}, scheduled_tasks=tasks)
    cht.world.put(old)
    cht.world.begin()
    cht.save(report("P", fields={"patient_id": "20001"}))
    assert states(cht.get("old")) == ["cleared", "scheduled"]
    assert cht.get("old")["scheduled_tasks"][0]["cleared_by"] == "r1"

"""Reports about those who are registered, their deaths, alerts, and who sent them (cht-sentinel 5.1 to 5.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import REPORTED, SUPERVISOR, WORKER, messages, report, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Office

DAY = 86_400_000
OK = {"event_type": "report_accepted", "translation_key": "ok", "recipient": "reporting_unit"}
NOT_FOUND = {"event_type": "registration_not_found", "translation_key": "no", "recipient": "reporting_unit"}


def task(due: str, state: str = "scheduled", group: int = 1, kind: str = "Visits") -> dict[str, Any]:
    return {"due": f"{due}T08:00:00.000Z", "state": state, "group": group, "type": kind}


def visits(**more: Any) -> dict[str, Any]:
    return {
        "transitions": {"accept_patient_reports": True},
        "registrations": [{"form": "P"}],
        "patient_reports": [{"form": "V", "silence_type": "Visits, Other", "messages": [OK, NOT_FOUND], **more}],
    }


def registered(cht: Office, *tasks: dict[str, Any], **more: Any) -> Office:
    cht.world.put(
        report(
            "P",
            "old",
            **{"fields": {"patient_id": "20001"}, "scheduled_tasks": list(tasks), "reported_date": 1, **more},
        )
    )
    cht.world.begin()
    return cht


def test_visit(office: Callable[..., Office]) -> None:
    """A visit is confirmed, linked to the registration, and silences the reminders of it."""
    cht = registered(office(visits()), task("2026-03-04"), task("2026-03-05", "pending"), task("2026-03-01", "sent"))
    saved = cht.save(report("V", fields={"patient_id": "20001"}))
    assert (saved["registration_id"], messages(saved)) == ("old", [(WORKER, "Thanks Akinyi: Baraka 20001")])
    assert states(cht.get("old")) == ["cleared", "cleared", "sent"]


def test_silence_for(office: Callable[..., Office]) -> None:
    """With a duration only groups with a message due within it are silenced, and these as a whole."""
    tasks = (task("2026-03-04"), task("2026-04-04"), task("2026-03-20", group=2), task("2026-03-05", kind="X"))
    cht = registered(office(visits(silence_for="8 days")), *tasks)
    cht.save(report("V", fields={"patient_id": "20001"}))
    assert states(cht.get("old")) == ["cleared", "cleared", "scheduled", "scheduled"]


def test_bounds(office: Callable[..., Office]) -> None:
    """A group with a message due at the end of the duration is silenced; what is due with the visit is no answer."""
    at_the_end = {**task("2026-03-10"), "due": "2026-03-10T09:00:00.000Z"}
    with_the_visit = {**task("2026-03-02", "sent", group=2), "due": "2026-03-02T09:00:00.000Z"}
    cht = registered(office(visits(silence_for="8 days")), at_the_end, with_the_visit)
    cht.save(report("V", fields={"patient_id": "20001"}))
    assert states(cht.get("old")) == ["cleared", "sent"]
    assert "responded_to_by" not in cht.get("old")["scheduled_tasks"][1]


def test_answered_reminder(office: Callable[..., Office]) -> None:
    """The latest reminder that was sent before the visit was answered by it."""
    cht = registered(office(visits()), task("2026-02-20", "sent"), task("2026-03-01", "delivered"))
    cht.save(report("V", fields={"patient_id": "20001"}))
    answered = [each.get("responded_to_by") for each in cht.get("old")["scheduled_tasks"]]
    assert answered == [None, ["r1"]]


def test_visit_of_nobody(office: Callable[..., Office]) -> None:
    """A visit of nobody is refused."""
    saved = office(visits()).save(report("V", fields={"patient_id": "1"}))
    assert saved["errors"] == [{"message": "Nobody is 1", "code": "registration_not_found"}]
    assert messages(saved) == [(WORKER, "Nobody is 1")]


def test_broken_rule(office: Callable[..., Office]) -> None:
    """A visit that breaks a rule is told so, and nothing else becomes of it."""
    rules = {"list": [{"property": "w", "rule": "max(5)", "translation_key": "no"}]}
    cht = registered(office(visits(validations=rules)), task("2026-03-04"))
    saved = cht.save(report("V", fields={"patient_id": "20001", "w": "7"}))
    assert saved["errors"] == [{"code": "invalid_w", "message": "Nobody is 20001"}]
    assert states(cht.get("old")) == ["scheduled"]


@pytest.mark.parametrize(
    ("release", "join", "texts"), [("3.11", False, []), ("3.12", False, ["one"]), ("5.2", True, ["one  two"])]
)
def test_reply_to_broken_rules(office: Callable[..., Office], release: str, join: bool, texts: list[str]) -> None:
    """All texts are joined, or only the first is sent; before 3.12 a rule's text had to name its language."""
    rules = [{"property": name, "rule": "required", "message": text} for name, text in (("x", "one"), ("y", "two"))]
    cht = office(visits(validations={"list": rules, "join_responses": join}), release)
    saved = cht.save(report("V", fields={"patient_id": "20001"}))
    assert [text for _, text in messages(saved)] == texts


@pytest.mark.parametrize(("more", "replies"), [({}, 0), ({"update_sent_by": True}, 1)])
def test_case_report(office: Callable[..., Office], more: dict[str, Any], replies: int) -> None:
    """A report of a case silences it, but its reply is lost unless another transition saves the document."""
    cht = office(
        {
            "transitions": {"accept_case_reports": True, **more},
            "registrations": [{"form": "P"}],
            "accept_case_reports": [{"form": "V", "silence_type": "Visits", "messages": [OK]}],
        }
    )
    registered(cht, task("2026-03-04"), fields={}, case_id="60606")
    saved = cht.save(report("V", fields={"case_id": "60606"}))
    assert (states(cht.get("old")), len(messages(saved))) == (["cleared"], replies)


def test_death_and_its_undoing(office: Callable[..., Office]) -> None:
    """The day of death goes to the person and away again; a second report changes nothing."""
    forms = {"mark_deceased_forms": ["F"], "undo_deceased_forms": ["U"], "date_field": "fields.when"}
    cht = office({"transitions": {"death_reporting": True}, "death_reporting": forms})
    about = {"patient_id": "20001"}
    assert cht.save(report("F", "a", fields={**about, "when": 5}))["_rev"][:2] == "2-"
    assert cht.save(report("F", "b", fields=about))["_rev"][:2] == "1-"
    assert cht.get("patient")["date_of_death"] == 5
    cht.save(report("U", "c", fields=about))
    assert "date_of_death" not in cht.get("patient")


def test_alert(office: Callable[..., Office]) -> None:
    """A condition sees the report and, by the form's name, those before it from the same place."""
    condition = "F(0).fields.ors < F(1).fields.ors"
    alert = {"form": "F", "condition": condition, "message": "Low {{ors}}", "recipient": "ancestor:health_center"}
    cht = office({"transitions": {"conditional_alerts": True}, "alerts": {"0": alert}})
    cht.save(report(identifier="a", fields={"ors": 9}))
    saved = cht.save(report(identifier="b", fields={"ors": 3}, reported_date=REPORTED + 1))
    assert messages(saved) == [(SUPERVISOR, "Low 3")]


def test_multi_report_alert(office: Callable[..., Office]) -> None:
    """When enough reports of the window count, each number is told once, and each report only once."""
    alert = {
        "name": "cholera",
        "is_report_counted": "function(report, latest) { return report.fields.cases > 1; }",
        "num_reports_threshold": 2,
        "message": "{{num_counted_reports}} of {{alert_name}}: {{#new_reports}}{{_id}} {{/new_reports}}",
        "recipients": ["+254700000001", "new_report.contact.parent.parent.contact.phone", "5"],
        "time_window_in_days": 7,
    }
    cht = office({"transitions": {"multi_report_alerts": True}, "multi_report_alerts": [alert]})
    late: dict[str, Any] = {"reported_date": REPORTED - 9 * DAY}
    cht.save(report(identifier="late", fields={"cases": 2}, **late), report(identifier="a", fields={"cases": 2}))
    saved = cht.save(report(identifier="b", fields={"cases": 2}, reported_date=REPORTED + DAY))
    assert messages(saved) == [("+254700000001", "2 of cholera: b a "), (SUPERVISOR, "2 of cholera: b a ")]
    assert saved["tasks"][0]["counted_reports"] == ["b", "a"]
    assert [each["code"] for each in saved["errors"]] == ["invalid_report"]
    last = cht.save(report(identifier="c", fields={"cases": 2}, reported_date=REPORTED + 2 * DAY))
    assert messages(last)[0] == ("+254700000001", "3 of cholera: c ")


def test_reports_of_the_same_moment(office: Callable[..., Office]) -> None:
    """A report of the very moment of the latest is not an earlier one."""
    alert = {
        "name": "x",
        "is_report_counted": "function() { return true; }",
        "num_reports_threshold": 2,
        "message": "x",
        "recipients": ["+1"],
        "time_window_in_days": 7,
    }
    cht = office({"transitions": {"multi_report_alerts": True}, "multi_report_alerts": [alert]})
    assert messages(cht.save(report(identifier="a"), report(identifier="b"))) == []


def test_self_report(office: Callable[..., Office]) -> None:
    """The sender is the patient."""
    entry = {"form": "F", "messages": [OK, {**NOT_FOUND, "event_type": "sender_not_found"}]}
    cht = office({"transitions": {"self_report": True}, "self_report": [entry]})
    saved = cht.save(report())
    assert (saved["fields"], messages(saved)) == (
        {"patient_uuid": "worker", "patient_id": "80003"},
        [(WORKER, "Thanks Akinyi: Akinyi 80003")],
    )
    unknown = cht.save(report(identifier="x", **{"from": "+1"}))
    assert [each["code"] for each in unknown["errors"]] == ["sender_not_found"]


@pytest.mark.parametrize(
    ("change", "contact", "error"),
    [
        ({}, "worker", None),
        ({"refid": "FAC"}, "worker", None),
        ({"refid": "fac"}, None, "sys.facility_not_found"),
        ({"from": "+1"}, None, "sys.facility_not_found"),
        ({"from": "+1", "form": "OPEN"}, None, None),
        ({"from": "+1", "content_type": "xml"}, None, None),
        ({"from": "+1", "form": None}, None, "sys.facility_not_found"),
    ],
)
def test_update_clinics(
    office: Callable[..., Office], change: dict[str, Any], contact: str | None, error: str | None
) -> None:
    """Senders are found by phone or facility; who is not, is told so unless the form is everybody's."""
    cht = office({"transitions": {"update_clinics": True}, "forms": {"F": {}, "OPEN": {"public_form": True}}})
    cht.world.put({**cht.get("home"), "rc_code": "fac"})
    cht.world.begin()
    saved = cht.save({**report(), "contact": None, **change})
    assert (saved["contact"] and saved["contact"]["_id"]) == contact
    assert [each["code"] for each in saved.get("errors", [])] == ([error] if error else [])


def test_facility_without_contact(office: Callable[..., Office]) -> None:
    """A report from a place where nobody is in charge bears the place itself."""
    cht = office({"transitions": {"update_clinics": True}})
    cht.world.put({"_id": "hut", "type": "clinic", "name": "Hut", "rc_code": "x1", "parent": {"_id": "center"}})
    cht.world.begin()
    contact = cht.save({**report(), "contact": None, "refid": "X1"})["contact"]
    assert ("_id" in contact, contact["parent"]["name"], contact["parent"]["parent"]) == (
        False,
        "Hut",
        {"_id": "center"},
    )


def test_shortcodes(office: Callable[..., Office]) -> None:
    """People and places without a number get one; the last digit checks the others."""
    cht = office({"transitions": {"generate_shortcode_on_contacts": True, "generate_patient_id_on_people": True}})
    person = cht.save({"_id": "p", "type": "person", "name": "Nia"})
    place = cht.save({"_id": "c", "type": "clinic", "name": "Home"})
    assert (len(person["patient_id"]), len(place["place_id"]), person["_rev"][:2]) == (5, 5, "2-")


def test_scheduled_reports(office: Callable[..., Office]) -> None:
    """A weekly report takes the place of the one before from the same place."""
    cht = office({"transitions": {"update_scheduled_reports": True}})
    week = {"year": "2026", "week_number": "9"}
    cht.save(report(identifier="a", fields=week), report(identifier="b", fields={**week, "week_number": "8"}))
    cht.save(report(identifier="c", fields=week))
    assert [cht.world.database.find(each) is None for each in "abc"] == [True, False, False]


def test_resolve_pending(office: Callable[..., Office]) -> None:
    """Pending messages that could be sent are called sent; without messages, nothing at all is."""
    cht = office({"transitions": {"resolve_pending": True}})
    pending = {"state": "pending", "messages": [{"to": "+1", "message": "x"}]}
    assert cht.save(report(identifier="a", tasks=[pending]))["tasks"][0]["state"] == "sent"
    assert cht.save(report(identifier="b", tasks=[pending, {"state": "pending"}]))["_rev"][:2] == "1-"

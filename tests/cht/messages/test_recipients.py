"""Whom a message goes to (cht-sentinel 4.5)."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.messages.context import Subject, template_context
from rapidpro_simulator.cht.messages.recipients import RecipientError, phone_of

DISTRICT = {"_id": "d", "type": "district_hospital", "contact": {"phone": "+1"}}
CENTER = {
    "_id": "h",
    "type": "health_center",
    "contact": {"phone": "+2"},
    "parent": DISTRICT,
    "linked_docs": {"mentor": {"phone": "+9"}},
}
CLINIC = {"_id": "c", "type": "clinic", "contact": {"phone": "+3"}, "parent": CENTER}
SENDER = {"_id": "s", "type": "person", "phone": "+4", "parent": CLINIC}
OTHER_CLINIC = {**CLINIC, "contact": {"phone": "+5"}}
PATIENT = {"_id": "p", "type": "person", "phone": "+6", "parent": OTHER_CLINIC}
REPORT: dict[str, Any] = {"from": "+4", "form": "F", "contact": SENDER, "fields": {"alt": "+7", "nested": {"x": "+8"}}}


def to(recipient: Any, patient: dict[str, Any] | None = None, *, takes_arrays: bool = True, **settings: Any) -> Any:
    context = template_context(REPORT, Subject(patient=patient))
    return phone_of(recipient, context, REPORT, settings, takes_arrays=takes_arrays)


@pytest.mark.parametrize(
    ("recipient", "phone"),
    [
        ("reporting_unit", "+4"),
        (" clinic ", "+3"),
        ("health_center", "+2"),
        ("district", "+1"),
        ("parent", "+1"),  # a level too high without a subject
        ("grandparent", "+4"),
        ("ancestor:health_center", "+2"),
        ("ancestor:nowhere", "+4"),
        ("link:mentor", "+9"),
        ("link:clinic", "+3"),
        ("alt", "+7"),
        ("fields.nested.x", "+8"),
        ("contact.parent.parent.contact.phone", "+2"),
        ("+254700999888", "+254700999888"),
        ("0700999888", "+4"),
        ("words", "+4"),
        ("", "+4"),
        (None, "+4"),
    ],
)
def test_without_subject(recipient: Any, phone: str) -> None:
    """The words, the report's values, paths and numbers; whatever is none goes to the sender."""
    assert to(recipient) == phone


@pytest.mark.parametrize(
    ("recipient", "phone"), [("clinic", "+5"), ("parent", "+2"), ("grandparent", "+1"), ("patient.phone", "+6")]
)
def test_with_patient(recipient: str, phone: str) -> None:
    """The places above the patient come before those of the sender."""
    assert to(recipient, PATIENT) == phone


@pytest.mark.parametrize(
    ("recipient", "phone"),
    [(["nobody", "parent"], "+1"), (["nobody", "none"], "nobody"), ([], "+4"), ("nobody", "nobody")],
)
def test_lists(recipient: Any, phone: str) -> None:
    """The first of a list who is somebody; without the sender as default, the first word itself (5.1)."""
    assert to(recipient, sms={"default_to_sender": False}) == phone


def test_lists_before_they_were_known() -> None:
    """Before 5.1 a list makes CHT fail, in JavaScript's words, and the sender is always the default."""
    with pytest.raises(RecipientError, match="is not a function"):
        to(["parent"], takes_arrays=False)
    assert to("nobody", takes_arrays=False, sms={"default_to_sender": False}) == "+4"


def test_replacements() -> None:
    """A prefix is replaced, then each filter whose parts are both there (cht-sentinel 4.5)."""
    settings: dict[str, Any] = {
        "outgoing_phone_replace": {"match": "+4", "replace": "0"},
        "outgoing_phone_filters": [{"match": "^(0)", "replace": "$1-$1"}, {"match": "0", "replace": ""}],
    }
    assert to("reporting_unit", **settings) == "0-0"


@pytest.mark.parametrize(
    ("match", "replace", "phone"),
    [
        (r"\+(\d)", "$$$1$&", "$4+4"),
        (r"(?<=\+)4", "5", "+5"),
        (r"(?<digit>\d)", "$<digit>$<digit>", "+44"),
        (r"\+4$", "0", "0"),
        (r"\D4", r"\1", r"\1"),
    ],
)
def test_filters_are_javascript(match: str, replace: str, phone: str) -> None:
    """A filter's pattern and its replacement mean what they mean in JavaScript."""
    assert to("reporting_unit", outgoing_phone_filters=[{"match": match, "replace": replace}]) == phone


def test_filter_that_is_no_pattern() -> None:
    """A filter that is no pattern makes CHT fail, in JavaScript's words."""
    with pytest.raises(RecipientError, match=r"expecting|Invalid regular expression"):
        to("reporting_unit", outgoing_phone_filters=[{"match": "(", "replace": "x"}])

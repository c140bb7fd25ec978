"""JSON records: only what the form defines is kept, looked up in small letters, and held against its type."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.forms import RecordRefusedError, Surroundings, report_of_record

from .conftest import NOW, SETTINGS, field


def read(record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return report_of_record(record, Surroundings({**SETTINGS, **changes}, lambda key, _: key, NOW))


def values(form: str, **properties: Any) -> dict[str, Any]:
    fields: dict[str, Any] = read({"_meta": {"form": form}, **properties})["fields"]
    return fields


def test_names() -> None:
    """Names are made small before they are looked up: a field with a capital letter in its name gets no value."""
    form = {"fields": {"patientName": field("string", required=True), "weeks": field("integer")}}
    report = read({"_meta": {"form": "a"}, "patientName": "Ann", "WEEKS": "12", "other": 1}, forms={"A": form})
    assert report["fields"] == {"weeks": "12"}
    assert [error["code"] for error in report["errors"]] == ["sys.incorrect_type", "sys.missing_fields"]


def test_nested_names() -> None:
    """A value is kept where it is nested; a required one and a type are looked up by the name with its dots."""
    nested = read({"_meta": {"form": "STOCK"}, "stock": {"ors": "5", "other": 1}})
    flat = read({"_meta": {"form": "STOCK"}, "stock.ors": "5"})
    assert (nested["fields"], nested["errors"][0]["code"]) == ({"stock": {"ors": "5"}}, "sys.missing_fields")
    assert (flat["fields"], flat["errors"][0]["code"]) == ({}, "sys.incorrect_type")


@pytest.mark.parametrize(
    ("properties", "fields"),
    [
        ({"date": "2026-03-01"}, {"date": 1772323200000}),
        ({"date": 1772323200000}, {"date": 1772323200000}),
        ({"date": "x"}, {"date": None}),
        ({"Date": "2026-03-01"}, {"date": "2026-03-01"}),
        ({"flag": 1}, {"flag": True}),
        ({"flag": "1"}, {"flag": "1"}),
        ({"FLAG": 1}, {"flag": 1}),
        ({"month": None}, {"month": None}),
        ({"__proto__": 1, "constructor": 2, "toString": 3}, {}),
    ],
)
def test_conversions(properties: dict[str, Any], fields: dict[str, Any]) -> None:
    """Days become milliseconds, and 0 and 1 booleans, where the name is written as the form has it."""
    assert values("TYPES", **properties) == fields


@pytest.mark.parametrize(
    ("properties", "wrong"),
    [
        (
            {"flag": True, "part": {}, "patient_id": "1", "choice": "x", "word": 5, "month": "x", "day": 1, "phone": 1},
            0,
        ),
        ({"flag": "yes", "part": "x", "patient_id": 1}, 3),
        ({"flag": None, "part": None, "patient_id": None}, 0),
    ],
)
def test_types(properties: dict[str, Any], wrong: int) -> None:
    """Numbers, texts, booleans and objects are checked; fields with a list of values and other types are not."""
    errors = read({"_meta": {"form": "TYPES"}, **properties})["errors"]
    assert [error["code"] for error in errors] == ["sys.incorrect_type"] * wrong


def test_meta() -> None:
    """All of `_meta` is the message; its form in capital letters."""
    report = read({"_meta": {"form": "test", "from": "0712345678", "reported_date": "1772000000000", "more": [1]}})
    assert (report["from"], report["form"], report["reported_date"]) == ("+254712345678", "TEST", 1772000000000)
    assert report["sms_message"]["more"] == [1]
    assert report["sms_message"]["form"] == "TEST"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"a": 1}, "Missing _meta property."),
        ({"_meta": {}}, "Missing required field: form"),
        ({"_meta": "x"}, "Missing required field: form"),
        ({"_meta": {"form": "nope"}}, "Form not found: nope"),
        ({"_meta": {"form": "\u200bTEST"}}, "Form not found: \u200bTEST"),
    ],
)
def test_refused(record: dict[str, Any], reason: str) -> None:
    """A record has to name a form that there is; nothing invisible is taken from its code."""
    with pytest.raises(RecordRefusedError) as refused:
        read(record)
    assert str(refused.value) == reason


def test_a_code_that_is_no_text() -> None:
    """A code that is no text makes CHT throw."""
    with pytest.raises(TypeError):
        read({"_meta": {"form": 5}})


@pytest.mark.parametrize(("given", "reference"), [("fac1", "FAC1"), (5, 5), ([1], [1])])
def test_reference(given: Any, reference: Any) -> None:
    """The reference of the facility stands at the report, in capital letters where it is a text."""
    assert read({"_meta": {"form": "STOCK"}, "facility": given})["refid"] == reference

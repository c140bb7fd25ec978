from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.forms import form_code, read_record, read_text


def field(kind: str, tiny: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "labels": {"tiny": tiny}, **more}


SETTINGS: dict[str, Any] = {
    "default_country_code": 254,
    "forms": {
        "TEST": {"fields": {"name": field("string", {"en": "SD", "ne": "ND"}), "number": field("integer", "AN")}},
        "NOTE": {"fields": {"age": field("integer", "AGE", required=True), "text": field("string", "TXT")}},
        "TYPES": {
            "fields": {
                "date": field("date", "D"),
                "flag": field("boolean", "F"),
                "month": field("month", "M"),
                "phone": field("phone_number", "P"),
                "choice": field("integer", "C", list=[[1, {"en": "Yes"}], [2, {"en": "No"}]]),
                "day": field("bsDate", "B"),
            }
        },
    },
}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hello there", "HELLO"),
        ("test-1", "TEST"),
        ("test:1", "TEST"),
        ("test,1", "TEST"),
        ("test#SD x", "TEST"),
        ("test!now", "TEST"),
        ("1!test!hello", "TEST"),
        ("  test  ", "TEST"),
        ("   ", None),
        ("!", None),
    ],
)
def test_code(text: str, code: str | None) -> None:
    """The code is the second part between exclamation marks, else the first word."""
    assert form_code(text) == code


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("1!TEST!hello#5", "hello", 5),
        ("1!test!hello world", "hello world", None),
        ("J1!TEST!an#5#SD#hello", "hello", 5),
        ("7!TEST!hello#5", None, None),
        ("TEST SD hello#AN 5", "hello", 5),
        ("test an 5#sd hello world", "hello world", 5),
        ("TEST#AN 5", None, 5),
        ("TEST SD hello", "hello", None),
        ("TEST hello 5", "hello", 5),
        ('TEST "hello world" 5', "hello world", 5),
        ("TEST hello five", "hello", None),
        ("TEST hello 5.5", "hello", 5.5),
        ("TEST", None, None),
        ("\u200bTEST hello 5", "hello", 5),
    ],
)
def test_formats(text: str, name: str | None, number: float | None) -> None:
    """Positional, labelled and compact texts give the same fields."""
    reading = read_text(text, SETTINGS)
    assert (reading.form, reading.fields) == ("TEST", {"name": name, "number": number})


def test_labels_are_translated() -> None:
    """A label is known by its name in the language of the message."""
    assert read_text("TEST ND hello", SETTINGS, "ne").fields["name"] == "hello"


def test_last_string_takes_the_rest() -> None:
    """In a compact text the last field swallows everything, as it was written."""
    assert read_text('NOTE 5 she is  "well" now', SETTINGS).fields == {"age": 5, "text": 'she is  "well" now'}


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("date", "D 2026-03-01", 1772323200000),
        ("date", "D yesterday", None),
        ("flag", "F 1", True),
        ("flag", "F 0", False),
        ("flag", "F yes", None),
        ("month", "M 7", "7"),
        ("phone", "P 0712345678", "+254712345678"),
        ("phone", "P MEDIC", "MEDIC"),
        ("choice", "C 1", "Yes"),
        ("choice", "C 3", None),
        ("day", "B 2080-01-01", None),
    ],
)
def test_types(label: str, text: str, value: Any) -> None:
    """A field's type says what its text means."""
    assert read_text(f"TYPES {text}", SETTINGS).fields[label] == value


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("hello there", []),
        ("TEST hello 5", []),
        ("   ", ["sys.empty"]),
        ("NOTE", ["sys.missing_fields"]),
        ("NOTE abc", ["sys.missing_fields"]),
        ("TEST hello five", ["sys.incorrect_type"]),
        ("1!TEST!hello#5#6", ["extra_fields"]),
        ("TEST hello 5 6", ["extra_fields"]),
    ],
)
def test_errors(text: str, codes: list[str]) -> None:
    """What is wrong with a report is noted by code, with a text."""
    errors = read_text(text, SETTINGS).errors
    assert [error["code"] for error in errors] == codes
    assert all(error["message"] for error in errors)


@pytest.mark.parametrize(("forms_only", "form", "codes"), [(False, None, []), (True, "HI", ["sys.form_not_found"])])
def test_unknown_form(forms_only: bool, form: str | None, codes: list[str]) -> None:
    """Only in forms-only mode is every text a report, if of an unknown form."""
    reading = read_text("hi there", {**SETTINGS, "forms_only_mode": forms_only})
    assert (reading.code, reading.form, [error["code"] for error in reading.errors]) == ("HI", form, codes)


def test_record() -> None:
    """A record's properties become fields: small names, dates in milliseconds, 0 and 1 as booleans."""
    reading = read_record("types", {"Date": "2026-03-01", "FLAG": 1, "Other": "x"}, SETTINGS)
    assert reading is not None
    assert reading.fields == {"date": 1772323200000, "flag": True, "other": "x"}


def test_record_of_unknown_form() -> None:
    """There is no record without its form."""
    assert read_record("NOPE", {}, SETTINGS) is None


@settings(derandomize=True, deadline=None)
@given(text=st.text(alphabet=st.sampled_from(' "#!1AaTESTNODJ\u200b\n'), max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    """No text breaks the parser, and a report has exactly the fields of its form."""
    reading = read_text(text, SETTINGS)
    form = SETTINGS["forms"].get(reading.form, {"fields": {}})
    assert list(reading.fields) == list(form["fields"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2),
    max_leaves=6,
)
TYPE = st.sampled_from(["integer", "string", "date"]) | JSON
LIST = st.lists(st.lists(JSON, max_size=3) | JSON, max_size=2) | JSON
FIELD = st.fixed_dictionaries({}, optional={"type": TYPE, "list": LIST, "labels": JSON, "required": JSON})


@settings(derandomize=True, deadline=None, max_examples=300)
@given(field=FIELD | JSON, form=JSON, text=st.sampled_from(["TEST a 1", "1!TEST!a#1", "TEST a#b"]))
def test_any_definition_can_be_used(field: Any, form: Any, text: str) -> None:
    """No definition of a form breaks the parser."""
    for forms in (form, {"TEST": form}, {"TEST": {"fields": form}}, {"TEST": {"fields": {"a": field}}}):
        assert read_text(text, {"forms": forms}).code == "TEST"

"""Text messages: in which format they are written, what their values mean, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.forms import Surroundings, form_code, report_of_message

from .conftest import NOW, SETTINGS


def read(text: Any, locale: str | None = None, **changes: Any) -> dict[str, Any]:
    """Return the report of a message, its errors in keys."""
    message = {"from": "0712345678", "message": text} | ({"locale": locale} if locale else {})
    return report_of_message(message, Surroundings({**SETTINGS, **changes}, lambda key, _: key, NOW))


def codes(report: dict[str, Any]) -> list[str]:
    return [error["code"] for error in report["errors"]]


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
        ("1! test!hello", " TEST"),
        ("a!b!c", "B"),
        ("!!!", ""),
        ("  test  ", "TEST"),
        ("test\ufeffnow", "TEST"),
        ("\u200btest", "\u200bTEST"),
        ("   ", None),
        ("!", None),
        ("#", None),
    ],
)
def test_code(text: str, code: str | None) -> None:
    """The code is the second part between exclamation marks, else the first word."""
    assert form_code(text) == code


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("1!TEST!hello#5", {"name": "hello", "number": 5}),
        ("1!test!hello world", {"name": "hello world"}),
        ("1!TEST!a\\#5", {"name": "a\\", "number": 5}),
        ("1!TEST!", {"name": "1!TEST!"}),
        ("J1!TEST!AN#5#SD#hello", {"name": "hello", "number": 5}),
        ("j1!TEST!SD#a\\#b#ZZ#9", {"name": "a#b"}),
        ("J1!TEST!an#5", {}),
        ("7!TEST!hello#5", {}),
        ("K1!TEST!hello#5", {}),
        ("TEST SD hello#AN 5", {"name": "hello", "number": 5}),
        ("test an 5#sd hello world", {"name": "hello world", "number": 5}),
        ("TEST#SD-hello # AN - 5", {"name": "hello", "number": 5}),
        ("TEST#AN5#SDhello", {"number": 5}),
        ("TEST#SD:hello#AN 5", {"name": ":hello", "number": 5}),
        ("TEST#SD-#AN", {}),
        ("TEST SD hello", {"name": "hello"}),
        ("TEST SD5", {"name": 5}),
        ("TEST sdhello", {"name": "sdhello"}),
        ("TEST-SD-hello", {"name": "SD-hello"}),
        ("TEST hello 5", {"name": "hello", "number": 5}),
        ("TEST hello  5 and more", {"name": "hello", "number": 5}),
        ('TEST "hello world" 5', {"name": "hello world", "number": 5}),
        ('TEST "hello" 5 "end"', {"name": 'hello" 5 "end'}),
        ('TEST "hello" "5"', {"name": "hello", "number": 5}),
        ("TEST hello five", {"name": "hello", "number": None}),
        ("TEST -3", {"name": "3"}),
        ("TEST", {}),
        ("\u200bTEST hello 5", {"name": "hello", "number": 5}),
    ],
)
def test_formats(text: str, fields: dict[str, Any]) -> None:
    """Positional, labelled and compact texts; what a text does not name is absent, not null."""
    report = read(text)
    assert (report["form"], report["fields"]) == ("TEST", fields)


def test_labels_are_translated() -> None:
    """People write labels in the language of their message, programs in that of the instance."""
    assert read("TEST#ND hello#ZZ", "ne")["fields"] == {"name": "hello"}
    assert read("TEST#ND hello#ZZ")["fields"] == {}
    assert read("J1!TEST!ND#hello", "ne")["fields"] == {}
    assert read("J1!TEST!SD#hello", "ne")["fields"] == {"name": "hello"}


def test_a_short_label_at_the_beginning() -> None:
    """It tells that a message has labels, and names no value itself."""
    labels = {"tiny": "ID", "short": {"en": "Patient"}}
    forms = {"OFF": {"fields": {"patient_id": {"type": "string", "labels": labels}}}}
    assert read("OFF Patient 155", forms=forms)["fields"] == {}
    assert read("OFF Patients 155", forms=forms)["fields"] == {"patient_id": "Patients 155"}


def test_only_letters_of_the_alphabet_make_a_label() -> None:
    """A label of the Devanagari script is not found between the number signs."""
    form = {"fields": {"name": {"type": "string", "labels": {"tiny": "नाम"}}}}
    assert read("A#नाम x", forms={"A": form})["fields"] == {}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ('NOTE 5 she is  "well" now', 'she is  "well" now'),
        ('NOTE 5 " she is well', "she is well"),
        ('NOTE 5 "she is well"', "she is well"),
    ],
)
def test_last_string_takes_the_rest(text: str, rest: str) -> None:
    """In a compact text the last field swallows everything, as it was written, but for quotes around it."""
    assert read(text)["fields"] == {"age": 5, "text": rest}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("date", "D 2026-03-01", 1772323200000),
        ("date", "D yesterday", None),
        ("date", "D 1.5", 1),
        ("flag", "F 1", True),
        ("flag", "F 0", False),
        ("flag", "F yes", None),
        ("month", "M 7", 7),
        ("month", "M May", None),
        ("phone", "P 0712345678", "+254712345678"),
        ("phone", "P MEDIC", "MEDIC"),
        ("phone", "P 3", "3"),
        ("choice", "C 1", "Yes"),
        ("choice", "C 2", "No"),
        ("choice", "C 3", None),
        ("word", "W g", "Good"),
        ("word", "W b", {"en": "Bad"}),
        ("word", "W 12", 12),
        ("word", "W 012", "012"),
        ("word", "W 2026/03/01", 1772323200000),
        ("day", "B 2082-7-15", None),
        ("patient_id", "ID 1 2", "12"),
        ("patient_id", "ID १२", "12"),
        ("patient_id", "ID ١ ٢", "١ ٢"),  # no digits of JavaScript's
        ("patient_id", "ID a b", "a b"),
        ("whatever", "X 5", 5),
        ("whatever", "X x", "x"),
    ],
)
def test_types(name: str, text: str, value: Any) -> None:
    """A field's type says what its text means; between number signs, days and numbers are read before that."""
    assert read(f"TYPES#{text}")["fields"][name] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("१२", 12),
        ("1.50", 1.5),
        ("1e3", 1000),
        ("0x10", 16),
        ("", None),
        ("1,000", None),
        ("Infinity", None),
        ("1_000", None),
        ("٣", None),
        ("9999999999999999999999999", 1e25),
    ],
)
def test_numbers(text: str, value: Any) -> None:
    """A number is what JavaScript takes for one, in ASCII's or Nepal's digits."""
    assert read(f"1!TEST!a#{text}")["fields"]["number"] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2082-7-15", 1761955200000),
        ("2082/1/5", 1744934400000),
        ("2082-13-40", None),
        ("1800-1-1", None),
        ("tomorrow", None),
    ],
)
def test_days_of_nepal(text: str, value: Any) -> None:
    """A day of the calendar of Nepal becomes milliseconds."""
    assert read(f"J1!TYPES!B#{text}")["fields"] == {"day": value}


@pytest.mark.parametrize(
    ("text", "date"),
    [("2081#11#13", 1740441600000), ("2081#11", None), ("2081#11#40", None), ("#11#13#x", "x"), ("#11#13", None)],
)
def test_a_day_of_nepal_in_parts(text: str, date: Any) -> None:
    """Year, month and day make a date together; where one is missing, the field has what was written for it."""
    assert read(f"1!NEPAL!{text}")["fields"]["date"] == date


def test_nested_names() -> None:
    """A name with dots is nested; in the formats of programs there is room even for what has no value."""
    assert read("STOCK fac1 5")["fields"] == {"facility": "fac1", "stock": {"ors": 5}}
    assert read("1!STOCK!fac1")["fields"] == {"facility": "fac1", "stock": {}, "days": {"out": {}}}
    assert read("STOCK fac1")["refid"] == "FAC1"


def test_a_nested_field_is_always_missing() -> None:
    """Required fields are looked up by their whole name, so that one with a dot is never found in a text."""
    assert read("STOCK fac1 5")["errors"] == [{"code": "sys.missing_fields", "message": "sys.missing_fields"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello there", []),
        ("TEST hello 5", []),
        ("   ", ["sys.empty"]),
        ("NOTE", ["sys.missing_fields"]),
        ("NOTE abc", ["sys.missing_fields"]),
        ("TEST hello five", []),
        ("TEST#SD 12", ["sys.incorrect_type"]),
        ("TYPES#Z x", ["sys.incorrect_type"]),
        ("1!TEST!hello#5#6", ["extra_fields"]),
        ("TEST hello 5 6", []),
    ],
)
def test_errors(text: str, expected: list[str]) -> None:
    """What is wrong with a report is noted by code."""
    assert codes(read(text)) == expected


def test_texts_of_errors() -> None:
    """The text of an error is a translation in the language of the message, and names what it is about."""

    def translate(key: str, locale: str) -> str:
        return f"{locale} {key} {{{{fields}}}}{{{{ form }}}}{{{{key}}}} {{{{expectedType}}}}{{{{nothing}}}}"

    def text(message: dict[str, Any]) -> str:
        settings = {**SETTINGS, "locale": "ne", "forms_only_mode": True}
        [error] = report_of_message(message, Surroundings(settings, translate, NOW))["errors"]
        return str(error["message"])

    assert text({"message": "NOTE", "locale": "sw"}) == "sw sys.missing_fields age "
    assert text({"message": "TEST#ND 12"}) == "ne sys.incorrect_type name string"
    assert text({"message": "HI"}) == "ne sys.form_not_found HI "


@pytest.mark.parametrize(("forms_only", "form", "expected"), [(False, None, []), (True, "HI", ["sys.form_not_found"])])
def test_unknown_form(forms_only: bool, form: str | None, expected: list[str]) -> None:
    """Only in forms-only mode is every text a report, if of an unknown form."""
    report = read("hi there", forms_only_mode=forms_only)
    assert (report["sms_message"]["form"], report.get("form"), codes(report)) == ("HI", form, expected)


@pytest.mark.parametrize(
    ("sent", "moment"),
    [
        ("1772000000000", 1772000000000),
        ("2026-03-01T10:00:00Z", 1772359200000),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 1772438400000),
        ("0", 946684800000),
        ("x", NOW),
        ("", NOW),
        (None, NOW),
        ([1], NOW),
    ],
)
def test_when_it_was_sent(sent: Any, moment: int) -> None:
    """The instant of the phone counts where it is one; it is kept as it came."""
    report = report_of_message(
        {"from": "MEDIC", "message": "hi", "sent_timestamp": sent}, Surroundings(SETTINGS, lambda key, _: key, NOW)
    )
    assert (report["reported_date"], report["sms_message"]["reported_date"]) == (moment, sent)


@pytest.mark.parametrize("text", [12, {"a": 1}, ["TEST"], True])
def test_what_is_no_text(text: Any) -> None:
    """What is no text is stored, and not read."""
    report = read(text)
    assert (report["fields"], report["errors"], report["sms_message"]["message"]) == ({}, [], text)
    assert "form" not in report["sms_message"]


@settings(derandomize=True, deadline=None)
@given(text=st.text(alphabet=st.sampled_from(' "#!1AaTESTNODJ-:\\\u200b\ufeff\n'), max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    """No text breaks the parser, and a report has no fields but those of its form."""
    report = read(text)
    form = SETTINGS["forms"].get(report.get("form"), {"fields": {}})
    assert set(report["fields"]) <= {name.partition(".")[0] for name in form["fields"]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2),
    max_leaves=6,
)
TYPE = st.sampled_from(["integer", "string", "date"]) | JSON
LIST = st.lists(st.lists(JSON, max_size=3) | JSON, max_size=2) | JSON
FIELD = st.fixed_dictionaries({}, optional={"type": TYPE, "list": LIST, "labels": JSON, "required": JSON})


@settings(derandomize=True, deadline=None, max_examples=300)
@given(field=FIELD | JSON, form=JSON, text=st.sampled_from(["TEST a 1", "1!TEST!a#1", "J1!TEST!a#1", "TEST a#b"]))
def test_any_definition_can_be_used(field: Any, form: Any, text: str) -> None:
    """No definition of a form breaks the parser."""
    for forms in (form, {"TEST": form}, {"TEST": {"fields": form}}, {"TEST": {"fields": {"a": field}}}):
        assert read(text, forms=forms)["sms_message"]["form"] == "TEST"

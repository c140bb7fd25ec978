"""Messages: text, number, what is wrong with them, and the tasks they stand in (cht-sentinel 4.1 to 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.messages.composer import EMPTY, NO_PATIENT, NO_PLACE, Composer, CompositionError, add_error
from rapidpro_simulator.cht.messages.context import Subject, template_context
from rapidpro_simulator.cht.messages.outgoing import Outgoing
from rapidpro_simulator.cht.messages.translations import Translations
from rapidpro_simulator.cht.releases import release

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock

TEXTS = {
    "en": {"hi": "Hello {{name}} ", "same": "same", "bad": "{{#x}}", "base": "Hi", "more": "${base} there"},
    "sw": {"hi": "Habari {{name}}"},
}
REPORT: dict[str, Any] = {"from": "+254711000003", "fields": {"name": "Zuri"}}


def composer(clock: FrozenClock, name: str = "5.2", **settings: Any) -> Composer:
    documents = [{"code": code, "custom": texts} for code, texts in TEXTS.items()]
    numbers = iter(range(1000))
    return Composer(
        settings=lambda: settings,
        release=release(name),
        now=clock.now,
        new_uuid=lambda: f"uuid-{next(numbers)}",
        outgoing=Outgoing(clock),
        translations=Translations(documents),
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"translation_key": "hi"}, "Hello Zuri"),
        ({"translation_key": "hi", "message": "other"}, "Hello Zuri"),
        ({"translation_key": "more"}, "Hi there"),
        ({"message": "bare {{name}}"}, "bare Zuri"),
        ({"message": [{"locale": "fr", "content": " Bonjour "}]}, "Bonjour"),
        ({"message": [{"locale": "fr", "content": "Bonjour"}, {"locale": "en", "content": "Hello"}]}, "Hello"),
    ],
)
def test_text(clock: FrozenClock, content: dict[str, Any], text: str) -> None:
    """A translation comes before a text, the sender's language before the first there is."""
    assert composer(clock).generate(REPORT, content, None) == {"uuid": "uuid-0", "to": "+254711000003", "message": text}


@pytest.mark.parametrize("content", [{"translation_key": "none"}, {"translation_key": "same"}, {}, {"message": []}])
def test_no_text(clock: FrozenClock, content: dict[str, Any]) -> None:
    """Without a text, or with one that equals its key, a message has an error in its place."""
    assert composer(clock).generate(REPORT, content, None)["error"] == EMPTY


@pytest.mark.parametrize(
    ("document", "settings"),
    [
        ({"locale": "sw"}, {}),
        ({"sms_message": {"locale": "sw"}}, {}),
        ({}, {"locale_outgoing": "sw", "locale": "en"}),
        ({}, {"locale": "sw"}),
    ],
)
def test_locale(clock: FrozenClock, document: dict[str, Any], settings: dict[str, Any]) -> None:
    """The language is that of the report, else of the settings."""
    message = composer(clock, **settings).generate({**REPORT, **document}, {"translation_key": "hi"}, None)
    assert message["message"] == "Habari Zuri"


def test_missing_patient(clock: FrozenClock) -> None:
    """Registrations without the patient they are about make an error beside the text."""
    subject = Subject(registrations=[{"fields": {"name": "Old"}}])
    message = composer(clock).generate(REPORT, {"translation_key": "hi"}, None, subject)
    assert (message["message"], message["error"]) == ("Hello Zuri", NO_PATIENT)
    of_place = Subject(patient={"name": "Ann"}, place_registrations=[{"fields": {}}])
    assert composer(clock).generate(REPORT, {"message": "x"}, None, of_place)["error"] == NO_PLACE


def test_too_long(clock: FrozenClock) -> None:
    """A text beyond the limit ends in three dots, and is kept as it was."""
    message = composer(clock, multipart_sms_limit=2).generate(REPORT, {"message": "x" * 400}, None)
    assert (len(message["message"]), message["message"][-4:]) == (306, "x...")
    assert message["original_message"] == "x" * 400
    assert "original_message" not in composer(clock).generate(REPORT, {"message": "ü€" * 300}, None)


def test_unreadable_template(clock: FrozenClock) -> None:
    """A template that cannot be read makes no task but an error."""
    document = dict(REPORT)
    made = composer(clock).add_message(document, {"translation_key": "bad"})
    assert (made, document["errors"]) == (None, [{"code": "parse_error", "message": 'Unclosed section "x" at 6: bad'}])
    with pytest.raises(CompositionError):
        composer(clock).generate(REPORT, {"translation_key": "bad"}, None)


def test_task(clock: FrozenClock) -> None:
    """The task waits for the gateway, with its history and whatever it is given."""
    document = {**REPORT, "tasks": [{"state": "sent"}]}
    composer(clock).add_message(document, {"message": "hi"}, type="alert")
    [_, task] = document["tasks"]
    assert (task["state"], task["type"], [each["state"] for each in task["state_history"]]) == (
        "pending",
        "alert",
        ["pending"],
    )


@pytest.mark.parametrize(("name", "text"), [("5.2", "711000003"), ("5.1", "")])
def test_filters(clock: FrozenClock, name: str, text: str) -> None:
    """Filters show dates and numbers; the one for local phones is of 5.2."""
    made = composer(clock, name, default_country_code=254, date_format="DD MMM", reported_date_format="HH:mm")
    template = "{{#local_phone}}{{from}}{{/local_phone}}|{{#date}}2026-03-02{{/date}}|{{#datetime}}{{at}}{{/datetime}}"
    document = {**REPORT, "at": 1772442000000}
    assert made.generate(document, {"message": template}, None)["message"] == f"{text}|02 Mar|09:00"


def test_names_of_a_patient_come_first() -> None:
    """The patient's names hide those of the report; the report's fields come before its registration's."""
    patient = {"name": "Baraka", "phone": "+6", "parent": {"type": "clinic", "name": "Home"}}
    registration = {"fields": {"lmp": 4, "name": "Old"}, "case_id": "1"}
    document = {"name": "report", "form": "F", "fields": {"lmp": 9}}
    context = template_context(document, Subject(patient=patient, registrations=[registration], extras={"week": 3}))
    found = [context[each] for each in ("name", "patient_name", "phone", "form", "lmp", "case_id", "week")]
    assert found == ["Baraka", "Baraka", "+6", "F", 9, "1", 3]
    assert context["clinic"]["name"] == "Home"


def test_errors_have_a_code_once() -> None:
    """A second error of one code, and one without a text, are dropped."""
    document: dict[str, Any] = {}
    for code, text in (("a", "one"), ("a", "two"), ("b", ""), ("c", "three")):
        add_error(document, code, text)
    assert [each["message"] for each in document["errors"]] == ["one", "three"]

"""Keys, words, attachments, quick replies, collations, places, phone numbers and URNs, as the real engine has them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core import webhooks
from rapidpro_simulator.rapidpro.flows.locales.locations import Location, Locations
from rapidpro_simulator.rapidpro.flows.texts import collation, phones, urns
from rapidpro_simulator.rapidpro.flows.texts import strings as text

from .data import load

DATA = load("text.json")
LOCATIONS = Locations(DATA["locations"]["hierarchy"])
# The data calls a place by one word.
PLACES = {"rwanda": "Rwanda", "kigali": "Kigali City", "gasabo": "Gasabo", "ndera": "Ndera"}


def cases(rows: list[dict[str, Any]], *keys: str) -> pytest.MarkDecorator:
    """One test per case, named after some of its keys."""
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(row, id=f"{index}: {'; '.join(str(row[key]) for key in keys)}"[:80])
            for index, row in enumerate(rows)
        ],
    )


def place(name: str | None) -> Location | None:
    if name is None:
        return None
    return next(found for level in range(4) for found in LOCATIONS.named("default", PLACES[name], level))


def outcome(urn: str) -> str:
    try:
        urns.validate(urn)
    except urns.UrnError as error:
        return str(error)
    return ""


@cases(DATA["snakify"], "input")
def test_keys(case: dict[str, Any]) -> None:
    """A name has a key."""
    assert text.snakify(case["input"]) == case["expected"]


@cases(DATA["tokenize"], "text")
def test_words(case: dict[str, Any]) -> None:
    """A text consists of words and symbols."""
    assert text.tokens(case["text"]) == case["result"]
    assert [case["text"][start:end] for start, end in text.token_spans(case["text"])] == case["result"]


@cases(DATA["tokenize_by_chars"], "text")
def test_pieces(case: dict[str, Any]) -> None:
    """A text is split at any of some characters."""
    assert text.words(case["text"], case["chars"]) == case["result"]


@cases(DATA["prefix_overlap"], "a", "b")
def test_overlaps(case: dict[str, Any]) -> None:
    """Two texts share a beginning."""
    assert text.prefix_overlap(case["a"], case["b"]) == case["expected"]


@cases(DATA["indent"], "text", "prefix")
def test_indents(case: dict[str, Any]) -> None:
    """Lines are indented."""
    assert text.indent(case["text"], case["prefix"]) == case["expected"]


@cases(DATA["nesting_depth_exceeds"], "text", "max")
def test_nesting(case: dict[str, Any]) -> None:
    """Brackets are nested."""
    assert text.is_nested_deeper(case["text"], case["max"]) is case["expected"]


@cases(DATA["attachments"], "attachment")
def test_attachments(case: dict[str, Any]) -> None:
    """An attachment has a type and a URL, or is none."""
    attachment = text.Attachment.parse(case["attachment"])
    assert (attachment.content_type, attachment.url) == (case["content_type"], case["url"])
    assert attachment.is_valid is case["valid"]


@cases(DATA["quick_replies"], "form", "input")
def test_quick_replies(case: dict[str, Any]) -> None:
    """A quick reply is read from its text and from JSON."""
    document = json.loads(case["input"]) if case["form"] == "json" else case["input"]
    expected = {key: value for key, value in case["expected"].items() if value}
    assert text.QuickReply.from_json(document).to_json() == expected


@cases(DATA["extract_json"], "body_hex")
def test_json_of_a_body(case: dict[str, Any]) -> None:
    """A body is one JSON value, or none."""
    assert webhooks.extract_json(bytes.fromhex(case["body_hex"])) == case["expected"]


@cases(DATA["collation"], "collation", "input")
def test_collations(case: dict[str, Any]) -> None:
    """Texts are compared by what a collation makes of them."""
    name = case["collation"]
    assert collation.transform(name, case["input"]) == case["transform"]
    assert {other: collation.are_equal(name, case["input"], other) for other in case["equals"]} == case["equals"]


@cases(DATA["locations"]["find_by_name"], "name", "level", "parent")
def test_places_by_name(case: dict[str, Any]) -> None:
    """A place is found by its name, alias or path."""
    found = LOCATIONS.named("default", case["name"], case["level"], place(case["parent"]))
    assert [location.name for location in found] == [PLACES[name] for name in case["expected"]]


@cases(DATA["locations"]["find_by_path"], "path")
def test_places_by_path(case: dict[str, Any]) -> None:
    """A place is found by its path, whatever its case and spaces."""
    assert LOCATIONS.at(case["path"]) is place(case["expected"])


@cases(DATA["phone_parse"], "input", "country")
def test_phone_number(case: dict[str, Any]) -> None:
    """A text is a phone number, or none."""
    assert (phones.parse_phone(case["input"], case["country"] or None) or "") == case["expected"]


@cases(DATA["phone_find"], "input", "country")
def test_phone_numbers_in_a_text(case: dict[str, Any]) -> None:
    """Phone numbers are found in a text."""
    assert phones.find_phones(case["input"], case["country"] or None) == case["expected"]


@cases(DATA["urn_normalize"], "rawURN")
def test_normalized_urns(case: dict[str, Any]) -> None:
    """A URN has a normal form."""
    assert urns.normalize(case["rawURN"]) == case["expected"]


@cases(DATA["urn_validate"], "urn")
def test_valid_urns(case: dict[str, Any]) -> None:
    """A URN can be, or what is wrong with it is said."""
    assert outcome(case["urn"]) == case["expectedError"]


@cases(DATA["urn_parse"], "input")
def test_parts_of_urns(case: dict[str, Any]) -> None:
    """A URN is read, or what is missing is said."""
    if case["expectedError"]:
        with pytest.raises(urns.UrnError) as caught:
            urns.parse(case["input"])
        assert str(caught.value) == case["expectedError"]
    else:
        assert str(urns.parse(case["input"])) == case["urn"]


@cases(DATA["urn_properties"], "urn")
def test_properties_of_urns(case: dict[str, Any]) -> None:
    """A URN is shown to people, and has a display and a query."""
    urn = urns.parse(case["urn"])
    assert (urns.format_urn(case["urn"]), urn.display or "", urn.query or "") == (
        case["format"],
        case["display"],
        case["rawQuery"],
    )

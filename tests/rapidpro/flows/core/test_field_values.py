"""One text of a contact's field is read as everything that it may be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.assets import FieldAsset
from rapidpro_simulator.rapidpro.flows.core.field_values import FieldValue, parse
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

RWANDA = {
    "name": "Rwanda",
    "children": [
        {
            "name": "Kigali City",
            "aliases": ["Kigali"],
            "children": [{"name": "Gasabo", "children": [{"name": "Gisozi"}]}, {"name": "Nyarugenge"}],
        },
        {"name": "Eastern Province", "children": [{"name": "Rwamagana"}]},
    ],
}
NOW = DateTime.of(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
ENVIRONMENT = Environment(date_format="DD-MM-YYYY", locations=Locations(RWANDA), now=lambda: NOW)
FIELDS = [FieldAsset(key=type_, name=type_, type=type_) for type_ in ("text", "number", "state", "district", "ward")]
KIGALI = "Rwanda > Kigali City"
GASABO = f"{KIGALI} > Gasabo"


def read(key: str, text: str, values: dict[str, FieldValue] | None = None) -> dict[str, Any]:
    field = next(field for field in FIELDS if field.key == key)
    return parse(ENVIRONMENT, FIELDS, field, text, values or {}).to_json()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("number", "27", {"number": 27}),
        ("number", "27.50", {"number": 27.5}),
        ("text", "27", {"number": 27}),
        ("number", "27 yrs", {}),
        ("text", "1-12-2017", {"datetime": "2017-12-01T03:04:05.000000Z"}),
        ("text", "Kigali", {}),
        ("state", "Kigali", {"state": KIGALI}),
        ("state", "Gasabo", {}),
        ("district", "Gasabo", {}),
        ("text", "rwanda >kigali city> gasabo", {"state": KIGALI, "district": GASABO}),
        ("ward", f"{GASABO} > Gisozi", {"state": KIGALI, "district": GASABO, "ward": f"{GASABO} > Gisozi"}),
        ("state", "Rwanda > Nowhere", {}),
        ("state", "Rwanda > ", {}),
    ],
)
def test_reading(key: str, text: str, value: dict[str, Any]) -> None:
    """Numbers, dates and paths are found whatever the field's type; names of places only in fields for places."""
    assert read(key, text) == {"text": text, **value}


def test_places_inside_places() -> None:
    """A district is looked for in the contact's state, a ward in the contact's district."""
    state, district = FieldValue("x", state=KIGALI), FieldValue("x", district=GASABO)
    assert read("district", "Gasabo", {"state": state})["district"] == GASABO
    assert "district" not in read("district", "Rwamagana", {"state": state})
    assert read("ward", "Gisozi", {"district": district})["ward"] == f"{GASABO} > Gisozi"


def test_without_locations() -> None:
    """In a workspace without locations, places are mere text."""
    assert parse(Environment(), FIELDS, FIELDS[2], "a > b", {}) == FieldValue("a > b")


@pytest.mark.parametrize(
    "document",
    [
        {"text": "x"},
        {"text": "27", "number": 27},
        {"text": "0.10", "number": 0.1},
        {"text": "x", "datetime": "2017-12-02T00:00:00.000000-02:00"},
        {"text": "x", "state": KIGALI, "district": GASABO, "ward": "w"},
    ],
)
def test_json(document: dict[str, Any]) -> None:
    """A value that is written reads as the same value."""
    value = FieldValue.from_json(document, ENVIRONMENT)
    assert value.to_json() == document
    assert FieldValue.from_json(value.to_json(), ENVIRONMENT) == value


def test_numbers_are_exact() -> None:
    """A number that floats cannot hold is exact in the value."""
    assert parse(ENVIRONMENT, FIELDS, FIELDS[0], "0.30000000000000001", {}).number == Decimal("0.30000000000000001")


def test_halves_of_characters() -> None:
    """Half a surrogate pair is no character: the text, and what is looked for in it, have U+FFFD in its place."""
    assert read("state", "Kigali \ud83d") == {"text": "Kigali \ufffd", "state": KIGALI}
    assert FieldValue.from_json({"text": "\ud83d"}, ENVIRONMENT).text == "\ufffd"

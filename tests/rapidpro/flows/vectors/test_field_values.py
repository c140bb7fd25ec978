"""What a text is worth in a contact's field, as the real engine reads it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core import field_values
from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime

from . import encoding
from .data import load

CASES = load("values.json")["field_parse"]
SESSION = load("session.json")
ASSETS = Assets.from_json(SESSION["sessionAssets"])
ENVIRONMENT = encoding.environment(
    SESSION["environment"] | {"redaction_policy": "none"},
    locations=ASSETS.locations,
    now=lambda: DateTime(dt.datetime(2018, 4, 11, 18, 24, 30, 123456, tzinfo=dt.UTC)),
)


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['field']}: {case['value']!r}") for case in CASES])
def test_field_values(case: dict[str, Any]) -> None:
    """A text is kept as it is, with what it may be read as; the empty text clears the field."""
    field = ASSETS.fields.get(case["field"])
    assert field is not None
    value = field_values.parse(ENVIRONMENT, ASSETS.fields, field, case["value"], {}) if case["value"] else None
    assert (value and value.to_json()) == case["expected"]

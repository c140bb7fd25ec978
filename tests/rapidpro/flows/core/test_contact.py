"""Contacts, and what queries can ask of them."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from tests.rapidpro.flows.engine.building import uuid
from tests.rapidpro.flows.engine.playing import ANN

GROUPS = [
    {"uuid": uuid(1), "name": "Anns", "query": "name ~ Ann"},
    {"uuid": uuid(2), "name": "Static"},
    {"uuid": uuid(3), "name": "Phones", "query": "tel = +250788123123"},
    {"uuid": uuid(4), "name": "Broken", "query": "shoes = 3"},
]


def contact(**changes: Any) -> Contact:
    assets = Assets.from_json({"groups": GROUPS, "fields": [{"key": "age", "name": "Age", "type": "number"}]})
    return Contact.from_json({**ANN, **changes}, assets, Environment())


@pytest.mark.parametrize(
    ("query", "is_true"),
    [
        ('name = "Ann Uwera"', True),
        ("tickets = 0", True),
        ("created_on > 2020-01-01", True),
        ("status = active", False),
        ("id = 7", False),
        ("group = Anns", False),
        ('flow = ""', True),
        ('history != ""', False),
    ],
)
def test_attributes_that_groups_can_ask_for(query: str, is_true: bool) -> None:
    """Within the engine only some attributes are known: the others count as not set."""
    ann = contact(groups=[{"uuid": uuid(2)}])

    assert contactql.evaluate(Environment(), contactql.parse(Environment(), query), ann) is is_true


def test_contacts_round_trip() -> None:
    """A contact is written as it was read, without what the workspace does not have."""
    document = {**ANN, "status": "active", "groups": [{"uuid": uuid(2), "name": "Static"}]}
    values = {"age": {"text": "31", "number": 31}}

    read = contact(**document, fields={**values, "gone": {"text": "x"}})

    assert read.to_json() == {**document, "fields": values}

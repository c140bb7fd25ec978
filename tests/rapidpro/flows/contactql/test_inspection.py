from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.contactql import inspect, parse
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .workspace import GROUPS, Workspace

PLAIN = Environment()


def test_a_query_names_what_it_depends_on_once() -> None:
    """Attributes and schemes are sorted, fields and groups are references."""
    text = "urns.tel = 1 or age > 1 or sex = m or name = x or (age < 3 and group = farmers) or created_on > 2020-01-01"
    assert inspect(parse(PLAIN, text, Workspace())).to_json() == {
        "attributes": ["created_on", "group", "name"],
        "schemes": ["tel"],
        "fields": [{"key": "age", "name": "Age"}, {"key": "sex", "name": "Sex"}],
        "groups": [{"uuid": GROUPS["farmers"].uuid, "name": "Farmers"}],
        "allow_as_group": False,
    }


def test_without_a_workspace_only_what_is_written_is_known() -> None:
    """References are by key and by name."""
    inspection = inspect(parse(PLAIN, "beers = 1 and group != X")).to_json()
    assert (inspection["fields"], inspection["groups"]) == ([{"key": "beers", "name": ""}], [{"name_match": "X"}])


@pytest.mark.parametrize("attribute", ["id", "ref", "status", "group", "flow", "history"])
def test_some_attributes_are_not_for_groups(attribute: str) -> None:
    """No group fills itself by what changes without the contact."""
    assert not inspect(parse(PLAIN, f"{attribute} = 1")).allow_as_group


@pytest.mark.parametrize("text", ["uuid = x", "name = x", "language = x", "urn = x", "tickets = 1", "fields.id = 1"])
def test_the_others_are(text: str) -> None:
    """A field may bear the name of an attribute."""
    assert inspect(parse(PLAIN, text)).allow_as_group

"""Groups with a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.assets import Assets, GroupAsset
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.modifiers.smart_groups import reevaluate
from tests.rapidpro.flows.engine.building import uuid
from tests.rapidpro.flows.engine.playing import ANN

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core import events

GROUPS = [
    {"uuid": uuid(1), "name": "Anns", "query": "name ~ Ann"},
    {"uuid": uuid(2), "name": "Static"},
    {"uuid": uuid(3), "name": "Phones", "query": "tel = +250788123123"},
    {"uuid": uuid(4), "name": "Broken", "query": "shoes = 3"},
]


def contact(**changes: Any) -> Contact:
    assets = Assets.from_json({"groups": GROUPS, "fields": [{"key": "age", "name": "Age", "type": "number"}]})
    return Contact.from_json({**ANN, **changes}, assets, Environment())


def names(groups: list[GroupAsset]) -> list[str]:
    return [group.name for group in groups]


def test_smart_groups() -> None:
    """A contact gets into the groups whose query is true, leaves the others, and stays in those without."""
    ann = contact(groups=[{"uuid": uuid(2)}, {"uuid": uuid(4)}])
    log: list[events.Event] = []

    reevaluate(Environment(), ann.assets, ann, log.append)
    reevaluate(Environment(), ann.assets, ann, log.append)

    assert names(ann.groups) == ["Static", "Anns", "Phones"]
    (event,) = log
    assert [group["name"] for group in event["groups_added"]] == ["Anns", "Phones"]
    assert [group["name"] for group in event["groups_removed"]] == ["Broken"]


@pytest.mark.parametrize("status", ["blocked", "stopped", "archived"])
def test_inactive_contacts_are_in_no_group(status: str) -> None:
    """A contact who is not active leaves all groups, also those without a query."""
    ann = contact(groups=[{"uuid": uuid(2)}, {"uuid": uuid(1)}], status=status)
    log: list[events.Event] = []

    reevaluate(Environment(), ann.assets, ann, log.append)

    assert ann.groups == []
    assert [group["name"] for group in log[0]["groups_removed"]] == ["Anns", "Static"]
    assert "groups_added" not in log[0]


def test_anonymous_workspaces_have_no_groups_by_urn() -> None:
    """Where URNs are nobody's business a query for one cannot be read."""
    ann = contact()

    reevaluate(Environment(redact_urns=True), ann.assets, ann, lambda event: None)

    assert names(ann.groups) == ["Anns"]

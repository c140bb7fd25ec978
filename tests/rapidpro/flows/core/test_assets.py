"""Assets, and what is said of those that do not exist."""

from __future__ import annotations

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.definition.references import Reference
from tests.rapidpro.flows.engine.building import flow, node, uuid

GROUPS = [
    {"uuid": uuid(1), "name": "Anns", "query": "name ~ Ann"},
    {"uuid": uuid(2), "name": "Static"},
    {"uuid": uuid(3), "name": "Phones", "query": "tel = +250788123123"},
    {"uuid": uuid(4), "name": "Broken", "query": "shoes = 3"},
]


def test_assets_are_found() -> None:
    """Assets are found by what identifies them, and by name in any case."""
    assets = Assets.from_json(
        {
            "groups": GROUPS,
            "fields": [{"key": "age", "name": "Age", "type": "number"}],
            "resthooks": [{"slug": "new", "subscribers": ["http://x"]}],
            "flows": [flow(node(10))],
        }
    )

    assert assets.find(Reference("field", "age")).type == "number"
    assert assets.find(Reference("flow", uuid(1))).name == "Relay"
    assert assets.find(Reference("group", uuid(99))) is None
    assert assets.groups.named("sTATIC") is assets.groups.get(uuid(2))
    assert assets.resthooks.get("new") is not None
    assert assets.find(assets.groups.named("Static").reference).name == "Static"  # type: ignore[union-attr]


def test_names_in_small_letters_as_go_writes_them() -> None:
    """Each letter for itself: a sigma at the end is like any other."""
    assets = Assets.from_json({"groups": [{"uuid": uuid(1), "name": "ΟΔΟΣ"}]})

    assert assets.groups.named("οδοσ") is assets.groups.get(uuid(1))
    assert assets.groups.named("οδος") is None


def test_unreadable_flow() -> None:
    """A flow that cannot be read is none, and why is kept."""
    assets = Assets.from_json({"flows": [flow(name="")]})

    assert assets.flow(uuid(1)) is None
    assert "field 'name' is required" in str(assets.unreadable[uuid(1)])


def test_missing_dependency() -> None:
    """What does not exist is told with its type, identity and name."""
    event = events.missing_dependency(Reference("field", "age", "Age"))

    assert event["text"] == "Missing dependency: field[key=age,name=Age]"
    assert (event["code"], event["extra"]) == ("dependency:missing", {"type": "field", "identity": "age"})

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.assets import Assets, Group
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.references import Reference
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.timestamps import moment_of, normalized, timestamp
from rapidpro_simulator.rapidpro.flows.modifiers.smart_groups import reevaluate

from .building import flow, node, uuid
from .playing import ANN

GROUPS = [
    {"uuid": uuid(1), "name": "Anns", "query": "name ~ Ann"},
    {"uuid": uuid(2), "name": "Static"},
    {"uuid": uuid(3), "name": "Phones", "query": "tel = +250788123123"},
    {"uuid": uuid(4), "name": "Broken", "query": "shoes = 3"},
]
FLOW = {"uuid": uuid(5), "name": "Any"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000-01-01T00:00:00.000000000-00:00", "2000-01-01T00:00:00Z"),
        ("2018-10-18T11:30:24.574076-05:00", "2018-10-18T11:30:24.574076-05:00"),
        ("2025-05-04T12:30:45.123456789Z", "2025-05-04T12:30:45.123456789Z"),
        ("2025-05-04T12:30:45.100Z", "2025-05-04T12:30:45.1Z"),
    ],
)
def test_timestamps(text: str, expected: str) -> None:
    """Timestamps keep their offset and their nanoseconds, and lose trailing zeros."""
    assert normalized(text) == expected


@given(st.datetimes(), st.integers(0, 999), st.integers(-14 * 60, 14 * 60))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_timestamps_round_trip(clock: dt.datetime, nanosecond: int, offset: int) -> None:
    """A moment is the same, in the same zone, after it was written and read."""
    zone = dt.timezone(dt.timedelta(minutes=offset))
    moment = DateTime(clock.replace(tzinfo=zone), nanosecond)

    read = moment_of(timestamp(moment))

    assert (read.local, read.nanosecond) == (moment.local, nanosecond)
    assert read.local.utcoffset() == moment.local.utcoffset()


@pytest.mark.parametrize("text", ["", "2025-05-04", "2025-05-04T12:30:45", "yesterday"])
def test_no_timestamps(text: str) -> None:
    """What is no timestamp is refused."""
    with pytest.raises(ValueError, match="no timestamp"):
        moment_of(text)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "msg", "keyword_match": {"type": "only_word", "keyword": "join"}},
        {"type": "manual", "user": {"uuid": uuid(6), "name": "Eve"}, "origin": "ui", "batch": True, "params": {}},
        {"type": "flow_action", "run_summary": {"uuid": uuid(7)}, "history": {"ancestors": 1}},
        {"type": "ticket", "ticket": {"uuid": uuid(8)}, "event": {"type": "ticket_closed"}},
        {"type": "call", "event": {"type": "call_missed"}},
        {"type": "channel", "event": {"type": "incoming_call"}},
    ],
)
def test_triggers_round_trip(document: dict[str, Any]) -> None:
    """A trigger is saved as it was read."""
    document = {"flow": FLOW, "triggered_on": "2026-01-01T00:00:00Z", **document}

    assert read_trigger(document).to_json() == document


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({}, "field 'type' is required"),
        ({"type": "optin"}, "unknown type: 'optin'"),
        ({"type": "manual", "flow": FLOW, "triggered_on": "now"}, "field 'triggered_on': 'now' is no timestamp"),
        (
            {"type": "call", "flow": FLOW, "event": {"type": "msg_received"}},
            "call trigger event must be of type call_received or call_missed",
        ),
    ],
)
def test_unreadable_triggers(document: dict[str, Any], text: str) -> None:
    """A trigger that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_trigger(document)
    assert str(refused.value) == text


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"type": "msg"}, "field 'event' is required"),
        ({"type": "later"}, "unknown type: 'later'"),
        ({"type": "dial", "event": {"type": "msg_received"}}, "dial resume event must be of type dial_ended"),
    ],
)
def test_unreadable_resumes(document: dict[str, Any], text: str) -> None:
    """A resume that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_resume(document)
    assert str(refused.value) == text


def contact(**changes: Any) -> Contact:
    assets = Assets.from_json({"groups": GROUPS, "fields": [{"key": "age", "name": "Age", "type": "number"}]})
    return Contact.from_json({**ANN, **changes}, assets, Environment())


def names(groups: list[Group]) -> list[str]:
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


def test_anonymous_workspaces_have_no_groups_by_urn() -> None:
    """Where URNs are nobody's business a query for one cannot be read."""
    ann = contact()

    reevaluate(Environment(redact_urns=True), ann.assets, ann, lambda event: None)

    assert names(ann.groups) == ["Anns"]


def test_contacts_round_trip() -> None:
    """A contact is written as it was read, without what the workspace does not have."""
    document = {**ANN, "status": "active", "groups": [{"uuid": uuid(2), "name": "Static"}]}
    values = {"age": {"text": "31", "number": 31}}

    read = contact(**document, fields={**values, "gone": {"text": "x"}})

    assert read.to_json() == {**document, "fields": values}


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

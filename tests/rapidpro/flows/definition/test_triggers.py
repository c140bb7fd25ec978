from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.references import Reference
from rapidpro_simulator.rapidpro.flows.definition.triggers import is_keyword, read_trigger

from .building import uuid

FLOW = {"uuid": uuid(1), "name": "Relay"}
CHANNEL = {"uuid": uuid(5), "name": "Main"}


def document(**changes: Any) -> dict[str, Any]:
    return {"trigger_type": "K", "flow": FLOW, "groups": [], "keywords": ["join"], **changes}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("join",)),
        ({"keywords": ["join", "Start"]}, ("join", "Start")),
        ({"keywords": None, "keyword": "join"}, ("join",)),
        ({"keywords": [], "keyword": "join"}, ("join",)),
        ({"trigger_type": "C", "keywords": [], "keyword": None}, ()),
        ({"trigger_type": "M", "keywords": ["join"]}, ()),
    ],
)
def test_keywords_of_files_of_any_age(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    """Keyword triggers have keywords, in older files one; other triggers have none."""
    assert read_trigger(document(**changes)).keywords == expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (None, None),
        ("", None),
        (uuid(5), Reference("channel", uuid(5))),
        (CHANNEL, Reference("channel", uuid(5), "Main")),
    ],
)
def test_channels_of_files_of_any_age(channel: Any, expected: Reference | None) -> None:
    """A channel is a reference, in older files its UUID alone."""
    assert read_trigger(document(channel=channel)).channel == expected


def test_what_else_is_read() -> None:
    """Groups narrow a trigger down; keywords match the first word unless the file says otherwise."""
    groups = [{"uuid": uuid(2), "name": "Mothers"}]

    plain, narrow = (
        read_trigger(document()),
        read_trigger(document(groups=groups, exclude_groups=groups, match_type="O")),
    )

    assert (plain.match_type, plain.groups, plain.exclude_groups) == ("F", [], [])
    assert narrow.match_type == "O"
    assert narrow.groups == narrow.exclude_groups == [Reference("group", uuid(2), "Mothers")]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"trigger_type": None}, "Field 'trigger_type' is required."),
        ({"flow": None}, "Field 'flow' is required."),
        ({"groups": None}, "Field 'groups' is required."),
        ({"keywords": None}, "Field 'keywords' is required."),
        ({"keywords": ["two words"]}, "two words is not a valid keyword"),
        ({"keywords": [5]}, "5 is not a valid keyword"),
        ({"trigger_type": "X"}, "X is not a valid trigger type"),
        ({"match_type": "X"}, "X is not a valid match type"),
        ({"flow": {"name": "Relay"}}, "field 'flow.uuid' is required"),
        ({"groups": [{"uuid": "x"}]}, "field 'group.uuid' must be a valid UUID"),
        ({"groups": {}}, "Field 'groups' is no list."),
        ({"channel": 5}, "json: cannot unmarshal number into Go struct field channel of type channel reference"),
        ({"keywords": 5}, "5 is not a valid keyword"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], complaint: str) -> None:
    """A trigger that cannot be imported is refused in the web application's words."""
    with pytest.raises(DefinitionError) as refused:
        read_trigger(document(**changes))

    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("join", True),
        ("JOIN_2", True),
        ("مرحبا", True),
        ("दर्ता", True),
        ("x²", False),
        ("x" * 16, True),
        ("x" * 17, False),
        ("two words", False),
        ("what?", False),
        ("", False),
        ("👍", True),
        ("👍🏽", True),
        ("👩‍👩‍👧", True),
        ("🇲🇼", True),
        ("👍👍", False),
        ("+", False),
    ],
)
def test_what_can_be_a_keyword(text: str, valid: bool) -> None:
    """A keyword is one word of any script, or one emoji."""
    assert is_keyword(text) is valid

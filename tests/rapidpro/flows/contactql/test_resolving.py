from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.contactql import QueryError, parse
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .workspace import Workspace

PLAIN = Environment()


@pytest.mark.parametrize(
    ("text", "code", "message", "extra"),
    [
        ("beers = 1", "unknown_property", "can't resolve 'beers' to attribute, scheme or field", {"property": "beers"}),
        ("age = old", "invalid_number", "can't convert 'old' to a number", {"value": "old"}),
        ('age > ""', "invalid_number", "can't convert '' to a number", {"value": ""}),
        ("born = soon", "invalid_date", "can't convert 'soon' to a date", {"value": "soon"}),
        ("group = X", "invalid_group", "'X' is not a valid group name", {"value": "X"}),
        ("flow = X", "invalid_flow", "'X' is not a valid flow name", {"value": "X"}),
        ("history = X", "invalid_flow", "'X' is not a valid flow name", {"value": "X"}),
        ("status = X", "invalid_status", "'X' is not a valid contact status", {"value": "X"}),
        ("language = X", "invalid_language", "'X' is not a valid language code", {"value": "X"}),
        (
            "tel ~ 12",
            "invalid_partial_urn",
            "contains operator on URN requires value of minimum length 3",
            {"min_value_length": "3"},
        ),
        (
            "fields.sex ~ male",
            "unsupported_contains",
            "contains conditions can only be used with name or URN values",
            {"property": "sex"},
        ),
        (
            "sex <= m",
            "unsupported_comparison",
            "comparisons with <= can only be used with date and number fields",
            {"property": "sex", "operator": "<="},
        ),
        (
            'created_on != ""',
            "unsupported_setcheck",
            "can't check whether 'created_on' is set or not set",
            {"property": "created_on", "operator": "!="},
        ),
    ],
)
def test_a_workspace_refuses_what_makes_no_sense_in_it(
    text: str, code: str, message: str, extra: dict[str, str]
) -> None:
    """Each refusal has its code, its words, and what they speak of."""
    with pytest.raises(QueryError) as refused:
        parse(PLAIN, text, Workspace())
    assert (refused.value.code, refused.value.message, refused.value.extra) == (code, message, extra)


@pytest.mark.parametrize(
    "text",
    [
        *("group = FARMERS", "flow = registration", 'flow = ""', "status = Active", "language = ENG", 'language = ""'),
        *('born = ""', 'last_seen_on = ""', 'tel = ""', "urn ~ 123", "born > 2020-02-01", "age >= -1.5", "tel = x"),
    ],
)
def test_a_workspace_takes_what_it_knows(text: str) -> None:
    """Names have no case, and what can be unset can be asked about."""
    parse(PLAIN, text, Workspace())


def test_nothing_is_checked_without_a_workspace() -> None:
    """A query can be shown in its canonical form before anyone knows whose it is."""
    assert str(parse(PLAIN, "beers ~ x or group = X")) == 'fields.beers ~ "x" OR group = "X"'

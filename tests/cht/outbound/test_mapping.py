"""The body of a push."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.javascript import Sandbox
from rapidpro_simulator.cht.outbound import OutboundError
from rapidpro_simulator.cht.outbound.mapping import digest, payload_of
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.clock import FrozenClock

DOCUMENT = {"_id": "r1", "from": "+254711000033", "fields": {"note": None, "items": [{"n": "ors"}]}}


def payload(mapping: dict[str, Any], name: str = "5.2") -> Any:
    return payload_of(DOCUMENT, mapping, Sandbox(FrozenClock().now), release(name))


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"id": "doc._id"}, {"id": "r1"}),
        ({"a.b": "doc._id", "a.c": {"path": "doc.from"}}, {"a": {"b": "r1", "c": "+254711000033"}}),
        ({"list.1.k": "doc._id"}, {"list": [None, {"k": "r1"}]}),
        ({"n": "doc.fields.items.0.n"}, {"n": "ors"}),
        ({"urns": {"expr": "['tel:' + doc.from]"}}, {"urns": ["tel:+254711000033"]}),
        ({"x": {"path": "doc.nothing.deep", "optional": True}}, {}),
        ({"x": {"expr": "undefined", "optional": True}}, {}),
        ({"x": "doc.fields.note", "y": {"expr": "null"}}, {"x": None, "y": None}),
        ({"x": {"expr": "'tel:' + doc.phone"}}, {"x": "tel:undefined"}),
    ],
)
def test_a_body(mapping: dict[str, Any], expected: Any) -> None:
    """A path or an expression says what comes where; only undefined is missing, and a text made of it is not."""
    assert payload(mapping) == expected


@pytest.mark.parametrize(
    "rule",
    ["doc.nothing", {"path": "doc.fields.nothing"}, {"expr": "undefined"}, {"expr": "broken ("}, {"expr": "a.b"}],
)
def test_what_is_required_and_missing(rule: Any) -> None:
    """What is required and undefined, or cannot be evaluated, makes the push fail and says for which destination."""
    with pytest.raises(OutboundError, match="'there'"):
        payload({"there": rule})


def test_a_destination_without_a_rule() -> None:
    """Up to 4.16 a destination without rule got the whole document, since then it is an error."""
    assert payload({"x": {}}, "4.16") == {"x": {"doc": DOCUMENT}}
    with pytest.raises(OutboundError, match="no path or expr"):
        payload({"x": {}}, "4.17")


def test_the_digest_is_that_of_cht() -> None:
    """A body has the digest that CHT computes, whatever the order of its members."""
    body = {
        "urns": ["tel:+254712345678"],
        "flow": "f-uuid",
        "extra": {"data": "hello"},
        "contacts": [{"x": "+254712345678"}],
    }

    assert digest(body) == "3344b8512fbdcb56f612e7aec41a9ed84e1968e981b6c1f0eb0f9aea1082bebe"
    assert digest({"b": [{"z": 1, "a": 2}]}) != digest({"b": [{"a": 2, "z": 1}]})

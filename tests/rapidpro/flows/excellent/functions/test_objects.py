"""Functions of objects, URNs, attachments and JSON."""

from __future__ import annotations

import pytest

from .evaluating import json_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("object()", "{}"),
        ('object("b", 1, "a", "x")', '{"a":"x","b":1}'),
        ('object("a", 1, "a", 2)', '{"a":2}'),
        ("object(1, 2)", '{"1":2}'),
        ('text(object("a", 1, "__default__", "whole"))', '"whole"'),
        ('object("a", 1, "__default__", "whole")', '{"a":1}'),
        ('object("a")', "error calling object(...): requires an even number of arguments"),
        ('object("a", 1 / 0)', "error calling object(...): division by zero"),
        ('object(1 / 0, "a")', "error calling object(...): division by zero"),
        ('extract(object("Foo", 1), "fOO")', "1"),
        ('extract(object("foo", 1), "bar")', "null"),
        ('extract(null, "bar")', "null"),
        ('extract_object(object("a", 1, "b", 2), "b", "c")', '{"b":2,"c":null}'),
        ("extract_object(object())", "error calling extract_object(...): need at least 2 argument(s), got 1"),
        ('keys(object("b", 1, "a", 2))', '["a","b"]'),
        ("keys(null)", "[]"),
        ('keys("x")', 'error calling keys(...): unable to convert "x" to an object'),
        ('foreach_value(object("b", "x y", "a", "z w"), word, 1)', '{"a":"w","b":"y"}'),
        ('text(foreach_value(object("a", "x", "__default__", "whole"), upper))', '"{a: X}"'),
        (
            'foreach_value(object("b", "x", "a", "y"), abs)',
            'error calling foreach_value(...): error calling abs(...): unable to convert "y" to a number',
        ),
        ('urn_parts("tel:+250788383383")', '{"display":"","path":"+250788383383","scheme":"tel"}'),
        ('urn_parts("twitterid:85114#billy_bob")', '{"display":"billy_bob","path":"85114","scheme":"twitterid"}'),
        ('urn_parts("xyz:a?b=c#d")', '{"display":"d","path":"a","scheme":"xyz"}'),
        ('urn_parts("tel")', "error calling urn_parts(...): tel is not a valid URN: path cannot be empty"),
        ('urn_parts(":1")', "error calling urn_parts(...): :1 is not a valid URN: scheme cannot be empty"),
        ('attachment_parts("image/jpeg:https://x/y.jpg")', '{"content_type":"image/jpeg","url":"https://x/y.jpg"}'),
        ('attachment_parts("https://x/y.jpg")', '{"content_type":"","url":"https://x/y.jpg"}'),
        ('json(array("<a>", 1.50, null, true))', '"[\\"<a>\\",1.5,null,true]"'),
        ("json(1 / 0)", "error calling json(...): division by zero"),
        ('parse_json("{\\"a\\": [1, \\"x\\", null]}")', '{"a":[1,"x",null]}'),
        ('parse_json("")', "null"),
        ("parse_json(null)", "null"),
        ('parse_json("{")', "error calling parse_json(...): invalid JSON"),
        ('parse_json("nonsense")', "error calling parse_json(...): invalid JSON"),
    ],
)
def test_object_functions(expression: str, expected: str) -> None:
    """Objects are built, read and taken apart as in flows 7."""
    assert json_of(expression) == expected

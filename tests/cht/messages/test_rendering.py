"""Templates as mustache.js reads and renders them."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.messages.mustache import TemplateError
from rapidpro_simulator.cht.messages.rendering import render

CONTEXT: dict[str, Any] = {
    "name": "Zuri <b>",
    "weeks": 12,
    "share": 0.5,
    "none": None,
    "yes": True,
    "empty": [],
    "patient": {"name": "Baraka", "age": {"years": 4}},
    "children": [{"name": "Ann"}, {"name": "Ben"}],
    "words": ["a", "b"],
    "loud": str.upper,
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("{{name}} {{{name}}} {{&name}} {{ name }}", "Zuri <b> Zuri <b> Zuri <b> Zuri <b>"),
        ("{{weeks}} {{share}} {{yes}} {{words}} {{patient}}", "12 0.5 true a,b [object Object]"),
        ("[{{none}}{{nothing}}{{patient.nothing}}{{loud}}]", "[]"),
        ("{{patient.age.years}}{{words.1}}{{words.length}}", "4b2"),
        ("{{#patient}}{{name}} of {{weeks}}{{/patient}}", "Baraka of 12"),
        ("{{#children}}{{name}},{{/children}}{{#words}}{{.}}{{/words}}", "Ann,Ben,ab"),
        ("{{#yes}}yes{{/yes}}{{#none}}no{{/none}}{{#empty}}no{{/empty}}", "yes"),
        ("{{^none}}none{{/none}}{{^empty}}empty{{/empty}}{{^yes}}no{{/yes}}", "noneempty"),
        ("{{#loud}}{{name}}{{/loud}}", "{{NAME}}"),
        ("a{{! a comment }}b{{> partial}}c", "abc"),
        ("{{=<% %>=}}<% name %> {{name}}", "Zuri <b> {{name}}"),
        ("a\n  {{#yes}}  \nb\n  {{/yes}}\nc", "a\nb\nc"),
        ("a\n {{#yes}} b {{/yes}}\nc", "a\n  b \nc"),
        ("{{=<% %> more=}}<% name %>", "Zuri <b>"),
        ("{{\ufeffname\xa0}}", "Zuri <b>"),
        ("a\n\ufeff{{#yes}}\nb\n{{/yes}}\nc", "a\nb\nc"),
        ("a\n\x85{{#yes}}\nb\n{{/yes}}\nc", "a\n\x85\nb\nc"),
        ("{{#patient.age}}{{years}}{{/patient.age}}", "4"),
    ],
)
def test_render(template: str, text: str) -> None:
    """Names, paths, sections, filters and comments come out as they do in JavaScript, and nothing is escaped."""
    assert render(template, CONTEXT) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{#unclosed}}", 'Unclosed section "unclosed" at 13'),
        ("a {{/b}}", 'Unopened section "b" at 2'),
        ("{{#a}}{{/b}}", 'Unclosed section "a" at 6'),
        ("a {{name", "Unclosed tag at 8"),
        ("{{=one=}}", "Invalid tags: one"),
        ("{{=one\x1ftwo=}}", "Invalid tags: one\x1ftwo"),  # a separator that is white space to Python alone
    ],
)
def test_errors(template: str, message: str) -> None:
    """What cannot be read is refused in mustache.js's words, for reports bear them."""
    with pytest.raises(TemplateError) as caught:
        render(template, CONTEXT)
    assert str(caught.value) == message

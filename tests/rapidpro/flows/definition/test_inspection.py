from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect, templates
from rapidpro_simulator.rapidpro.flows.definition.references import Reference

from .building import flow, node, send_msg, switch, uuid


def inspected(*nodes: dict[str, Any], missing: tuple[str, ...] = (), **extra: Any) -> dict[str, Any]:
    read = read_flow(flow(*nodes, **extra))
    return inspect(read, exists=lambda reference: reference.identity not in missing).to_json()


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("@fields.age", [("field", "age")]),
        ("@contact.fields.Age.x", [("field", "age")]),
        ("@parent.contact.fields.age @child.fields.sex", [("field", "age"), ("field", "sex")]),
        ("@(upper(globals.org) & fields.age)", [("global", "org"), ("field", "age")]),
        ('@(fields["age"])', [("field", "age")]),
        ("@fields @contact @results.age", []),
        ("@@fields.age me@fields", []),
        ("@(fields.age", []),
        ("@(foreach(contact.groups, (g) => g.name & globals.org))", [("global", "org")]),
    ],
)
def test_what_templates_read(template: str, expected: list[tuple[str, str]]) -> None:
    """Fields and globals that a template reads are dependencies, wherever in it they are."""
    dependencies = inspected(node(10, send_msg(12, template)))["dependencies"]

    assert [(each["type"], each["key"]) for each in dependencies] == expected


def test_dependencies_are_told_once() -> None:
    """However often a flow refers to something, it is one dependency; every place where it is missing is an issue."""
    groups = [{"uuid": uuid(2), "name": "Mothers"}]
    add = {"type": "add_contact_groups", "groups": groups}
    nodes = node(10, {**add, "uuid": uuid(12)}, {**add, "uuid": uuid(13)})

    told = inspected(nodes, missing=(uuid(2),))

    assert told["dependencies"] == [{"uuid": uuid(2), "name": "Mothers", "type": "group", "missing": True}]
    assert [issue["action_uuid"] for issue in told["issues"]] == [uuid(12), uuid(13)]


def test_results_of_several_nodes() -> None:
    """A result that several nodes save has the categories of all of them, under the name that comes first."""
    save = {"type": "set_run_result", "uuid": uuid(12), "name": "answer", "value": "x", "category": "Set"}

    told = inspected(node(10, router=switch(11, result_name="Answer"), to=20), node(20, save))

    assert told["results"] == [
        {"key": "answer", "name": "Answer", "categories": ["Yes", "Other", "Set"], "node_uuids": [uuid(10), uuid(20)]}
    ]


def test_what_is_expected_of_the_parent() -> None:
    """Results of the flow before are told, so that it can be seen whether it saves them."""
    told = inspected(node(10, send_msg(12, "@parent.results.age.value @parent.results.age @parent.results.sex")))

    assert told["parent_refs"] == ["age", "sex"]


def test_translations_are_templates() -> None:
    """What only a translation reads is a dependency too, and its issue says in which language."""
    localization = {"fra": {uuid(12): {"text": ["@fields.age"]}}}
    read = read_flow(flow(node(10, send_msg(12)), localization=localization))

    told = inspect(read, exists=lambda _: False).to_json()

    assert [(written.text, written.language) for written in templates(read)] == [("Hi", ""), ("@fields.age", "fra")]
    assert told["counts"] == {"languages": 1, "nodes": 1}
    assert told["issues"] == [
        {
            "type": "missing_dependency",
            "node_uuid": uuid(10),
            "action_uuid": uuid(12),
            "language": "fra",
            "description": "missing field dependency 'age'",
            "dependency": {"key": "age", "name": "", "type": "field"},
        }
    ]


@pytest.mark.parametrize(
    ("pattern", "types"), [("[0-9]+", []), ("(", ["invalid_regex"]), ("(?=a)", ["invalid_regex"]), ("@fields.age", [])]
)
def test_patterns(pattern: str, types: list[str]) -> None:
    """A pattern that RE2 cannot read is an issue; one that is only known when the flow runs is not."""
    case = {**switch(11)["cases"][0], "type": "has_pattern", "arguments": [pattern]}

    assert [issue["type"] for issue in inspected(node(10, router=switch(11, cases=[case])))["issues"]] == types


def test_patterns_of_translations() -> None:
    """They are looked at in each language, and the issue says in which."""
    case = {**switch(11)["cases"][0], "type": "has_pattern", "arguments": ["[0-9]+"]}
    localization = {
        "spa": {case["uuid"]: {"arguments": ["("]}},
        "fra": {case["uuid"]: {"arguments": ["(?=a)"]}},
        "swa": {case["uuid"]: {"arguments": ["[a-z]"]}},
    }

    issues = inspected(node(10, router=switch(11, cases=[case])), localization=localization)["issues"]

    assert [(issue["language"], issue["regex"]) for issue in issues] == [("fra", "(?=a)"), ("spa", "(")]


def test_groups_of_translations() -> None:
    """A test for a group may mean another one in another language: both are dependencies."""
    case = {**switch(11)["cases"][0], "type": "has_group", "arguments": [uuid(90), "Mothers"]}
    localization = {"fra": {case["uuid"]: {"arguments": [uuid(91), "M\u00e8res"]}}}

    missing = (uuid(90), uuid(91))
    told = inspected(node(10, router=switch(11, cases=[case])), missing=missing, localization=localization)

    assert [(each["uuid"], each["name"]) for each in told["dependencies"]] == [(uuid(90), "Mothers"), (uuid(91), "")]
    assert [issue.get("language") for issue in told["issues"]] == [None, "fra"]


def test_what_is_no_pattern() -> None:
    """Arguments of other tests are not looked at as patterns."""
    case = {**switch(11)["cases"][0], "arguments": ["("]}

    assert inspected(node(10, router=switch(11, cases=[case])))["issues"] == []


def test_legacy_extra() -> None:
    """Templates that read what is deprecated are issues."""
    issues = inspected(node(10, send_msg(12, "@legacy_extra.a @legacy_extra")))["issues"]

    assert [(issue["type"], issue["action_uuid"]) for issue in issues] == [("legacy_extra", uuid(12))]


def test_what_the_workspace_has() -> None:
    """Without being told otherwise, nothing is missing."""
    read = read_flow(flow(node(10, send_msg(12, "@fields.age"))))

    assert inspect(read).missing == frozenset()
    assert inspect(read).dependencies == [Reference("field", "age")]

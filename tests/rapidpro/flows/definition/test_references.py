from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.references import Reference, read_identity

from .building import uuid


@pytest.mark.parametrize(
    ("type_", "document", "expected", "shown"),
    [
        (
            "group",
            {"uuid": uuid(2), "name": "Mothers"},
            Reference("group", uuid(2), "Mothers"),
            f"group[uuid={uuid(2)},name=Mothers]",
        ),
        ("field", {"key": "age", "name": "Age"}, Reference("field", "age", "Age"), "field[key=age,name=Age]"),
        ("global", {"key": "org", "name": None}, Reference("global", "org"), "global[key=org,name=]"),
    ],
)
def test_references_by_identity(type_: str, document: dict[str, Any], expected: Reference, shown: str) -> None:
    """Fields and globals go by their keys, everything else by its UUID."""
    reference = read_identity(type_, document)

    assert reference == expected
    assert not reference.is_variable
    assert str(reference) == shown


@pytest.mark.parametrize(
    ("type_", "document", "match"),
    [
        ("group", {"name_match": "@fields.village"}, "@fields.village"),
        ("label", {"name_match": "Spam"}, "Spam"),
        ("user", {"email_match": "@fields.nurse"}, "@fields.nurse"),
        ("user", {"email": "bob@example.org"}, "bob@example.org"),
    ],
)
def test_references_by_a_template(type_: str, document: dict[str, Any], match: str) -> None:
    """Groups, labels and users can be named by a template; users were by `email` before."""
    reference = read_identity(type_, document)

    assert (reference.is_variable, reference.match) == (True, match)
    assert list(reference.to_json().values()) == [match]


@pytest.mark.parametrize("document", [{"uuid": uuid(2), "name_match": "@a"}, {"name": "Mothers"}])
def test_what_is_no_variable(document: dict[str, Any]) -> None:
    """An identity comes before a template; a name alone is neither."""
    assert not read_identity("group", document).is_variable

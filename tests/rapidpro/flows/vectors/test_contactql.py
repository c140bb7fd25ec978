"""Contact queries as the real engine reads, refuses, evaluates and inspects them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.contactql import PropertyKind, QueryError
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.texts import urns

from . import data, encoding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DATA = data.load("contactql.json")
PLAIN = Environment()
DAY_FIRST = Environment(date_format="DD-MM-YYYY", country="US")
YEAR_FIRST = Environment(country="US")


class Assets:
    """A workspace of the data."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._fields = {field["key"]: SimpleNamespace(**field) for field in document["fields"]}
        self._groups = {group["name"].lower(): SimpleNamespace(**group) for group in document["groups"]}
        self._flows = {flow["name"].lower(): SimpleNamespace(**flow) for flow in document["flows"]}

    def resolve_field(self, key: str) -> Any:
        return self._fields.get(key)

    def resolve_group(self, name: str) -> Any:
        return self._groups.get(name.lower())

    def resolve_flow(self, name: str) -> Any:
        return self._flows.get(name.lower())


class AnyAssets(Assets):
    """A workspace that has every field, as text but for the ages."""

    def resolve_field(self, key: str) -> Any:
        return SimpleNamespace(key=key, name=key, type="number" if key == "age" else "text")


@dataclass
class Document:
    """A contact whose properties are listed by their keys."""

    properties: Mapping[str, Sequence[Any]]

    def query_values(self, _kind: PropertyKind, key: str) -> Sequence[Any]:
        return [encoding.decode(value) if isinstance(value, dict) else value for value in self.properties.get(key, ())]


class Contact:
    """The contact of the data."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        parsed = [urns.parse(urn) for urn in document["urns"]]
        self._values: dict[tuple[PropertyKind, str], list[Any]] = {
            (PropertyKind.ATTRIBUTE, "uuid"): [document["uuid"]],
            (PropertyKind.ATTRIBUTE, "name"): [document["name"]],
            (PropertyKind.ATTRIBUTE, "language"): [document["language"]],
            (PropertyKind.ATTRIBUTE, "tickets"): [len(document["tickets"])],
            (PropertyKind.ATTRIBUTE, "urn"): [urn.path for urn in parsed],
        }
        for key in ("created_on", "last_seen_on"):
            self._values[PropertyKind.ATTRIBUTE, key] = [DateTime.of(datetime.fromisoformat(document[key]))]
        for urn in parsed:
            self._values.setdefault((PropertyKind.SCHEME, urn.scheme), []).append(urn.path)
        for key, value in document["fields"].items():
            self._values[PropertyKind.FIELD, key] = [value.get("number", value["text"])]

    def query_values(self, kind: PropertyKind, key: str) -> Sequence[Any]:
        return self._values.get((kind, key), ())


def _resolver(name: str | None) -> Assets | None:
    return None if name is None else Assets(DATA["resolvers"][name])


def _cases(cases: list[dict[str, Any]], key: str = "text") -> list[Any]:
    return [pytest.param(case, id=f"{number}: {encoding.text(case[key])[:60]}") for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", _cases(DATA["parse"]))
def test_a_query_is_read_into_its_canonical_text_or_refused(case: dict[str, Any]) -> None:
    """The canonical text of a query is the real engine's, and so is the refusal."""
    environment = replace(DAY_FIRST, redact_urns=case["redact_urns"])
    expected = case["expected"]
    if "error" in expected:
        with pytest.raises(QueryError) as refused:
            contactql.parse(environment, case["text"], _resolver(case["resolver"]))
        assert str(refused.value) == expected["error"]
    else:
        query = contactql.parse(environment, case["text"], _resolver(case["resolver"]))
        assert str(query) == expected["query"]


@pytest.mark.parametrize("case", _cases(DATA["errors"]))
def test_a_refusal_has_a_code_and_what_it_speaks_of(case: dict[str, Any]) -> None:
    """Message, code and extra of a refusal are the real engine's."""
    with pytest.raises(QueryError) as refused:
        contactql.parse(YEAR_FIRST, case["text"], _resolver("errors"))
    assert refused.value.message == case["error"]
    assert refused.value.code == case["code"]
    assert refused.value.extra == (case["extra"] or {})


@pytest.mark.parametrize("case", _cases(DATA["simplify"]))
def test_a_query_is_as_flat_as_it_can_be(case: dict[str, Any]) -> None:
    """Parts that are joined in the same way stand beside each other."""
    assert str(contactql.parse(PLAIN, case["text"], _resolver("simplify"))) == case["parsed"]


@pytest.mark.parametrize("case", _cases(DATA["too_complex"]))
def test_a_query_may_be_so_complex_and_no_more(case: dict[str, Any]) -> None:
    """Length, depth and the number of conditions have limits."""
    text = encoding.text(case["text"])
    if case["error"] is None:
        contactql.parse(PLAIN, text)
    else:
        with pytest.raises(QueryError, match=f"^{case['error']}$"):
            contactql.parse(PLAIN, text)


@pytest.mark.parametrize("case", _cases(DATA["escape"], "value"))
def test_any_text_can_be_one_literal(case: dict[str, Any]) -> None:
    """What a template puts into a query stays one literal."""
    assert contactql.quote(case["value"]) == case["expected"]


@pytest.mark.parametrize("case", _cases(DATA["evaluate"]["cases"], "query"))
def test_a_query_is_true_of_properties_or_it_is_not(case: dict[str, Any]) -> None:
    """The real engine finds the same properties."""
    query = contactql.parse(PLAIN, case["query"], _resolver("evaluate"))
    assert contactql.evaluate(PLAIN, query, Document(DATA["evaluate"]["object"])) is case["result"]


@pytest.mark.parametrize("case", _cases(DATA["contact_query"]["cases"], "query"))
def test_a_query_is_true_of_a_contact_or_it_is_not(case: dict[str, Any]) -> None:
    """The real engine finds the same contact."""
    environment = replace(PLAIN, redact_urns=True) if case["redact_urns"] else DAY_FIRST
    workspace = AnyAssets({"fields": [], "groups": [], "flows": []})
    if "error" in case["expected"]:
        with pytest.raises(QueryError, match=f"^{case['expected']['error']}$"):
            contactql.parse(environment, case["query"], workspace)
    else:
        query = contactql.parse(environment, case["query"], workspace)
        contact = Contact(DATA["contact_query"]["contact"])
        assert contactql.evaluate(environment, query, contact) is case["expected"]["result"]


@pytest.mark.parametrize("case", _cases(DATA["inspect"], "query"))
def test_a_query_says_what_it_depends_on(case: dict[str, Any]) -> None:
    """The real engine sees the same dependencies."""
    inspection = contactql.inspect(contactql.parse(PLAIN, case["query"], _resolver(case["resolver"])))
    expected = case["inspection"]
    assert {**inspection.to_json(), "fields": [], "groups": []} == {**expected, "fields": [], "groups": []}
    assert [[field.key, field.name] for field in inspection.fields] == _references(expected["fields"])
    assert [[part for part in (group.uuid, group.name) if part] for group in inspection.groups] == _references(
        expected["groups"]
    )


def _references(encoded: list[dict[str, list[str]]]) -> list[list[str]]:
    return [parts for reference in encoded for parts in reference.values()]

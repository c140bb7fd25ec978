"""Mango's indexes: which are there, which serve a query, and what they hold.

An index holds the documents that have all of its fields, in the order of their values.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.errors import BadRequest, not_simulated

from .fields import ABSENT, path_of, value_at
from .selectors import read_selector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapidpro_simulator.cht.couch.documents import JSON

    from .selectors import Node

LANGUAGE = "query"
IMPLICIT = frozenset({"_id", "_rev"})  # every document has them


@dataclass(frozen=True)
class Index:
    """An index by some fields, in one direction, of the documents that `filter` matches; `design` None: `_all_docs`."""

    design: str | None
    name: str
    fields: tuple[str, ...]
    direction: str = "asc"
    filter: JSON | None = None

    @property
    def paths(self) -> list[tuple[str, ...]]:
        return [path_of(field) for field in self.fields]

    def emit(self, document: JSON) -> list[Any]:
        """Return the key of a document, in a list; an empty list where it is not in the index."""
        if self.filter is not None and not read_selector(self.filter).matches(document):
            return []
        key = [value_at(document, path) for path in self.paths]
        return [] if any(value is ABSENT for value in key) else [[key, None]]

    def serves(self, selector: Node, sort: Sequence[str]) -> bool:
        """Say whether all that `selector` matches is in the index, in the order of `sort`."""
        if self.design is None:
            return all(field == "_id" for field in sort)
        needed = [field for field in self.fields if field not in sort and field not in IMPLICIT]
        return all(selector.requires(path_of(field)) for field in needed) and self._sorts(selector, sort)

    def _sorts(self, selector: Node, sort: Sequence[str]) -> bool:
        # Fields that can only have one value do not disturb the order of those behind them.
        fixed = {field for field in self.fields if is_fixed(selector, field)}
        behind = [field for field in self.fields if field not in fixed]
        wanted = [field for field in sort if field not in fixed]
        return behind[: len(wanted)] == wanted or list(self.fields[: len(sort)]) == list(sort)

    def prefix(self, selector: Node) -> int:
        """Return how many of the first fields narrow the search: those with one value, and one more with a range."""
        count = 0
        for field in self.fields:
            if not selector.conditions(path_of(field)):
                break
            count += 1
            if not is_fixed(selector, field):
                break
        return count

    def as_dict(self) -> JSON:
        if self.design is None:
            return {"ddoc": None, "name": self.name, "type": "special", "def": {"fields": [{"_id": "asc"}]}}
        definition: JSON = {"fields": [{field: self.direction} for field in self.fields]}
        if self.filter:
            definition["partial_filter_selector"] = self.filter
        return {"ddoc": self.design, "name": self.name, "type": "json", "partitioned": False, "def": definition}


ALL_DOCS = Index(None, "_all_docs", ("_id",))


def is_fixed(selector: Node, field: str) -> bool:
    """Say whether the field has the same value in all that `selector` matches."""
    return any(name == "$eq" for name, _ in selector.conditions(path_of(field)))


def indexes_in(document: JSON) -> Iterator[Index]:
    """Yield the indexes that a design document declares."""
    if document.get("language") != LANGUAGE:
        return
    for name, view in document.get("views", {}).items():
        fields = view["map"]["fields"]
        direction = next(iter(fields.values()), "asc")
        yield Index(document["_id"], name, tuple(fields), direction, view["map"].get("partial_filter_selector") or None)


def declare(request: JSON) -> Index:
    """Return the index that somebody wants to have; raises `BadRequest` in CouchDB's words."""
    kind = request.get("type", "json")
    if kind == "text":
        raise not_simulated("an index of the type text", "full text search is a service beside CouchDB; use json")
    definition = request.get("index")
    if kind != "json" or not isinstance(definition, dict) or not isinstance(definition.get("fields"), list):
        raise BadRequest("Missing required key: index", "missing_required_key")
    pairs = read_sort(definition["fields"])
    if not pairs:
        raise BadRequest("Index fields must not be empty.", "invalid_index_json")
    selector = definition.get("partial_filter_selector")
    if selector is not None:
        read_selector(selector)
    digest = hashlib.sha1(json.dumps(definition, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    design = str(request.get("ddoc") or digest)
    if not design.startswith("_design/"):
        design = f"_design/{design}"
    fields = tuple(field for field, _ in pairs)
    return Index(design, str(request.get("name") or digest), fields, pairs[0][1], selector or None)


def view_of(index: Index) -> JSON:
    """Return what a design document says of an index."""
    fields = dict.fromkeys(index.fields, index.direction)
    return {
        "map": {"fields": fields, "partial_filter_selector": index.filter or {}},
        "reduce": "_count",
        "options": {"def": {"fields": list(index.fields)}},
    }


def read_sort(fields: Any) -> list[tuple[str, str]]:
    """Return fields with their directions, one for all; raises `BadRequest` in CouchDB's words."""
    if not isinstance(fields, list):
        raise BadRequest(f"Invalid sort json: {json.dumps(fields)}", "invalid_sort_json")
    pairs = [_direction(field) for field in fields]
    if len({direction for _, direction in pairs}) > 1:
        raise BadRequest("Sorts currently only support a single direction for all fields.", "unsupported_mixed_sort")
    return pairs


def _direction(field: Any) -> tuple[str, str]:
    if isinstance(field, str):
        return field, "asc"
    if isinstance(field, dict) and len(field) == 1:
        [(name, direction)] = field.items()
        if direction in ("asc", "desc"):
            return name, direction
    raise BadRequest(f"Invalid sort field: {json.dumps(field)}", "invalid_sort_field")

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.model.location_files import LocationError, read_locations

TREE: dict[str, Any] = {
    "name": "Rwanda",
    "children": [{"name": "Kigali City", "aliases": ["Kigali"], "children": [{"name": "Gasabo"}]}],
}


def feature(osm_id: object, name: str, parent: object = None, **more: Any) -> dict[str, Any]:
    properties = {"osm_id": osm_id, "name": name, "parent_id": parent, **more}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [30, -2]}}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_tree() -> None:
    """A tree names places; those to which it gives no id get one that sorts as they stand. It is left as it was."""
    before = deepcopy(TREE)
    places = list(read_locations(TREE))
    assert [(each.path, each.level) for each in places] == [
        ("Rwanda", 0),
        ("Rwanda > Kigali City", 1),
        ("Rwanda > Kigali City > Gasabo", 2),
    ]
    assert [each.osm_id for each in places] == ["1000001", "1000002", "1000003"]
    assert before == TREE


def test_geojson() -> None:
    """In GeoJSON each place says what it lies in, in any order."""
    gasabo = feature(3, "Gasabo", 2)
    kigali = feature(2, "Kigali City", "1", aliases=["Kigali"])
    places = list(read_locations(collection(gasabo, kigali, feature("1", "Rwanda"))))
    assert [(each.osm_id, each.path) for each in places] == [
        ("1", "Rwanda"),
        ("2", "Rwanda > Kigali City"),
        ("3", "Rwanda > Kigali City > Gasabo"),
    ]
    assert places[1].aliases == ("Kigali",)
    assert places[2].geometry == gasabo["geometry"]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "these are no places"),
        ({}, "the file: a place here has no name"),
        ({"name": " "}, "no name"),
        ({"name": "Rwanda", "children": [{"title": "Kigali"}]}, "Rwanda: a place here has no name"),
        ({"name": "Rwanda", "children": ["Kigali"]}, "Rwanda: a place here has no name"),
        ({"name": "Rwanda", "children": {"name": "Kigali"}}, "the children of Rwanda are no array"),
        ({"name": "Rwanda", "aliases": "RW"}, "the aliases of Rwanda are no array"),
        ({**TREE, "osm_id": 1, "children": [{"name": "Kigali City", "osm_id": "1"}]}, "2 places have the osm_id 1"),
        (
            {"name": "a", "children": [{"name": "b", "children": [{"name": "c", "children": [TREE]}]}]},
            "a > b > c > Rwanda: Kigali City lies too deep",
        ),
        (collection(), "without it are: none"),
        (collection(feature(1, "Rwanda"), feature(2, "Kenya")), "without it are: Rwanda, Kenya"),
        (collection(feature(1, "Rwanda"), feature(2, "Kigali", 7)), "Kigali lies in 7"),
        (collection(feature(1, "Rwanda"), feature(1, "Kigali", 1)), "2 places have the osm_id 1"),
        (collection({"type": "Feature"}), "each feature needs the properties"),
        (collection(feature("", "Rwanda")), "each feature needs the properties"),
        (collection(feature(1, "Rwanda"), feature(2, "Kigali", 3), feature(3, "Gasabo", 2)), "lie in each other"),
    ],
)
def test_refused(document: Any, problem: str) -> None:
    """What makes no sense is refused, and the place is named."""
    with pytest.raises(LocationError, match=problem):
        read_locations(document)

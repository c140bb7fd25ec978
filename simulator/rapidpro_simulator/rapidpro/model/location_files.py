"""Files of places: the administrative hierarchy of a country, as a tree or as GeoJSON, read into `Locations`.

A tree is `{"name": "Rwanda", "children": [{"name": "Kigali City", "aliases": ["Kigali"], "children": […]}]}`; each
place may have an `osm_id` and a `geometry`. GeoJSON is what OpenStreetMap's boundaries come in: a feature for each
place, with the properties `osm_id`, `name`, `aliases`, and `parent_id`, which only the country lacks.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.locales.locations import SEPARATOR, WARD, Locations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LEVELS = "a country, its states, their districts and their wards"
NO_DOCUMENT = 'these are no places: write {"name": "Rwanda", "children": [{"name": "Kigali City"}, …]}, or GeoJSON'


class LocationError(ValueError):
    """A file of places that makes no sense; the text says which place it is about."""


def read_locations(document: Any) -> Locations:
    """Return the places of a JSON document, a tree or GeoJSON. Raises `LocationError`."""
    if not isinstance(document, dict):
        raise LocationError(NO_DOCUMENT)
    tree = _tree_of(document) if document.get("type") == "FeatureCollection" else document
    for place, path in _walk(tree, ()):
        _check(place, path)
    locations = Locations(tree)
    _refuse_twice("the osm_id", (place.osm_id for place in locations))
    return locations


def _walk(place: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    yield place, path
    children = place.get("children") or [] if isinstance(place, dict) else []
    for child in children if isinstance(children, list) else ():
        yield from _walk(child, (*path, str(place.get("name"))))


def _check(place: Any, path: tuple[str, ...]) -> None:
    where = f" {SEPARATOR} ".join(path) or "the file"
    if not isinstance(place, dict) or not isinstance(place.get("name"), str) or not place["name"].strip():
        raise LocationError(f"{where}: a place here has no name; {NO_DOCUMENT}")
    if len(path) > WARD:
        raise LocationError(f"{where}: {place['name']} lies too deep; there are four levels, {LEVELS}")
    for key in ("children", "aliases"):
        if not isinstance(place.get(key) or [], list):
            raise LocationError(f"{where}: the {key} of {place['name']} are no array")


def _tree_of(collection: Mapping[str, Any]) -> dict[str, Any]:
    features = [_place_of(each) for each in collection.get("features") or ()]
    places = {place["osm_id"]: place for place, _ in features}
    _refuse_twice("the osm_id", (place["osm_id"] for place, _ in features))
    roots = [place for place, parent in features if parent is None]
    if len(roots) != 1:
        names = ", ".join(place["name"] for place in roots) or "none"
        raise LocationError(f"one feature must be the country, without a parent_id; without it are: {names}")
    for place, parent in features:
        if parent is not None and parent not in places:
            raise LocationError(f"{place['name']} lies in {parent}, and no feature has this osm_id")
        if parent is not None:
            places[parent]["children"].append(place)
    tree = roots[0]
    if sum(1 for _ in _walk(tree, ())) < len(places):
        raise LocationError(f"some places lie in each other, and not in {tree['name']}")
    return tree


def _place_of(feature: Any) -> tuple[dict[str, Any], str | None]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not properties.get("osm_id"):
        raise LocationError("each feature needs the properties osm_id and name, and all but the country a parent_id")
    parent = properties.get("parent_id")
    place = {
        "name": properties.get("name"),
        "aliases": properties.get("aliases"),
        "osm_id": str(properties["osm_id"]),
        "geometry": feature.get("geometry"),
        "children": [],
    }
    return place, str(parent) if parent else None


def _refuse_twice(what: str, values: Iterable[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise LocationError(f"{count} places have {what} {value}")

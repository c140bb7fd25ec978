"""The endpoint `boundaries` (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Server

KEYS = ["osm_id", "name", "parent", "level", "aliases", "geometry"]
SQUARE = {"type": "Polygon", "coordinates": [[[29.9, -1.9], [30.2, -1.9], [30.2, -2.1], [29.9, -1.9]]]}
GASABO = {"name": "Gasabo", "osm_id": "1708284"}
KIGALI = {"name": "Kigali City", "osm_id": "1708283", "aliases": ["Kigari", "Kigali"], "children": [GASABO]}
EAST = {"name": "Eastern Province", "osm_id": "171591", "geometry": SQUARE}
RWANDA = {"name": "Rwanda", "osm_id": "171496", "children": [KIGALI, EAST]}


@pytest.mark.parametrize("query", ["", "?geometry=true"])
def test_no_locations(server: Server, query: str) -> None:
    """A workspace that knows no places lists nothing."""
    assert server.get(f"boundaries.json{query}").said == (200, {"next": None, "previous": None, "results": []})


def test_boundaries(server: Server) -> None:
    """Places are listed by OpenStreetMap's ids as texts, with what they lie in and their other names in order."""
    server.workspace.load_locations(RWANDA)
    rows = server.get("boundaries.json").results
    assert [row["name"] for row in rows] == ["Kigali City", "Gasabo", "Rwanda", "Eastern Province"]
    kigali, gasabo, country, _ = rows
    assert country == dict(zip(KEYS, ["171496", "Rwanda", None, 0, [], None], strict=True))
    rwanda = {"osm_id": "171496", "name": "Rwanda"}
    assert kigali == dict(zip(KEYS, ["1708283", "Kigali City", rwanda, 1, ["Kigali", "Kigari"], None], strict=True))
    assert (gasabo["parent"]["name"], gasabo["level"]) == ("Kigali City", 2)


@pytest.mark.parametrize("query", ["", "geometry=true", "geometry=false"])
def test_geometry(server: Server, query: str) -> None:
    """The older generation shows borders to those who ask for them, the newer one to everybody."""
    server.workspace.load_locations(RWANDA)
    east = server.get(f"boundaries.json?{query}").results[-1]
    shown = server.rapidpro.generation.name == "textit-2026" or query == "geometry=true"
    assert east["geometry"] == (SQUARE if shown else None)


def test_dates(server: Server) -> None:
    """A place has no date that anybody could ask for."""
    server.workspace.load_locations(RWANDA)
    assert len(server.get("boundaries.json?before=2000-01-01").results) == 4


def test_pages(server: Server) -> None:
    """A country of more than 250 places has pages, there and back, whose cursors are ids."""
    wards = [{"name": f"Ward {number}"} for number in range(600)]
    server.workspace.load_locations({"name": "Kenya", "children": [{"name": "Kisumu", "children": wards}]})
    page: dict[str, Any] = server.get("boundaries.json").json()
    first, sizes = page, [len(page["results"])]
    while page["next"]:
        before, page = page, server.get(page["next"].removeprefix("https://rapidpro.org")).json()
        sizes.append(len(page["results"]))
    assert sizes == [250, 250, 102]
    back = server.get(before["previous"].removeprefix("https://rapidpro.org")).json()
    assert back["results"] == first["results"]


def test_field_values(server: Server) -> None:
    """A value of a location's type is shown as the path of the place, or as nothing (rapidpro 4.3, 8.5)."""
    server.workspace.load_locations(RWANDA)
    server.workspace.fields.add("region", kind="state")
    server.workspace.fields.add("district", kind="district")
    body = {"fields": {"region": "kigali", "district": "gasabo"}}
    created = server.post("contacts.json", body).json()
    assert created["fields"] == {"region": "Rwanda > Kigali City", "district": "Rwanda > Kigali City > Gasabo"}
    other = server.post("contacts.json", {"fields": {"region": "Nairobi"}}).json()
    assert other["fields"] == {"region": None, "district": None}

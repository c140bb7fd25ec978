"""Places, and how they are found in texts."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.locales.locations import (
    DISTRICT,
    STATE,
    WARD,
    Locations,
    last_part,
    normalized_path,
)

MALAWI = Locations(
    {
        "name": "Malawi",
        "children": [
            {
                "name": "Central Region",
                "aliases": ["Chigawo Chapakati"],
                "children": [
                    {"name": "Lilongwe", "children": [{"name": "Chadza"}, {"name": "Market"}]},
                    {"name": "Likuni-Nord"},
                    {"name": "Mponela"},
                ],
            },
            {
                "name": "Southern Region",
                "children": [{"name": "Zomba", "children": [{"name": "Market"}]}, {"name": "Mponela"}],
            },
        ],
    }
)
LILONGWE = "Malawi > Central Region > Lilongwe"


@pytest.mark.parametrize(
    ("text", "level", "paths"),
    [
        ("LILONGWE", DISTRICT, [LILONGWE]),
        ("li-longwe!", DISTRICT, [LILONGWE]),
        ("I live in lilongwe, I do", DISTRICT, [LILONGWE]),
        ("at L'Likuni-nord", DISTRICT, ["Malawi > Central Region > Likuni-Nord"]),
        ("in the central region there", STATE, ["Malawi > Central Region"]),
        ("chigawo chapakati", STATE, ["Malawi > Central Region"]),
        (" malawi>  CENTRAL  region > lilongwe.", DISTRICT, [LILONGWE]),
        ("malawi > zomba", DISTRICT, ["Malawi > Southern Region > Zomba"]),
        ("market", WARD, [f"{LILONGWE} > Market", "Malawi > Southern Region > Zomba > Market"]),
        ("lilongwe", WARD, []),
        ("", STATE, []),
    ],
)
def test_finds_places(text: str, level: int, paths: list[str]) -> None:
    """A place is found by name, alias or path, in the whole text, in a word or in two."""
    assert [place.path for place in MALAWI.find("default", text, level)] == paths


def test_finds_places_in_a_place() -> None:
    """Of places with one name, those of a parent are found."""
    south = MALAWI.at("malawi > southern region")
    assert [place.path for place in MALAWI.find("default", "mponela", DISTRICT, south)] == [
        "Malawi > Southern Region > Mponela"
    ]
    assert MALAWI.named("default", "Lilongwe", DISTRICT, south) == []


def test_a_path_leads_to_one_level() -> None:
    """The path of a district names no state."""
    assert MALAWI.named("default", LILONGWE, STATE) == []


def test_names_are_compared_by_the_collation() -> None:
    """One hierarchy serves environments of different collations."""
    country = Locations({"name": "Iran", "children": [{"name": "کرج"}]})
    found = {name: len(country.find(name, "كرج", STATE)) for name in ("default", "arabic_variants")}
    assert found == {"default": 0, "arabic_variants": 1}


def test_paths_are_written_one_way() -> None:
    """Case, spaces and full stops at the end do not matter."""
    assert normalized_path(" RWANDA >kigali \t city..") == "Rwanda > Kigali City"
    assert last_part("Rwanda > Kigali City ") == "Kigali City"

"""The hierarchy of a workspace's locations, and how a place is found in a text (flows 2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.texts import collation
from rapidpro_simulator.rapidpro.flows.texts.regexes import compile_pattern
from rapidpro_simulator.rapidpro.flows.texts.strings import lower, title, trim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SEPARATOR = ">"
COUNTRY, STATE, DISTRICT, WARD = range(4)
FIRST_OSM_ID = 1_000_001

_SPACES = re.compile(r"[ \t\n\f\r]+")  # RE2's `\s`
_SPACES_AND_PUNCTUATION = compile_pattern(r"[\s\pP]+", "")
# Not the words of other texts: a hyphen joins, and an apostrophe parts, so that "l'Île-de-France" has "Île-de-France".
_WORDS = compile_pattern(r"[\pL\pM\pN_]+(?:-[\pL\pM\pN_]+)*", "")


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """A place: a country (level 0), state (1), district (2) or ward (3); `path` is e.g. `Rwanda > Kigali City`.

    `osm_id` is what OpenStreetMap knows it by, `geometry` its borders as GeoJSON; flows look at neither.
    """

    name: str
    level: int
    path: str
    aliases: tuple[str, ...] = ()
    parent: Location | None = field(default=None, repr=False)
    osm_id: str = ""
    geometry: Mapping[str, Any] | None = field(default=None, repr=False)


class Locations:
    """A country with its states, districts and wards."""

    def __init__(self, country: Mapping[str, Any]) -> None:
        """Take a JSON document: `name`, `aliases?`, `osm_id?`, `geometry?` and `children?`, which are such documents.

        Places to which it gives no `osm_id` get one, which sorts as they stand.
        """
        self._places = tuple(_places(country, None, COUNTRY, count(FIRST_OSM_ID)))
        self._by_path = {normalized_path(place.path): place for place in self._places}
        self._by_collation: dict[str, dict[tuple[int, str], list[Location]]] = {}

    def __iter__(self) -> Iterator[Location]:
        """Go through the country, and through each place before those in it."""
        return iter(self._places)

    def at(self, path: str) -> Location | None:
        """Return the place of a path, whatever its case and spaces; None if there is none."""
        return self._by_path.get(normalized_path(path))

    def named(self, collation_name: str, name: str, level: int, parent: Location | None = None) -> list[Location]:
        """Return the places of a level, and of a parent if one is given, with that name, alias or path.

        Names are compared by the collation of this name, e.g. `default`.
        """
        if SEPARATOR in name:
            place = self.at(name)
            found = [place] if place is not None and place.level == level else []
        else:
            found = self._names(collation_name).get((level, _compared(collation_name, name)), [])
        return [place for place in found if parent is None or place.parent is parent]

    def find(self, collation_name: str, text: str, level: int, parent: Location | None = None) -> list[Location]:
        """Return the places of a level that a text names.

        Tried in turn until something is found: the text, the text without spaces and punctuation, each word, each two
        words next to each other (flows 2.6).
        """
        for candidate in _candidates(text):
            if found := self.named(collation_name, candidate, level, parent):
                return found
        return []

    def _names(self, collation_name: str) -> dict[tuple[int, str], list[Location]]:
        known = self._by_collation.get(collation_name)
        if known is None:
            known = self._by_collation[collation_name] = {}
            for place in self._places:
                names = dict.fromkeys(_compared(collation_name, name) for name in (place.name, *place.aliases))
                for name in names:
                    known.setdefault((place.level, name), []).append(place)
        return known


@lru_cache(maxsize=1_024)
def normalized_path(path: str) -> str:
    """Return a path in title case, with single spaces and no full stops at its end."""
    parts = (_SPACES.sub(" ", trim(part)) for part in path.rstrip(".").split(SEPARATOR))
    return f" {SEPARATOR} ".join(title(lower(part)) for part in parts)


def last_part(path: str) -> str:
    """Return the name of the place that a path leads to."""
    return trim(path.rpartition(SEPARATOR)[2])


def _places(
    document: Mapping[str, Any], parent: Location | None, level: int, numbers: Iterator[int]
) -> Iterator[Location]:
    name = document["name"]
    path = name if parent is None else f"{parent.path} {SEPARATOR} {name}"
    aliases, osm_id = tuple(document.get("aliases") or ()), str(document.get("osm_id") or next(numbers))
    place = Location(name, level, path, aliases, parent, osm_id, document.get("geometry"))
    yield place
    for child in document.get("children") or ():
        yield from _places(child, place, level + 1, numbers)


def _candidates(text: str) -> Iterator[str]:
    yield text
    yield trim(_SPACES_AND_PUNCTUATION.sub("", text))
    words: list[str] = _WORDS.findall(text)
    yield from words
    yield from (f"{first} {second}" for first, second in pairwise(words))


def _compared(collation_name: str, name: str) -> str:
    return collation.transform(collation_name, trim(name))

"""The values of contact fields: one text, and what it may be read as whatever the field's type (flows 3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.excellent.conversions import parse_number
from rapidpro_simulator.rapidpro.flows.locales.dates_in_text import find_datetime
from rapidpro_simulator.rapidpro.flows.locales.locations import DISTRICT, SEPARATOR, STATE, WARD
from rapidpro_simulator.rapidpro.flows.texts.strings import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.flows.locales.locations import Location

    from .assets import FieldAsset

LONGEST_TEXT = 640
LEVELS = {"state": STATE, "district": DISTRICT, "ward": WARD}
LOCATION_TYPES = tuple(LEVELS)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What a contact has in one field; places are paths such as `Rwanda > Kigali City`, empty for none."""

    text: str
    number: Decimal | None = None
    datetime: DateTime | None = None
    state: str = ""
    district: str = ""
    ward: str = ""

    @classmethod
    def from_json(cls, document: Mapping[str, Any], environment: Environment) -> FieldValue:
        """Return the value of a JSON document as contacts and events have it."""
        number, moment = document.get("number"), document.get("datetime")
        return cls(
            whole(document.get("text", "")),
            None if number is None else Decimal(str(number)),
            find_datetime(environment, moment) if moment else None,
            *(document.get(level, "") for level in LOCATION_TYPES),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as on the wire: what it cannot be read as is left out."""
        document: dict[str, Any] = {"text": self.text}
        if self.datetime is not None:
            document["datetime"] = str(self.datetime)
        if self.number is not None:
            whole = self.number == self.number.to_integral_value()
            document["number"] = int(self.number) if whole else float(self.number)
        return document | {level: path for level in LOCATION_TYPES if (path := getattr(self, level))}


def parse(
    environment: Environment,
    fields: Iterable[FieldAsset],
    field: FieldAsset,
    text: str,
    values: Mapping[str, FieldValue],
) -> FieldValue:
    """Return the value that a text gives to a field of a contact, which has `values` in the workspace's `fields`.

    A district is only looked for in the contact's state, a ward only in its district, unless a path is given.
    """
    text = whole(text)
    place = _place(environment, fields, field, text, values)
    return FieldValue(text, parse_number(text), find_datetime(environment, text, fill_time=True), **_paths(place))


def _place(
    environment: Environment,
    fields: Iterable[FieldAsset],
    field: FieldAsset,
    text: str,
    values: Mapping[str, FieldValue],
) -> Location | None:
    locations = environment.locations
    if locations is None:
        return None
    if SEPARATOR in text:
        return locations.at(text)
    if field.type not in LEVELS:
        return None
    level, parent = LEVELS[field.type], None
    if level > STATE:
        outer = LOCATION_TYPES[LOCATION_TYPES.index(field.type) - 1]
        path = next((getattr(values.get(other.key), outer, "") for other in fields if other.type == outer), "")
        parent = locations.at(path) if path else None
        if parent is None:
            return None
    return next(iter(locations.find(environment.collation, text, level, parent)), None)


def _paths(place: Location | None) -> dict[str, str]:
    paths = {}
    while place is not None and place.level >= STATE:
        paths[LOCATION_TYPES[place.level - STATE]] = place.path
        place = place.parent
    return paths

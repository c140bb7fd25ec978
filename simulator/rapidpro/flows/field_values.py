"""The values of contact fields: one text, and what it may be read as whatever the field's type (flows 3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .dates import DateTime, find_datetime
from .excellent.conversions import parse_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .environment import Environment

LONGEST_TEXT = 640
LOCATION_TYPES = ("state", "district", "ward")


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
            document.get("text", ""),
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

"""Results of runs: what flows found out, by a key made of the result's name (flows 3.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.texts.strings import trim

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result; `extra` is any JSON value, `created_on` a timestamp.

    `extra_source` is the JSON that `extra` came as, where it came so; like in RapidPro it is not saved with a session.
    """

    name: str
    value: str
    category: str = ""
    category_localized: str = ""
    node_uuid: str = ""
    input: str = ""
    extra: Any = None
    created_on: str = ""
    extra_source: str = field(default="", compare=False)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Result:
        """Return the result of a JSON document; unknown keys are ignored, names are cut to their limit."""
        known = {key: value for key, value in document.items() if key in _SAVED and value is not None}
        return cls(**{"value": "", **known, "name": trim(document["name"][:LONGEST_NAME])})

    def to_json(self) -> dict[str, Any]:
        """Return it as on the wire: what is empty is left out, but for name and value."""
        document: dict[str, Any] = {"name": self.name, "value": self.value}
        if self.category:
            document["category"] = self.category
        if self.category_localized:
            document["category_localized"] = self.category_localized
        document["node_uuid"] = self.node_uuid
        if self.input:
            document["input"] = self.input
        if self.extra is not None:
            document["extra"] = self.extra
        document["created_on"] = self.created_on
        return document


_SAVED: Final = frozenset(Result.__dataclass_fields__) - {"extra_source"}

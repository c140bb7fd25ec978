"""What a report is read with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.translations import DEFAULT_LOCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .definition import Translate


@dataclass(frozen=True)
class Surroundings:
    """The app settings, the translations (of a key into a language), and the time in milliseconds since 1970."""

    settings: Mapping[str, Any]
    translate: Translate
    now: int

    @property
    def own_locale(self) -> str:
        """Return the language of the instance."""
        return str(self.settings.get("locale") or DEFAULT_LOCALE)

    def locale(self, message: Mapping[str, Any]) -> str:
        """Return the language of a message: what it says itself, else that of the instance."""
        return str(message.get("locale") or self.own_locale)

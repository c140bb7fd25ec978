"""Translations of a flow: by language, by the UUID of an action, case or category, and by property (flows 2.8)."""

from __future__ import annotations

from typing import Any, Final

from rapidpro_simulator.rapidpro.flows.texts.strings import whole

from . import fields, limits
from .kinds import refuse
from .reading import DefinitionError

LEVELS: Final = 3  # languages, items, properties

Translations = dict[str, dict[str, dict[str, Any]]]


class Localization:
    """The translations of a flow, as its definition holds them."""

    __slots__ = ("translations",)

    def __init__(self, translations: Translations | None = None) -> None:
        self.translations: Final[Translations] = translations or {}

    @property
    def languages(self) -> list[str]:
        """The languages there are translations into, in the order of the alphabet."""
        return sorted(self.translations)

    def get(self, language: str, item_uuid: str, property_: str) -> list[str] | None:
        """Return the translation of a property, None where there is none that can be used.

        An empty list, a single empty text and anything but a list of texts are as good as none.
        """
        item = self.translations.get(language, {}).get(item_uuid)
        return None if item is None else _usable(item.get(property_))

    def validate(self) -> None:
        """Raise `DefinitionError` for unknown languages, and for more translations than a flow may have."""
        for language, items in self.translations.items():
            if not fields.LANGUAGE.accepts(language):
                raise DefinitionError(f"language '{language}' {fields.LANGUAGE.complaint}")
            _check(items, limits.TRANSLATED_ITEMS_OF_A_LANGUAGE, f"language '{language}'", "items")
            for uuid, properties in items.items():
                _check(properties, limits.TRANSLATED_PROPERTIES_OF_AN_ITEM, f"item '{uuid}'", "properties")
                for name, values in properties.items():
                    _check_values(name, values)

    def to_json(self) -> Translations:
        """Return it as definitions write it."""
        return self.translations


def _usable(values: Any) -> list[str] | None:
    if not isinstance(values, list) or values in ([], [""]) or not all(isinstance(value, str) for value in values):
        return None
    return values


def _check_values(name: str, values: Any) -> None:
    if not isinstance(values, list):
        return
    _check(values, limits.VALUES_OF_A_TRANSLATION, f"property '{name}'", "values")
    if any(isinstance(value, str) and len(value) > limits.CHARACTERS_OF_A_TRANSLATION for value in values):
        raise DefinitionError(f"property '{name}' can't have values longer than {limits.CHARACTERS_OF_A_TRANSLATION}")


def _check(items: Any, maximum: int, owner: str, description: str) -> None:
    if len(items) > maximum:
        raise DefinitionError(f"{owner} can't have more than {maximum} {description} (has {len(items)})")


def read_localization(document: Any) -> Localization:
    """Return the translations in a JSON document, whose three levels have to be objects."""
    levels = {"localization": document}
    for _ in range(LEVELS):
        for path, level in levels.items():
            if not isinstance(level, dict):
                raise refuse(level, path, "map")
        levels = {f"{path}[{key}]": value for path, level in levels.items() for key, value in level.items()}
    return Localization(whole(document))

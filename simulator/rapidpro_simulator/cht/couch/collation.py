r"""The order of keys: CouchDB's collation of JSON values, as Python sort keys.

null < false < true < numbers < strings < arrays < objects. Strings collate as ICU's root locale does for the text that
CHT keeps in keys: blanks, punctuation, symbols, digits, letters, the rest; a < A < á < b; unassigned characters such
as "\ufff0" come last. Not the whole of Unicode: scripts follow their code points, and two different strings are never
equal.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# The order of ASCII punctuation and symbols in ICU's root collation, digits and letters left out.
_ASCII_ORDER = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_PUNCTUATION = {character: place for place, character in enumerate(_ASCII_ORDER)}
_CLASSES = {"Z": 1, "P": 2, "S": 3, "N": 4, "L": 5, "M": 5}
_UNASSIGNED = 6

SortKey = tuple[Any, ...]


def sort_key(value: Any, collate: Callable[[str], Any] | None = None) -> SortKey:
    """Return what sorts as CouchDB sorts the JSON value `value`; `collate` orders texts (default: as views do)."""
    collate = collate or _collate
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (2,) if value else (1,)
    if isinstance(value, int | float):
        return (3, value)
    if isinstance(value, str):
        return (4, collate(value))
    if isinstance(value, dict):
        return (6, tuple((collate(name), sort_key(member, collate)) for name, member in value.items()))
    return (5, tuple(sort_key(element, collate) for element in value))


@lru_cache(maxsize=65_536)
def _collate(text: str) -> tuple[Any, ...]:
    if text.isascii() and text.isalnum() and text == text.lower():
        # The common case, identifiers: nothing to tell apart by accents or by case.
        return (tuple(_PLAIN[character] for character in text), (), (), text)
    characters = unicodedata.normalize("NFD", text)
    bases = [character for character in characters if not unicodedata.combining(character)]
    primary = tuple(weight for character in bases if (weight := _weigh(character)) is not None)
    accents = tuple(place for place, character in enumerate(characters) if unicodedata.combining(character))
    capitals = tuple(character.isupper() for character in bases) if text != text.lower() else ()
    return (primary, accents, capitals, text)


def _weigh(character: str) -> tuple[int, int] | None:
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"} and not character.isspace():
        return None  # ignored, as ICU ignores control characters
    if character.isspace():
        return (1, ord(character))
    kind = _CLASSES.get(category[0], _UNASSIGNED)
    if kind == 4:
        return (4, unicodedata.digit(character, ord(character)))
    if character in _PUNCTUATION:
        return (2, _PUNCTUATION[character])
    return (kind, ord(character.lower()[0]) if kind == 5 else 0x100 + ord(character))


_PLAIN = {character: _weigh(character) for character in "abcdefghijklmnopqrstuvwxyz0123456789"}

r"""What the web application calls a word and an emoji: the keywords that it lets triggers have (flows 1.1).

It is written in Python and uses the library `regex`, whose words are those of Unicode: combining marks and joiners
belong to them, superscripts do not. To Python's own `\w` it is the other way round.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from uniseg.emoji import extended_pictographic
from uniseg.graphemecluster import grapheme_clusters

_LETTERS_AND_MARKS: Final = frozenset("LM")
_OTHERS: Final = frozenset({"Nd", "Nl", "Pc"})
_JOINERS: Final = "\u200c\u200d"
_ENCLOSED_LETTERS: Final = (
    *(range(0x24B6, 0x24EA), range(0x1F130, 0x1F14A), range(0x1F150, 0x1F16A), range(0x1F170, 0x1F18A)),
)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_KEYCAP: Final = "\u20e3"


def is_word(text: str) -> bool:
    """Say whether a text is one word, of any script."""
    return bool(text) and all(map(_is_of_words, text))


def is_emoji(text: str) -> bool:
    """Say whether a text is one emoji, with whatever belongs to it: a skin tone, others that are joined to it."""
    return len(list(grapheme_clusters(text))) == 1 and any(map(_is_picture, text))


def _is_of_words(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] in _LETTERS_AND_MARKS or category in _OTHERS or character in _JOINERS:
        return True
    return category == "So" and any(ord(character) in letters for letters in _ENCLOSED_LETTERS)


def _is_picture(character: str) -> bool:
    is_part = ord(character) in _FLAG_LETTERS or character == _KEYCAP
    return is_part or bool(extended_pictographic(character))

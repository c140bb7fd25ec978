"""Collations: what counts as the same word or place name (flows 8.7)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from .text import lower

if TYPE_CHECKING:
    from collections.abc import Callable


def transform(collation: str, text: str) -> str:
    """Return what a text is compared by under a collation: default, confusables or arabic_variants.

    An unknown collation is the default one.
    """
    return _COLLATIONS.get(collation, lower)(text)


def are_equal(collation: str, first: str, second: str) -> bool:
    """Say whether two texts are the same under a collation."""
    return first == second or transform(collation, first) == transform(collation, second)


def _arabic_variants(text: str) -> str:
    if text.isascii():
        return text.lower()
    return lower(unicodedata.normalize("NFKC", text).translate(_ARABIC))


def _confusables(text: str) -> str:
    # Unicode's table of confusables has six thousand rows; these are the look-alikes that phones can type.
    return lower(unicodedata.normalize("NFKD", text).translate(_LOOK_ALIKES))


_ARABIC_LETTERS = {
    "\u0627": "\u0622",  # alef: with madda
    "\u06cc": "\u0649\u064a\u06cd\u06d0",  # Farsi yeh: alef maksura, Arabic yeh, yeh with tail, e
    "\u06a9": "\u0643\u06aa",  # keheh: Arabic kaf, swash kaf
    "\u06af": "\u06ab",  # gaf: the Pashto one with a ring
    "\u062a": "\u067c",  # teh: with ring
    "\u062f": "\u0689",  # dal: with ring
    "\u0631": "\u0693",  # reh: with ring
    "\u0646": "\u06bc",  # noon: with ring
}
_ARABIC = str.maketrans(
    {
        **{chr(0x0660 + digit): chr(0x06F0 + digit) for digit in range(10)},
        **{variant: letter for letter, variants in _ARABIC_LETTERS.items() for variant in variants},
    }
)
_LOOK_ALIKES_OF = {
    "l": "I1|\u0406\u04c0\u0399\u0399",
    "O": "0\u041e\u039f",
    "a": "\u0430\u03b1",
    "c": "\u0441\u03f2",
    "e": "\u0435",
    "g": "\u0261",
    "h": "\u04bb",
    "i": "\u0456\u03b9\u0131",
    "j": "\u0458",
    "o": "\u043e\u03bf\u03c3",
    "p": "\u0440\u03c1",
    "s": "\u0455",
    "v": "\u03bd\u0475",
    "w": "\u0461\u051d",
    "x": "\u0445",
    "y": "\u0443\u03b3",
    "rn": "m",
    "A": "\u0410\u0391",
    "B": "\u0412\u0392",
    "C": "\u0421\u03f9",
    "E": "\u0415\u0395",
    "H": "\u041d\u0397",
    "J": "\u0408",
    "K": "\u041a\u039a",
    "M": "\u041c\u039c",
    "N": "\u039d",
    "P": "\u0420\u03a1",
    "S": "\u0405",
    "T": "\u0422\u03a4",
    "X": "\u0425\u03a7",
    "Y": "\u04ae\u03a5",
    "Z": "\u0396",
}
_LOOK_ALIKES = str.maketrans({alike: base for base, alikes in _LOOK_ALIKES_OF.items() for alike in alikes})

_COLLATIONS: dict[str, Callable[[str], str]] = {
    "default": lower,
    "confusables": _confusables,
    "arabic_variants": _arabic_variants,
}

"""Collations: what counts as the same word or place name (flows 8.7)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from .strings import lower

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
    # An approximation: Unicode's table has six thousand rows; these are the look-alikes that phones can type.
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
    # Latin, Greek, Cyrillic and Armenian; a digit and a letter that look alike are the letter
    "2": "\u03e8",
    "3": "\u0417\u04e0",
    "6": "\u0431",
    "a": "\u0430\u03b1\u0251",
    "A": "\u0410\u0391",
    "b": "\u042c",
    "B": "\u0412\u0392",
    "c": "\u0441\u03f2",
    "C": "\u0421\u03f9",
    "d": "\u0501",
    "e": "\u0435\u04bd",
    "E": "\u0415\u0395",
    "f": "\u0584",
    "F": "\u03dc",
    "g": "\u0261\u0581",
    "G": "\u050c",
    "h": "\u04bb\u0570",
    "H": "\u041d\u0397",
    "i": "\u0456\u03b9\u0131\u02db\u026a\u0269\u04cf",
    "j": "\u0458\u03f3",
    "J": "\u0408\u037f",
    "K": "\u041a\u039a",
    "l": "I1|\u0406\u04c0\u0399",
    "M": "\u041c\u039c\u03fa",
    "n": "\u0578\u057c",
    "N": "\u039d",
    "o": "\u043e\u03bf\u03c3\u0585",
    "O": "0\u041e\u039f\u0555",
    "p": "\u0440\u03c1\u03f1",
    "P": "\u0420\u03a1",
    "q": "\u051b\u0563\u0566",
    "r": "\u0433",
    "rn": "m",
    "s": "\u0455",
    "S": "\u0405\u054f",
    "T": "\u0422\u03a4",
    "u": "\u028b\u03c5\u057d",
    "U": "\u054d",
    "v": "\u03bd\u0475",
    "V": "\u0474",
    "w": "\u0461\u051d\u026f\u0561",
    "W": "\u051c",
    "x": "\u0445",
    "X": "\u0425\u03a7",
    "y": "\u0443\u03b3\u0263\u028f\u04af",
    "Y": "\u04ae\u03a5\u0423",
    "Z": "\u0396",
}
_LOOK_ALIKES = str.maketrans({alike: base for base, alikes in _LOOK_ALIKES_OF.items() for alike in alikes})

_COLLATIONS: dict[str, Callable[[str], str]] = {
    "default": lower,
    "confusables": _confusables,
    "arabic_variants": _arabic_variants,
}

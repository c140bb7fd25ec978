"""How many SMS a text takes: the cost of a message on a channel (rapidpro 6.5)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # take the room of two
_SEVEN_BITS = _BASIC | _EXTENDED

_GSM7 = (160, 153)  # characters of a single message, and of each part of a longer one
_UCS2 = (70, 67)


def fits_seven_bits(text: str) -> bool:
    """Say whether all of `text` is in the default alphabet of SMS."""
    return _SEVEN_BITS.issuperset(text)


def segments(text: str) -> int:
    """Return the number of SMS that carry `text`; at least 1."""
    if fits_seven_bits(text):
        return _parts(len(text) + sum(character in _EXTENDED for character in text), *_GSM7)
    return _parts(len(text.encode("utf-16-be")) // 2, *_UCS2)


def _parts(length: int, single: int, part: int) -> int:
    return 1 if length <= single else -(-length // part)

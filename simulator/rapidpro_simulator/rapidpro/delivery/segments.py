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


def width(character: str, *, seven_bits: bool) -> int:
    """Return how much room a character takes, in the default alphabet of SMS or else in UCS-2."""
    if seven_bits:
        return 1 + (character in _EXTENDED)
    return len(character.encode("utf-16-be", "surrogatepass")) // 2


def segments(text: str) -> int:
    """Return the number of SMS that carry `text`; at least 1. What takes the room of two is not cut in two."""
    seven_bits = fits_seven_bits(text)
    single, part = _GSM7 if seven_bits else _UCS2
    if 2 * len(text) <= single:
        return 1  # as most do: nobody need measure
    widths = [width(character, seven_bits=seven_bits) for character in text]
    if sum(widths) <= single:
        return 1
    count, room = 1, part
    for each in widths:
        if each > room:
            count, room = count + 1, part
        room -= each
    return count

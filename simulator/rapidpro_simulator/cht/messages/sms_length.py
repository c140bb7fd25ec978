"""How a text that is too long for the SMS it may take is cut (cht-sentinel 4.1). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_LIMIT = 10  # SMS
ELLIPSIS = "..."
GSM7 = (160, 153)  # characters of a single SMS, and of each part of a longer text
UCS2 = (70, 67)

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # take the room of two


def shorten(text: str, limit: int) -> str | None:
    """Return what of `text` goes into `limit` SMS, ending in three dots; None where it fits as it is."""
    parts = list(_parts(text))
    return "".join(parts[:limit])[: -len(ELLIPSIS)] + ELLIPSIS if len(parts) > limit else None


def _parts(text: str) -> Iterator[str]:
    is_gsm = (_BASIC | _EXTENDED).issuperset(text)
    single, part = GSM7 if is_gsm else UCS2
    sizes = [_size(character, is_gsm=is_gsm) for character in text]
    room = single if sum(sizes) <= single else part
    begin = used = 0
    for place, size in enumerate(sizes):
        if used + size > room:
            yield text[begin:place]
            begin, used = place, 0
        used += size
    yield text[begin:]


def _size(character: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1

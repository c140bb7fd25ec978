"""How courier cuts a long text into parts (rapidpro 6.5), and writes it in the alphabet of SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.segments import fits_seven_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.model.messages import Message

NEAR_THE_END = 6  # characters; there a space ends a part
_SUBSTITUTES = str.maketrans(
    {
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‘’‚`´′", "'"),
        **dict.fromkeys("–—‐‑−", "-"),
        "…": "...",
        "\u00a0": " ",
        "\t": " ",
    }
)
"""What stands for characters that the alphabet of SMS lacks."""


def whole_text(message: Message) -> str:
    """Return the text of a message, with the URLs of its attachments on lines of their own."""
    return "\n".join([message.text, *(each.partition(":")[2] for each in message.attachments or ())])


def split(text: str, most: int) -> list[str]:
    """Return the parts of a text: each of at most so many characters, cut at a space where one is near its end."""
    if len(text) <= most:
        return [text]
    return [part for part in map(str.strip, _cut(text, most)) if part]


def _cut(text: str, most: int) -> Iterator[str]:
    part = ""
    for character in text:
        part += character
        if len(part) == most or (len(part) > most - NEAR_THE_END and character == " "):
            yield part
            part = ""
    yield part


def smart(text: str) -> str:
    """Return `text` with substitutes where that makes it fit the alphabet of SMS; else as it is."""
    replaced = text.translate(_SUBSTITUTES)
    return replaced if fits_seven_bits(replaced) else text

"""Texts as they stand in expressions: in double quotes, with Go's escapes (flows 6.3)."""

from __future__ import annotations

import re

_SHORT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_LETTERS = {character: letter for letter, character in _SHORT.items()}
_PIECE = re.compile(
    r'(?P<plain>[^\\"\n]+)'
    r'|\\(?P<short>[abfnrtv\\"])'
    r"|\\(?:x(?P<byte>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2}))"
    r"|\\(?:u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8}))"
)
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_LAST_BYTE, _LAST_SHORT = 0x7F, 0xFFFF


def unquote(literal: str) -> str:
    r"""Give the text that a quoted literal stands for. One invalid escape, and nothing is unescaped: `"\d"` is `\d`."""
    inner = literal[1:-1]
    if "\\" not in inner:
        return inner
    found = bytearray()
    position = 0
    while position < len(inner):
        match = _PIECE.match(inner, position)
        piece = None if match is None else _unescaped(match)
        if match is None or piece is None:
            return inner
        found += piece
        position = match.end()
    return found.decode("utf-8", "replace")


def quote(text: str) -> str:
    """Write a text as a literal that stands for it."""
    escaped = "".join(map(_escaped, text))
    if text.endswith("\\"):
        # A quote after a backslash never closes a text, so the last backslash is written as a number.
        escaped = escaped[:-2] + r"\x5c"
    return f'"{escaped}"'


def _unescaped(match: re.Match[str]) -> bytes | None:
    kind, found = match.lastgroup, match[match.lastgroup or 0]
    if kind == "plain":
        return found.encode("utf-8", "replace")
    if kind == "short":
        return _SHORT[found].encode()
    code = int(found, 8 if kind == "octal" else 16)
    if kind in ("byte", "octal"):
        return bytes([code])
    if code > _LAST_CODE_POINT or code in _SURROGATES:
        return None
    return chr(code).encode()


def _escaped(character: str) -> str:
    letter = _LETTERS.get(character)
    if letter is not None:
        return f"\\{letter}"
    if character.isprintable():
        return character
    code = ord(character)
    if code <= _LAST_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _LAST_SHORT else f"\\U{code:08x}"

"""Text rules of flows: white space, case, words, keys, cutting, attachments, quick replies (flows 8.6, 3.7, 2.4).

`collation` compares words; `contactql.names` has the words of contact queries.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .regexes import compile_pattern

# What Unicode calls white space. Python's own `strip` would also take the separators U+001C to U+001F.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
ELLIPSIS = "..."
MOST_ATTACHMENT_BYTES = 2_048
MOST_QUICK_REPLY_TEXT = 64
MOST_QUICK_REPLY_EXTRA = 1_000

_ASCII_TOKENS = re.compile(r"[A-Za-z0-9_']+|[$+<=>^`|~]")
_TOKENS = compile_pattern(r"[\pM\pL\pN_']+|\pS", "")
_ASCII_KEY_GAPS = re.compile(r"[^A-Za-z0-9_]+")
_KEY_GAPS = compile_pattern(r"[^\pL0-9_]+", "")
_CONTENT_TYPE = re.compile(r"image|audio|video|application|geo|unavailable|\w+/[-+.\w]+", re.ASCII)
_QUICK_REPLY = re.compile(r"(?:<(?P<type>text|location|form|url)>)?(?P<text>.*?)(?:<extra>(?P<extra>.*))?", re.DOTALL)
_LINE_START = re.compile(r"^(?=[^\n])", re.MULTILINE)
# What starts a word of a title: a character after any ASCII one that is no letter, digit or `_`, or after white space.
_WORD_STARTS = re.compile(rf"(?:\A|(?<=[\x00-/:-@\[-^`{{-\x7f{WHITE_SPACE}])).", re.DOTALL)
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


def whole(value: Any) -> Any:
    """Return a text, or any JSON value, with U+FFFD for each half of a character, as Go reads JSON.

    Python's JSON reader lets halves of surrogate pairs through, which are no characters and which RE2 refuses.
    """
    if isinstance(value, str):
        return value if value.isascii() or not _has_halves(value) else _without_halves(value)
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return value


def trim(text: str) -> str:
    """Return a text without white space around it."""
    return text.strip(WHITE_SPACE)


def lower(text: str) -> str:
    """Return a text in lower case, character by character: no final sigma, no character becomes two."""
    if text.isascii():
        return text.lower()
    return "".join([character.lower()[0] for character in text])


def upper(text: str) -> str:
    """Return a text in upper case, character by character: what would become two characters stays (flows 7)."""
    if text.isascii():
        return text.upper()
    return "".join(map(_upper_character, text))


def title(text: str) -> str:
    """Return a text with a capital at the start of each word (flows 7)."""
    return _WORD_STARTS.sub(lambda start: _title_character(start[0]), text)


def tokens(text: str) -> list[str]:
    """Return the words of a text; every symbol is a word of its own (flows 8.6)."""
    pattern = _ASCII_TOKENS if text.isascii() else _TOKENS
    found: list[str] = pattern.findall(text)
    return found


def token_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text start and end, in characters."""
    pattern = _ASCII_TOKENS if text.isascii() else _TOKENS
    return [match.span() for match in pattern.finditer(text)]


def tokens_between(text: str, delimiters: str) -> list[str]:
    """Return the pieces of a text between any of some characters, without the empty ones (flows 8.6)."""
    for delimiter in delimiters[1:]:
        text = text.replace(delimiter, delimiters[0])
    return [piece for piece in text.split(delimiters[0]) if piece]


def words(text: str, delimiters: str | None = None) -> list[str]:
    """Return the words of a text, those between `delimiters` if there are any (flows 7)."""
    return tokens_between(text, delimiters) if delimiters else tokens(text)


def snakify(name: str) -> str:
    """Return the key of a name, e.g. `water_point` of `Water Point` (flows 3.7)."""
    name = trim(name)
    if name.isascii():
        return _ASCII_KEY_GAPS.sub("_", name).lower()
    key: str = _KEY_GAPS.sub("_", name)
    return lower(key)


def truncate(text: str, most: int) -> str:
    """Return at most the first `most` characters."""
    return text[:most]


def truncate_with_ellipsis(text: str, most: int) -> str:
    """Return at most `most` characters, the last three of them `...` where something is left out (flows 3.4)."""
    return text if len(text) <= most else text[: most - len(ELLIPSIS)] + ELLIPSIS


def indent(text: str, prefix: str) -> str:
    """Return a text with a prefix before each of its lines that is not empty."""
    return _LINE_START.sub(lambda _: prefix, text)


def prefix_overlap(first: str, second: str) -> int:
    """Return how many characters two texts share from their starts (flows 2.4)."""
    for count, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return count
    return min(len(first), len(second))


def is_nested_deeper(text: str, most: int) -> bool:
    """Say whether brackets `( [ {` are open inside each other more than `most` deep (flows 6.2)."""
    depth = 0
    for character in text:
        if character in _OPENING:
            depth += 1
            if depth > most:
                return True
        elif character in _CLOSING:
            depth -= 1
    return False


class Attachment(NamedTuple):
    """An attachment of a message, `type:url`; the type is empty where none is recognised (flows 2.4)."""

    content_type: str
    url: str

    @classmethod
    def parse(cls, text: str) -> Attachment:
        """Return the parts of an attachment; without a recognised type all of it is the URL."""
        content_type, colon, url = text.partition(":")
        if colon and _CONTENT_TYPE.fullmatch(content_type):
            return cls(content_type, url)
        return cls("", text)

    @property
    def is_valid(self) -> bool:
        """Say whether it has a type and a URL."""
        return bool(self.content_type and self.url)

    def __str__(self) -> str:
        return f"{self.content_type}:{self.url}" if self.content_type else self.url


class QuickReply(NamedTuple):
    """An answer that a message offers: of type text, location, form or url (flows 2.4)."""

    type: str
    text: str = ""
    extra: str = ""

    @classmethod
    def parse(cls, text: str) -> QuickReply:
        """Return the quick reply of a text such as `Yes`, `Yes<extra>More` or `<form>Label<extra>id`."""
        match = _QUICK_REPLY.fullmatch(text)
        assert match is not None  # it takes any text
        return cls(match["type"] or "text", match["text"], match["extra"] or "")

    @classmethod
    def from_json(cls, document: str | dict[str, Any]) -> QuickReply:
        """Return the quick reply of a JSON document: its text form, or an object with type, text and extra."""
        if isinstance(document, str):
            return cls.parse(document)
        return cls(document.get("type", ""), document.get("text", ""), document.get("extra", ""))

    def to_json(self) -> dict[str, str]:
        """Return it as on the wire: what is empty is left out."""
        return {name: value for name, value in self._asdict().items() if value}

    def shortened(self) -> QuickReply:
        """Return it with a text and an extra of at most the lengths that a message may have (flows 2.4)."""
        return self._replace(
            text=truncate_with_ellipsis(self.text, MOST_QUICK_REPLY_TEXT),
            extra=truncate_with_ellipsis(self.extra, MOST_QUICK_REPLY_EXTRA),
        )


def _has_halves(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _without_halves(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _upper_character(character: str) -> str:
    for candidate in (character.upper(), character.title()):
        if len(candidate) == 1:
            return candidate
    return character


def _title_character(character: str) -> str:
    capital = character.title()
    return capital if len(capital) == 1 else character

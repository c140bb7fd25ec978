"""Says every sentence that a line of the catalogue promises: each keyword and alternative, with and without options."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = re.compile(r"<\w+>|[\[\]()]| \| |.")


def said_by(line: str, sample: Callable[[str], str]) -> Iterator[str]:
    """Yield the sentences of a line such as `Given/When the gateway (crashes | is stopped)`, with samples as values."""
    keywords, _, grammar = line.partition(" ")
    tokens = TOKEN.findall(grammar)
    for keyword, text in product(keywords.split("/"), _alternatives(tokens, sample)):
        yield f"{keyword} {re.sub(' +', ' ', text).strip().replace(' ,', ',')}"


def _alternatives(tokens: list[str], sample: Callable[[str], str]) -> list[str]:
    """Return the texts of what stands up to the closing bracket, which is taken off `tokens`."""
    found: list[str] = []
    texts = [""]
    while tokens:
        token = tokens.pop(0)
        if token in {")", "]"}:
            break
        if token == " | ":
            found, texts = found + texts, [""]
            continue
        pieces = [token]
        if token.startswith("<"):
            pieces = [sample(token[1:-1])]
        elif token in {"(", "["}:
            pieces = _alternatives(tokens, sample) + ([""] if token == "[" else [])
        texts = [text + piece for text, piece in product(texts, pieces)]
    return found + texts

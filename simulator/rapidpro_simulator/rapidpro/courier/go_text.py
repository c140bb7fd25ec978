"""How Go, in which courier is written, escapes text for URLs, JSON and XML: not in every letter as Python does."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

_JSON_ESCAPES = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in ("<", ">", "&", "\u2028", "\u2029")}
)
_XML_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


def query_escape(text: str) -> str:
    """Return `text` as it stands in a query or in a form: spaces are pluses."""
    return quote_plus(text, safe="")


def to_json(value: Any) -> str:
    """Return compact JSON, with text as it is but for what HTML could misunderstand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_JSON_ESCAPES)


def xml_escape(text: str) -> str:
    """Return `text` as it stands in an element or an attribute."""
    return text.translate(_XML_ESCAPES)
